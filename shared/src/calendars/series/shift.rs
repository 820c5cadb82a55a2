//! A series whose later dates were moved: the rule that names them where they went.

use chrono::{NaiveDateTime, TimeDelta};
use chrono_tz::Tz;

use crate::agenda::recurrence::{End, Frequency, Recurrence};

/// The rule that names the shifted dates, and where it ends when its own end no longer fits.
pub(super) fn shift_rule(
    rule: &Recurrence,
    at: NaiveDateTime,
    tz: Tz,
    shift: TimeDelta,
) -> Option<(Recurrence, Option<NaiveDateTime>)> {
    if shift.is_zero() {
        return Some((rule.clone(), None));
    }
    let last = match rule.end() {
        End::Until(_) => Some(rule.last(at, tz)? + shift + TimeDelta::minutes(1)),
        End::Never | End::Count(_) => None,
    };
    let days = ((at + shift).date() - at.date()).num_days();
    let mut parts: Vec<String> =
        rule.to_string().split(';').filter(|part| !part.starts_with("UNTIL=")).map(str::to_owned).collect();
    match rule.frequency() {
        _ if days == 0 => {}
        Frequency::Weekly => {
            for part in &mut parts {
                if let Some(list) = part.strip_prefix("BYDAY=") {
                    let moved: Option<Vec<String>> = list.split(',').map(|day| shift_day(day, days)).collect();
                    *part = format!("BYDAY={}", moved?.join(","));
                }
            }
        }
        // Only a rule that follows its own start, with nothing else named, moves as a whole.
        Frequency::Daily
            if parts
                .iter()
                .all(|part| part.starts_with("FREQ") || part.starts_with("INTERVAL") || part.starts_with("COUNT")) => {}
        Frequency::Daily | Frequency::Monthly | Frequency::Yearly => return None,
    }
    // Weeks that begin elsewhere pick other weeks when there is an interval.
    if days != 0 && rule.frequency() == Frequency::Weekly && parts.iter().any(|part| part.starts_with("INTERVAL=")) {
        return None;
    }
    Some((Recurrence::parse(&parts.join(";")).ok()?, last))
}

fn shift_day(day: &str, days: i64) -> Option<String> {
    const CODES: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let index = CODES.iter().position(|code| *code == day)?;
    let index = (i64::try_from(index).ok()? + days).rem_euclid(7);
    CODES.get(usize::try_from(index).ok()?).map(|code| (*code).to_owned())
}
