//! What holds for every rule.

use super::*;
use chrono_tz::America;
use proptest::prelude::*;

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
}

fn any_rule() -> impl Strategy<Value = String> {
    let parts = (
        prop::sample::select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
        1..5_u32,
        prop::sample::select(vec![
            "",
            ";BYDAY=MO,TH",
            ";BYMONTHDAY=1,-1,30",
            ";BYMONTH=2,3,11",
            ";BYDAY=1MO,-2SU",
            ";BYDAY=MO,TU,SU;BYSETPOS=-1",
            ";WKST=SU;BYDAY=SU,MO",
        ]),
        prop::sample::select(vec![
            "",
            ";COUNT=1",
            ";COUNT=40",
            ";UNTIL=20290510",
            ";UNTIL=20280229T093000Z",
            ";UNTIL=20271107T013000",
        ]),
    );
    parts.prop_map(|(freq, interval, by, end)| format!("FREQ={freq};INTERVAL={interval}{by}{end}"))
}

proptest! {
    /// Windows laid side by side give the same series as one look at the whole, ascending and each instance once.
    #[test]
    fn windows_add_up(text in any_rule(), start in 0..2000_i64, width in 1..90_i64) {
        let Ok(rule) = Recurrence::parse(&text) else { return Ok(()) };
        let tz = America::New_York;
        let start = local("2024-01-01T01:30") + TimeDelta::days(start);
        let end = start + TimeDelta::days(900);
        let whole = rule.expand(start, tz, start, end, usize::MAX);
        prop_assert!(whole.is_sorted_by(|one, next| one < next));
        let mut pieces = Vec::new();
        let mut from = start - TimeDelta::days(5);
        while from < end {
            let to = (from + TimeDelta::days(width)).min(end);
            pieces.extend(rule.expand(start, tz, from, to, usize::MAX));
            from = to;
        }
        prop_assert_eq!(&whole, &pieces);
        prop_assert!(whole.iter().all(|local| local.time() == start.time()));
        let limited = rule.expand(start, tz, start, end, 3);
        prop_assert_eq!(&limited[..], &whole[..whole.len().min(3)]);
        prop_assert_eq!(rule.includes(start, tz), whole.first() == Some(&start));
    }

    #[test]
    fn the_last_is_the_last(text in any_rule(), start in 0..1500_i64) {
        let Ok(rule) = Recurrence::parse(&text) else { return Ok(()) };
        let start = local("2024-01-01T01:30") + TimeDelta::days(start);
        let all = rule.expand(start, America::New_York, start, local("2900-01-01T00:00"), usize::MAX);
        let expected = if rule.is_endless() { None } else { all.last().copied() };
        prop_assert_eq!(rule.last(start, America::New_York), expected);
    }

    /// The two halves of a cut together are the series.
    #[test]
    fn halves_make_the_whole(text in any_rule(), start in 0..1500_i64, nth in 0..60_usize) {
        let Ok(rule) = Recurrence::parse(&text) else { return Ok(()) };
        let tz = America::New_York;
        let start = local("2024-01-01T01:30") + TimeDelta::days(start);
        let end = local("2060-01-01T00:00");
        let whole = rule.expand(start, tz, start, end, 200);
        let Some(at) = whole.get(nth).copied() else { return Ok(()) };
        let (before, after) = rule.split_at(start, tz, at);
        let mut halves = before.map_or(Vec::new(), |rule| rule.expand(start, tz, start, end, usize::MAX));
        prop_assert_eq!(halves.len(), nth);
        // A series whose start implies the day goes on from an instance, so the day is the same.
        halves.extend(after.map_or(Vec::new(), |rule| rule.expand(at, tz, at, end, 200 - nth)));
        prop_assert_eq!(halves, whole);
    }

    #[test]
    fn the_text_leads_back_to_the_rule(text in any_rule()) {
        let Ok(rule) = Recurrence::parse(&text) else { return Ok(()) };
        prop_assert_eq!(Recurrence::parse(&rule.to_string()), Ok(rule));
    }

    #[test]
    fn no_text_does_harm(
        freq in "(RRULE:)?(FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY))?",
        parts in "(;(BYDAY|BYMONTH|BYMONTHDAY|BYSETPOS|UNTIL|COUNT|INTERVAL|WKST)=[-+0-9A-Zé,]{0,12}){0,4}",
    ) {
        let text = freq + &parts;
        if let Ok(rule) = Recurrence::parse(&text) {
            prop_assert_eq!(Recurrence::parse(&rule.to_string()), Ok(rule));
        }
    }
}
