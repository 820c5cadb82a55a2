//! How invented people feel from day to day: not noise, but something that could have happened.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// How somebody's last months went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Story {
    /// Slowly better.
    Growing,
    Steady,
    UpsAndDowns,
    /// Well, until some hard days began.
    HardNow,
    /// Answered well, and then no more.
    Quiet,
    /// A hard week, and not safe at its end.
    NotSafe,
}

impl Story {
    pub fn of(index: usize) -> Self {
        match index % 24 {
            3 | 15 => Self::HardNow,
            7 | 19 => Self::Quiet,
            11 => Self::NotSafe,
            other => [Self::Growing, Self::Steady, Self::UpsAndDowns][other % 3],
        }
    }

    fn answers(self) -> f64 {
        match self {
            Self::Steady => 0.9,
            Self::Growing | Self::HardNow | Self::NotSafe => 0.8,
            Self::Quiet => 0.75,
            Self::UpsAndDowns => 0.6,
        }
    }

    /// What this day would feel like on average, `ago` days before today.
    fn level(self, ago: f64, days: f64) -> f64 {
        match self {
            Self::Growing => 6.8 - 2.6 * ago / days.max(1.0),
            Self::Steady => 6.6,
            Self::UpsAndDowns => 5.2 + 1.9 * (ago / 6.5).sin(),
            Self::Quiet => 5.6,
            // So fresh that it still differs from the week before.
            Self::HardNow if ago < 4.0 => 2.2,
            Self::NotSafe if ago < 6.0 => 2.6,
            Self::HardNow | Self::NotSafe => 6.6,
        }
    }
}

/// What somebody answered on one day; each may be left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DayAnswers {
    pub mood: Option<i64>,
    pub sleep_hours: Option<f64>,
    pub craving: Option<i64>,
    pub used: Option<bool>,
    pub supports: Option<i64>,
    pub goal_step: Option<bool>,
    pub safe: Option<bool>,
}

/// The answers of so many days up to yesterday, the oldest first; days without a check-in have none.
pub fn life(story: Story, days: i64, rng: &mut ChaCha8Rng) -> Vec<Option<DayAnswers>> {
    let mut drift = 0.0;
    (0..days)
        .map(|day| {
            let ago = days - day;
            #[expect(clippy::cast_precision_loss, reason = "days of a few years")]
            let level = story.level(ago as f64 - 1.0, days as f64);
            // Yesterday lingers.
            drift = 0.55 * drift + rng.random_range(-1.0..1.0);
            let feeling = (level + drift).clamp(0.0, 10.0);
            let here = rng.random_bool(story.answers()) && !(story == Story::Quiet && ago <= 5);
            // A hard week is still told of, else nobody would know.
            let told = matches!(story, Story::HardNow | Story::NotSafe) && ago <= 5;
            (here || told).then(|| answers(story, feeling, ago, rng))
        })
        .collect()
}

fn answers(story: Story, feeling: f64, ago: i64, rng: &mut ChaCha8Rng) -> DayAnswers {
    #[expect(clippy::cast_possible_truncation, reason = "small numbers")]
    let whole = |value: f64, most: f64| value.clamp(0.0, most).round() as i64;
    let craving = whole(9.0 - feeling + rng.random_range(-1.5..1.5), 10.0);
    let sleep = (4.5 + feeling * 0.4 + rng.random_range(-1.0..1.0)).clamp(0.0, 12.0);
    let mut maybe = |chance: f64| rng.random_bool(chance);
    let used = maybe(0.7).then(|| craving >= 8 && maybe(0.3));
    let (goal_step, skips) = (maybe(feeling / 14.0), maybe(0.1));
    DayAnswers {
        mood: Some(whole(feeling, 10.0)),
        sleep_hours: (!skips).then(|| (sleep * 2.0).round() / 2.0),
        craving: (!skips).then_some(craving),
        used,
        supports: Some(whole(feeling / 3.0 + rng.random_range(-1.0..1.5), 6.0)),
        goal_step: Some(goal_step),
        safe: Some(!(story == Story::NotSafe && ago == 1)),
    }
}

/// The nine answers of a PHQ-9, 0 to 3 each, that go with a mean mood of two weeks; the ninth only when told to.
pub fn phq9(mean_mood: f64, ninth: i64, rng: &mut ChaCha8Rng) -> [i64; 9] {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 24")]
    let mut points = ((8.5 - mean_mood).max(0.0) * 2.8).min(22.0) as usize;
    let mut answers = [0; 9];
    while points > 0 {
        let item = rng.random_range(0..8);
        if answers[item] < 3 {
            answers[item] += 1;
            points -= 1;
        }
    }
    answers[8] = ninth;
    answers
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    fn mean(days: &[Option<DayAnswers>]) -> f64 {
        let moods: Vec<i64> = days.iter().flatten().filter_map(|day| day.mood).collect();
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let mean = moods.iter().sum::<i64>() as f64 / moods.len().max(1) as f64;
        mean
    }

    #[test]
    fn stories_look_like_what_they_tell() {
        for seed in 0..20 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let growing = life(Story::Growing, 180, &mut rng);
            assert!(mean(&growing[150..]) > mean(&growing[..30]), "seed {seed}");
            let hard = life(Story::HardNow, 180, &mut rng);
            assert!(mean(&hard[177..]) + 2.0 < mean(&hard[..175]), "seed {seed}");
            let quiet = life(Story::Quiet, 180, &mut rng);
            assert!(quiet[175..].iter().all(Option::is_none) && quiet[..175].iter().flatten().count() > 100);
            let not_safe = life(Story::NotSafe, 180, &mut rng);
            assert_eq!(not_safe[179].expect("told").safe, Some(false));
            assert_eq!(not_safe[..179].iter().flatten().filter(|day| day.safe == Some(false)).count(), 0);
        }
    }

    #[test]
    fn low_moods_score_high() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let sum = |answers: [i64; 9]| answers.iter().sum::<i64>();
        assert!(sum(phq9(2.5, 0, &mut rng)) > 14);
        assert!(sum(phq9(8.0, 0, &mut rng)) < 4);
        assert_eq!(phq9(2.0, 1, &mut rng)[8], 1);
    }
}
