use chrono::{Duration, NaiveDate};
use chrono_tz::Tz;

use super::LONGEST_HOURS;
use super::time::{day_of, elapsed};
use super::words::{Modality, NonBillableReason, State};
use crate::clock::Timestamp;
use crate::error::FieldErrors;
use crate::text::check_text;

/// Another clock may be a little ahead of ours.
const AHEAD: Duration = Duration::minutes(2);
/// What is cancelled can lie ahead.
const FARTHEST: Duration = Duration::days(366);
const OLDEST: Duration = Duration::days(3 * 366);

/// What is said of a session, however it came to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub state: State,
    pub modality: Modality,
    pub place_of_service: String,
    pub setting: Option<String>,
    pub starts_at: Timestamp,
    pub ends_at: Option<Timestamp>,
    pub zone: Tz,
    pub excluded_minutes: i64,
    pub excluded_reason: Option<NonBillableReason>,
    pub billable: bool,
    pub non_billable_reason: Option<NonBillableReason>,
    pub service_code: Option<String>,
    pub modifiers: Vec<String>,
}

impl Facts {
    pub fn service_date(&self) -> NaiveDate {
        day_of(self.starts_at, self.zone)
    }

    /// Will somebody be asked to pay for it?
    pub fn is_charged(&self) -> bool {
        self.billable && self.state.takes_time()
    }

    pub fn check(&self, errors: &mut FieldErrors, now: Timestamp) {
        self.check_times(errors, now);
        self.check_exclusions(errors);
        self.check_service(errors);
        if let Some(setting) = &self.setting {
            check_text(errors, "setting", setting, 1, 200);
        }
    }

    fn check_times(&self, errors: &mut FieldErrors, now: Timestamp) {
        // What did not take place may have been meant for later.
        let limit = if self.state.takes_time() { now.plus(AHEAD) } else { now.plus(FARTHEST) };
        let whole = |at: Timestamp| at.0 % 60_000 == 0;
        if !whole(self.starts_at) {
            errors.add("starts_at", "whole_minutes", "to the minute, without seconds");
        } else if self.starts_at > limit || (self.state == State::NoShow && self.starts_at > now.plus(AHEAD)) {
            errors.add("starts_at", "in_the_future", "this has not begun yet");
        } else if self.starts_at < now.minus(OLDEST) {
            errors.add("starts_at", "too_old", "at most three years ago");
        }
        let Some(ends_at) = self.ends_at else {
            if self.state == State::Finished {
                errors.add("ends_at", "required", "when did it end?");
            }
            return;
        };
        if self.state == State::InProgress {
            errors.add("ends_at", "not_allowed", "what is in progress has no end yet; finish it");
        } else if !whole(ends_at) {
            errors.add("ends_at", "whole_minutes", "to the minute, without seconds");
        } else if ends_at <= self.starts_at {
            errors.add("ends_at", "before_start", "ends before it starts");
        } else if elapsed(self.starts_at, ends_at) > LONGEST_HOURS * 60 {
            errors.add("ends_at", "too_long", format!("a session lasts at most {LONGEST_HOURS} hours"));
        } else if ends_at > limit {
            errors.add("ends_at", "in_the_future", "this has not ended yet");
        }
    }

    fn check_exclusions(&self, errors: &mut FieldErrors) {
        let most = self.ends_at.map_or(LONGEST_HOURS * 60, |ends_at| elapsed(self.starts_at, ends_at));
        if !(0..=most).contains(&self.excluded_minutes) {
            errors.add("excluded_minutes", "out_of_range", "from 0 to the minutes of the session");
        }
        match (self.excluded_minutes > 0, self.excluded_reason) {
            (true, None) => errors.add("excluded_reason", "required", "why do these minutes not count?"),
            (false, Some(_)) => errors.add("excluded_reason", "not_allowed", "only with excluded minutes"),
            _ => {}
        }
        match (self.billable, self.non_billable_reason) {
            (false, None) => errors.add("non_billable_reason", "required", "why is this for no payer?"),
            (true, Some(_)) => errors.add("non_billable_reason", "not_allowed", "only with billable false"),
            _ => {}
        }
    }

