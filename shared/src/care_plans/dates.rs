//! From when to when a plan counts, and when somebody should look at it again.

use chrono::{Days, Months, NaiveDate};

use crate::error::FieldErrors;

/// Payers want a plan renewed before it ends, and pay nothing after: so much earlier it is looked at again.
const REVIEW_BEFORE_END: u64 = 90;
/// A plan without an earlier end is looked at again within nine months.
const REVIEW_AFTER_START: u64 = 275;
const LONGEST_YEARS: u32 = 3;

/// Local dates of the organization, both ends inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "the names that the API has: dates end in _on")]
pub struct PlanDates {
    pub effective_on: NaiveDate,
    pub expires_on: NaiveDate,
    pub review_due_on: NaiveDate,
}

/// The day before the same day of the next year.
pub fn usual_end(effective_on: NaiveDate) -> NaiveDate {
    let end = effective_on.checked_add_months(Months::new(12)).and_then(|day| day.checked_sub_days(Days::new(1)));
    end.unwrap_or(effective_on)
}

/// 90 days before the end, or half-way when the plan is shorter than twice that; at the latest 275 days after the start.
pub fn usual_review(effective_on: NaiveDate, expires_on: NaiveDate) -> NaiveDate {
    let length = u64::try_from((expires_on - effective_on).num_days()).unwrap_or(0);
    let before_end = REVIEW_BEFORE_END.min(length / 2);
    effective_on.checked_add_days(Days::new((length - before_end).min(REVIEW_AFTER_START))).unwrap_or(effective_on)
}

/// Fills in what was left open.
pub fn plan_dates(effective_on: NaiveDate, end: Option<NaiveDate>, review: Option<NaiveDate>) -> PlanDates {
    let expires_on = end.unwrap_or_else(|| usual_end(effective_on));
    let review_due_on = review.unwrap_or_else(|| usual_review(effective_on, expires_on));
    PlanDates { effective_on, expires_on, review_due_on }
}

impl PlanDates {
    pub fn check(&self, errors: &mut FieldErrors) {
        let latest = self.effective_on.checked_add_months(Months::new(12 * LONGEST_YEARS));
        if self.expires_on < self.effective_on {
            errors.add("expires_on", "before_start", "ends before it starts");
        } else if latest.is_some_and(|latest| self.expires_on > latest) {
            errors.add("expires_on", "too_long", format!("a plan is for at most {LONGEST_YEARS} years"));
        } else if self.review_due_on < self.effective_on || self.review_due_on > self.expires_on {
            errors.add("review_due_on", "out_of_range", "between the first and the last day of the plan");
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_year_is_looked_at_after_nine_months() {
        let dates = plan_dates(date("2027-03-01"), None, None);
        assert_eq!((dates.expires_on, dates.review_due_on), (date("2028-02-29"), date("2027-12-01")));
    }

    #[test]
    fn the_review_comes_before_the_end() {
        for (start, end, review) in [
            ("2027-01-01", "2027-12-31", "2027-10-02"),
            ("2027-01-01", "2027-09-30", "2027-07-02"),
            ("2027-01-01", "2027-06-30", "2027-04-01"),
            ("2027-01-01", "2027-03-01", "2027-01-31"),
            ("2027-01-01", "2027-01-01", "2027-01-01"),
            ("2027-01-01", "2029-12-31", "2027-10-03"),
        ] {
            assert_eq!(usual_review(date(start), date(end)), date(review), "{start} {end}");
        }
    }

    proptest! {
        #[test]
        fn what_is_filled_in_is_always_right(start in 0_i32..60_000, length in prop::option::of(0_u64..1095)) {
            let start = NaiveDate::from_epoch_days(start).expect("a date");
            let end = length.and_then(|days| start.checked_add_days(Days::new(days)));
            let dates = plan_dates(start, end, None);
            let mut errors = FieldErrors::default();
            dates.check(&mut errors);
            prop_assert!(errors.into_result().is_ok(), "{:?}", dates);
            prop_assert!((dates.review_due_on - start).num_days() <= 275);
            // A day more never means an earlier look.
            let longer = dates.expires_on.checked_add_days(Days::new(1)).expect("a date");
            prop_assert!(usual_review(start, longer) >= dates.review_due_on);
        }
    }
}
