//! What sessions come to: minutes are added up as the payer adds them, and only then become units.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::rules::{Aggregate, Rules, UnitKind};
use super::units::{Working, counted, units, working};
use crate::clock::Timestamp;

/// One client's part in one session on one date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub session_id: Uuid,
    pub client_id: Uuid,
    pub specialist_id: Uuid,
    pub date: NaiveDate,
    pub starts_at: Timestamp,
    pub code: String,
    pub modifiers: Vec<String>,
    pub minutes: i64,
    /// Not the part of a session after midnight.
    pub is_first: bool,
}

/// What is billed under one code for one date of service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    pub client_id: Uuid,
    pub specialist_id: Uuid,
    pub date: NaiveDate,
    pub code: String,
    pub modifiers: Vec<String>,
    pub unit: UnitKind,
    pub minutes: i64,
    pub units: i64,
    /// In the order of their starts.
    pub session_ids: Vec<Uuid>,
    /// The code of another day's service that is paid instead.
    pub excluded_by: Option<String>,
    pub working: Working,
}

/// Reckons the charges of pieces under one payer's rules. The order of the pieces makes no difference.
pub fn charges(rules: &Rules, pieces: &[Piece]) -> Vec<Charge> {
    let mut pieces: Vec<&Piece> = pieces.iter().collect();
    pieces.sort_by_key(|piece| (piece.starts_at, piece.session_id, piece.client_id, piece.date));
    let mut groups: BTreeMap<GroupKey<'_>, Vec<&Piece>> = BTreeMap::new();
    for piece in pieces {
        let unit = rules.unit_of(&piece.code);
        groups.entry(GroupKey::of(piece, unit, rules.units.aggregate)).or_default().push(piece);
    }
    let mut found: Vec<Charge> = groups.values().map(|group| charge(rules, group)).collect();
    if rules.units.aggregate == Aggregate::AllTimedDay {
        share_out(rules, &mut found);
    }
    exclude_per_diems(rules, &mut found, &groups.values().map(|group| group[0].starts_at).collect::<Vec<_>>());
    found
}

/// Pieces that become units together.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct GroupKey<'a> {
    date: NaiveDate,
    client_id: Uuid,
    /// Of a day that is paid as a day it makes no difference who gave it.
    specialist_id: Option<Uuid>,
    code: &'a str,
    modifiers: &'a [String],
    session_id: Option<Uuid>,
}

impl<'a> GroupKey<'a> {
    fn of(piece: &'a Piece, unit: UnitKind, aggregate: Aggregate) -> Self {
        let alone = match unit {
            UnitKind::Min15 => aggregate == Aggregate::PerSession,
            UnitKind::Each => true,
            UnitKind::PerDiem => false,
        };
        let per_day = unit == UnitKind::PerDiem;
        Self {
            date: piece.date,
            client_id: piece.client_id,
            specialist_id: (!per_day).then_some(piece.specialist_id),
            code: &piece.code,
            modifiers: if per_day { &[] } else { &piece.modifiers },
            session_id: alone.then_some(piece.session_id),
        }
    }
}

fn charge(rules: &Rules, group: &[&Piece]) -> Charge {
    let first = group[0];
    let minutes: i64 = group.iter().map(|piece| piece.minutes).sum();
    let unit = rules.unit_of(&first.code);
    let least = rules.code(&first.code).and_then(|code| code.minimum_minutes).unwrap_or(1);
    let mut steps = Working::default();
    if group.len() > 1 {
        let parts: Vec<String> = group.iter().map(|piece| piece.minutes.to_string()).collect();
        steps.say(format!("{} = {minutes} minutes of the day together", parts.join(" + ")));
    }
    let units = match unit {
        UnitKind::Min15 => {
            steps.lines.extend(working(minutes, &rules.units).lines);
            units(minutes, &rules.units)
        }
        UnitKind::PerDiem | UnitKind::Each if minutes < least => {
            steps.say(format!("{minutes} minutes are fewer than the {least} that are needed: 0 units"));
            0
        }
        UnitKind::PerDiem => {
            steps.say("1 unit for the day, however many contacts it has");
            1
        }
        UnitKind::Each if !first.is_first => {
            steps.say("counted on the day on which the contact began: 0 units");
            0
        }
        UnitKind::Each => {
            steps.say("1 unit for the contact");
            1
        }
    };
    Charge {
        client_id: first.client_id,
        specialist_id: first.specialist_id,
        date: first.date,
        code: first.code.clone(),
        modifiers: first.modifiers.clone(),
        unit,
        minutes,
        units,
        session_ids: group.iter().map(|piece| piece.session_id).collect(),
        excluded_by: None,
        working: steps,
    }
}

/// All timed minutes of a day become units once. Each code has its full quarters of an hour; what the sum gives beyond
/// them goes where most minutes are left over, then where most minutes are (Medicare Claims Processing Manual,
/// chapter 5, 20.2 C).
fn share_out(rules: &Rules, found: &mut [Charge]) {
    let mut days: BTreeMap<(NaiveDate, Uuid, Uuid), Vec<usize>> = BTreeMap::new();
    for (index, charge) in found.iter().enumerate().filter(|(_, charge)| charge.unit == UnitKind::Min15) {
        days.entry((charge.date, charge.client_id, charge.specialist_id)).or_default().push(index);
    }
    for indexes in days.into_values().filter(|indexes| indexes.len() > 1) {
        let sum: i64 = indexes.iter().map(|index| found[*index].minutes).sum();
        let total = units(sum, &rules.units);
        let mut more = total - indexes.iter().map(|index| found[*index].minutes / 15).sum::<i64>();
        let mut order = indexes.clone();
        order.sort_by_key(|index| (-(found[*index].minutes % 15), -found[*index].minutes, *index));
        for index in order {
            let charge = &mut found[index];
            let extra = i64::from(more > 0 && charge.minutes % 15 > 0);
            more -= extra;
            charge.units = charge.minutes / 15 + extra;
            charge.working = Working::default();
            charge.working.say(format!("{sum} timed minutes of the day over all codes: {}", counted(total, "unit")));
            let full = charge.minutes / 15;
            let full = counted(full, "full unit");
            charge.working.say(format!("{} minutes of this code: {full}, {extra} more", charge.minutes));
        }
    }
}

/// Of days that exclude each other the one that began first counts.
fn exclude_per_diems(rules: &Rules, found: &mut [Charge], starts: &[Timestamp]) {
    let mut order: Vec<usize> = (0..found.len()).filter(|index| found[*index].unit == UnitKind::PerDiem).collect();
    order.sort_by_key(|index| (starts[*index], *index));
    for (place, index) in order.iter().copied().enumerate() {
        let excluded = |other: &Charge| {
            let excludes = |one: &str, two: &str| {
                rules.code(one).is_some_and(|code| code.excludes.iter().any(|excluded| excluded == two))
            };
            other.client_id == found[index].client_id
                && other.date == found[index].date
                && other.units > 0
                && (excludes(&other.code, &found[index].code) || excludes(&found[index].code, &other.code))
        };
        let by = order[..place].iter().map(|other| &found[*other]).find(|other| excluded(other));
        if let Some(code) = by.map(|other| other.code.clone()) {
            found[index].units = 0;
            found[index].working.say(format!("not beside {code} on the same day: 0 units"));
            found[index].excluded_by = Some(code);
        }
    }
}

#[cfg(test)]
mod tests;
