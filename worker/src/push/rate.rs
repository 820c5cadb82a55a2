//! A token bucket: at most so many calls a second, and as many at once after a pause. Pure.

/// Thousandths of a token, so that whole milliseconds give whole amounts.
const TOKEN: i64 = 1000;

#[derive(Debug, Clone)]
pub struct TokenBucket {
    per_second: i64,
    held: i64,
    counted_at_ms: i64,
}

impl TokenBucket {
    /// Starts full.
    pub fn new(per_second: u32, now_ms: i64) -> Self {
        let per_second = i64::from(per_second.max(1));
        Self { per_second, held: per_second * TOKEN, counted_at_ms: now_ms }
    }

    /// How many calls may start now.
    pub fn available(&self, now_ms: i64) -> usize {
        usize::try_from(self.held_at(now_ms) / TOKEN).unwrap_or(0)
    }

    /// Takes one token; ask [`TokenBucket::available`] first.
    pub fn take(&mut self, now_ms: i64) {
        self.held = self.held_at(now_ms) - TOKEN;
        self.counted_at_ms = now_ms;
    }

    /// A clock set back adds nothing and takes nothing.
    fn held_at(&self, now_ms: i64) -> i64 {
        let passed_ms = now_ms.saturating_sub(self.counted_at_ms).max(0);
        passed_ms.saturating_mul(self.per_second).saturating_add(self.held).min(self.per_second * TOKEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_gives_so_many_calls_and_no_more() {
        let mut bucket = TokenBucket::new(10, 0);
        for left in (0..10).rev() {
            bucket.take(0);
            assert_eq!(bucket.available(0), left);
        }
        assert_eq!((bucket.available(99), bucket.available(100), bucket.available(950)), (0, 1, 9));
        assert_eq!((bucket.available(1000), bucket.available(3_600_000)), (10, 10));
    }

    #[test]
    fn an_hour_of_asking_gives_no_more_than_the_rate() {
        let mut bucket = TokenBucket::new(7, 0);
        let mut calls = 0;
        for now_ms in (0..3_600_000).step_by(13) {
            while bucket.available(now_ms) > 0 {
                bucket.take(now_ms);
                calls += 1;
            }
        }
        assert!((7 * 3600..=7 * 3600 + 7).contains(&calls), "{calls}");
    }

    #[test]
    fn a_clock_set_back_does_no_harm() {
        let mut bucket = TokenBucket::new(2, 10_000);
        bucket.take(10_000);
        bucket.take(5_000);
        assert_eq!((bucket.available(5_000), bucket.available(5_500), bucket.available(0)), (0, 1, 0));
    }
}