    fn check_service(&self, errors: &mut FieldErrors) {
        let code = |text: &str, length: usize| {
            text.len() == length && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        };
        if self.place_of_service.len() != 2 || !self.place_of_service.bytes().all(|byte| byte.is_ascii_digit()) {
            errors.add("place_of_service", "invalid", "two digits, such as 11 for an office or 12 for a home");
        }
        if self.service_code.as_deref().is_some_and(|text| !code(text, 5)) {
            errors.add("service_code", "invalid", "five capitals and digits, such as H0038");
        }
        if self.modifiers.len() > 4 {
            errors.add("modifiers", "length", "at most four");
        }
        for (index, modifier) in self.modifiers.iter().enumerate() {
            if !code(modifier, 2) {
                errors.add(format!("modifiers[{index}]"), "invalid", "two capitals or digits, such as HQ");
            } else if self.modifiers[..index].contains(modifier) {
                errors.add(format!("modifiers[{index}]"), "repeated", "stands twice");
            }
        }
        if !self.modifiers.is_empty() && self.service_code.is_none() {
            errors.add("modifiers", "not_allowed", "only with a service code");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    const NOW: Timestamp = Timestamp(1_803_913_200_000);

    fn facts() -> Facts {
        Facts {
            state: State::Finished,
            modality: Modality::InPerson,
            place_of_service: "11".to_owned(),
            setting: None,
            starts_at: NOW.minus(Duration::hours(2)),
            ends_at: Some(NOW.minus(Duration::hours(1))),
            zone: Tz::UTC,
            excluded_minutes: 0,
            excluded_reason: None,
            billable: true,
            non_billable_reason: None,
            service_code: Some("H0038".to_owned()),
            modifiers: vec!["HQ".to_owned()],
        }
    }

    fn wrong(change: impl FnOnce(&mut Facts)) -> Vec<(String, &'static str)> {
        let mut facts = facts();
        change(&mut facts);
        let mut errors = FieldErrors::default();
        facts.check(&mut errors, NOW);
        match errors.into_result() {
            Err(Error::Invalid(errors)) => errors.into_iter().map(|error| (error.field, error.code)).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn what_cannot_be_is_named() {
        let hours = |count| Duration::hours(count);
        assert_eq!(wrong(|_| {}), []);
        let one = |field: &str, code| vec![(field.to_owned(), code)];
        assert_eq!(wrong(|f| f.ends_at = Some(f.starts_at)), one("ends_at", "before_start"));
        assert_eq!(wrong(|f| f.ends_at = Some(f.starts_at.minus(hours(1)))), one("ends_at", "before_start"));
        let long = |f: &mut Facts, count| {
            f.starts_at = NOW.minus(hours(30));
            f.ends_at = Some(f.starts_at.plus(hours(count)));
        };
        assert_eq!(wrong(|f| long(f, 26)), one("ends_at", "too_long"));
        assert_eq!(wrong(|f| long(f, 24)), []);
        assert_eq!(wrong(|f| f.ends_at = Some(NOW.plus(hours(1)))), one("ends_at", "in_the_future"));
        assert_eq!(wrong(|f| f.ends_at = None), one("ends_at", "required"));
        assert_eq!(wrong(|f| f.starts_at = Timestamp(f.starts_at.0 + 1000)), one("starts_at", "whole_minutes"));
        assert_eq!(wrong(|f| f.excluded_minutes = 5), one("excluded_reason", "required"));
        let excluded = |f: &mut Facts, minutes| {
            f.excluded_minutes = minutes;
            f.excluded_reason = Some(NonBillableReason::Travel);
        };
        assert_eq!(wrong(|f| excluded(f, 60)), []);
        assert_eq!(wrong(|f| excluded(f, 61)), one("excluded_minutes", "out_of_range"));
        assert_eq!(wrong(|f| f.billable = false), one("non_billable_reason", "required"));
        assert_eq!(wrong(|f| f.place_of_service = "1".to_owned()), one("place_of_service", "invalid"));
        assert_eq!(wrong(|f| f.service_code = Some("h0038".to_owned())), one("service_code", "invalid"));
        assert_eq!(wrong(|f| f.service_code = None), one("modifiers", "not_allowed"));
        assert_eq!(wrong(|f| f.modifiers = vec!["HQ".into(), "HQ".into()]), one("modifiers[1]", "repeated"));
    }

    #[test]
    fn only_what_did_not_take_place_can_lie_ahead() {
        let ahead = |f: &mut Facts, state| {
            f.state = state;
            f.starts_at = NOW.plus(Duration::hours(1));
            f.ends_at = None;
        };
        assert_eq!(wrong(|f| ahead(f, State::Cancelled)), []);
        assert_eq!(wrong(|f| ahead(f, State::NoShow)), [("starts_at".to_owned(), "in_the_future")]);
        assert_eq!(wrong(|f| ahead(f, State::InProgress)), [("starts_at".to_owned(), "in_the_future")]);
    }
}
