use chrono::{Duration, NaiveDate};

/// Days of a sparkline.
pub const DAYS: usize = 14;

/// The moods of the fourteen local days up to today, oldest first. A day without an answer has none: a gap is no zero.
pub fn sparkline(moods: &str, today: NaiveDate) -> Vec<Option<f64>> {
    let mut days = vec![None; DAYS];
    for entry in moods.split(',') {
        let Some((date, tenths)) = entry.split_once('=') else { continue };
        let (Ok(date), Ok(tenths)) = (date.parse::<NaiveDate>(), tenths.parse::<i32>()) else { continue };
        let ago = usize::try_from((today - date).num_days()).ok().filter(|ago| *ago < DAYS);
        if let Some(ago) = ago {
            days[DAYS - 1 - ago] = Some(f64::from(tenths) / 10.0);
        }
    }
    days
}

/// Every local date from the first to the last, both among them.
pub fn dates(first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    (0..=(last - first).num_days().max(-1)).map(move |day| first + Duration::days(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_without_an_answer_are_gaps_and_old_days_fall_out() {
        let today: NaiveDate = "2027-03-15".parse().expect("a date");
        let line = sparkline("2027-03-01=10,2027-03-02=45,2027-03-14=0,2027-03-15=73", today);
        assert_eq!(line.len(), DAYS);
        assert_eq!((line[0], line[12], line[13]), (Some(4.5), Some(0.0), Some(7.3)));
        assert_eq!(line.iter().flatten().count(), 3, "the first of March is fifteen days old");
        assert!(sparkline("", today).iter().all(Option::is_none));
        assert_eq!(sparkline("2027-03-16=50", today)[13], None, "tomorrow of another zone is not today");
    }

    #[test]
    fn dates_have_both_ends() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        assert_eq!(dates(day("2027-02-27"), day("2027-03-02")).count(), 4);
        assert_eq!(dates(day("2027-03-02"), day("2027-03-01")).count(), 0);
    }
}
