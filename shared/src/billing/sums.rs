//! What comes before a line in its day and week, and how long its specialist worked. Pure.

use std::collections::HashMap;

use chrono::{Datelike, Days, NaiveDate};
use uuid::Uuid;

use super::facts::{SessionFacts, Sums};
use crate::clock::Timestamp;
use crate::payers::Charge;

/// The Sunday with which a payer's week begins.
pub(super) fn week_of(date: NaiveDate) -> NaiveDate {
    date.checked_sub_days(Days::new(u64::from(date.weekday().num_days_from_sunday()))).unwrap_or(date)
}

/// `own` is the charge of the line; `charges` are all of that client's; `near` are lines of its specialist and of its client.
pub(super) fn sums<'a>(
    line: &SessionFacts,
    own: Option<&Charge>,
    charges: impl Iterator<Item = &'a Charge>,
    near: &[SessionFacts],
    starts: &HashMap<Uuid, Timestamp>,
) -> Sums {
    let place = |charge: &Charge| {
        let first = charge.session_ids.first().copied().unwrap_or_default();
        (charge.date, starts.get(&first).copied(), first)
    };
    let mut found = Sums { staff_minutes: staff_minutes(line, near), ..Sums::default() };
    let Some(own) = own else { return found };
    let mine = place(own);
    for other in charges.filter(|other| other.code == own.code && place(other) < mine) {
        if other.date == own.date {
            found.units_of_day += other.units;
        }
        if week_of(other.date) == week_of(own.date) {
            found.units_of_week += other.units;
        }
    }
    found
}

/// A group is one session, however many came.
fn staff_minutes(line: &SessionFacts, near: &[SessionFacts]) -> i64 {
    let mut sessions: HashMap<Uuid, i64> = HashMap::new();
    for one in near.iter().filter(|one| one.specialist_id == line.specialist_id && one.date == line.date) {
        let longest = sessions.entry(one.session_id).or_default();
        *longest = (*longest).max(one.minutes);
    }
    sessions.values().sum()
}

#[cfg(test)]
mod tests {
    use super::super::facts::samples::{date, session};
    use super::*;
    use crate::payers::{Piece, Rules, charges};

    fn at(number: u128, day: &str, minutes: i64) -> SessionFacts {
        let first = session();
        SessionFacts { session_id: Uuid::from_u128(number), date: date(day), minutes, ..first }
    }

    #[test]
    fn weeks_begin_on_sunday() {
        assert_eq!(week_of(date("2027-03-01")), date("2027-02-28"));
        assert_eq!(week_of(date("2027-02-28")), date("2027-02-28"));
        assert_eq!(week_of(date("2027-03-06")), date("2027-02-28"));
    }

    #[test]
    fn what_came_before_counts_and_what_came_after_does_not() {
        let lines = [
            at(1, "2027-02-27", 60),
            at(2, "2027-02-28", 60),
            at(3, "2027-03-01", 30),
            at(4, "2027-03-01", 60),
            at(5, "2027-03-01", 45),
        ];
        let piece = |line: &SessionFacts| Piece {
            session_id: line.session_id,
            client_id: line.client_id,
            specialist_id: line.specialist_id,
            date: line.date,
            starts_at: line.starts_at,
            code: "H0038".to_owned(),
            modifiers: Vec::new(),
            minutes: line.minutes,
            is_first: true,
        };
        let all = charges(&Rules::default(), &lines.iter().map(piece).collect::<Vec<_>>());
        let starts = lines.iter().map(|line| (line.session_id, line.starts_at)).collect();
        let own = all.iter().find(|charge| charge.session_ids == [lines[3].session_id]);
        let found = sums(&lines[3], own, all.iter(), &lines, &starts);
        assert_eq!(found, Sums { units_of_day: 2, units_of_week: 6, staff_minutes: 135 });
        let group = [at(7, "2027-03-01", 40), at(7, "2027-03-01", 60)];
        assert_eq!(sums(&group[0], None, all.iter(), &group, &starts).staff_minutes, 60);
    }
}
