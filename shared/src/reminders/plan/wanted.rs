use std::collections::HashMap;

use chrono::Duration;
use chrono_tz::Tz;
use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
use uuid::Uuid;

use super::{Cause, Known, Person, Plan};
use crate::agenda::zone::TZDATA_VERSION;
use crate::agenda::{Happening, Item, Kind, Window, format_local, happenings};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::random;
use crate::reminders::entity::reminder;
use crate::reminders::quiet_hours::Deadline;
use crate::reminders::rule::ReminderRule;
use crate::reminders::state::ReminderState;
use crate::reminders::usefulness::{until_day_end, until_end, until_start};

/// A reminder that should be there.
pub(super) struct Wanted {
    pub(super) client_id: Uuid,
    pub(super) original_local: String,
    pub(super) rule_key: String,
    starts_at_local: String,
    starts_at: Timestamp,
    due_at: Timestamp,
    useful_until: Timestamp,
    ignores_quiet_hours: bool,
    past: bool,
    fixed_zone: bool,
}

impl Wanted {
    /// In a fixed zone the instant counts; in the client's own, what their clock shows.
    fn announces_as(&self, row: &reminder::Model) -> bool {
        if self.fixed_zone { row.starts_at == self.starts_at } else { row.starts_at_local == self.starts_at_local }
    }
}

impl Plan<'_> {
    pub(super) fn wanted(&self, item: &Item, people: &HashMap<Uuid, Person>, horizon: Timestamp) -> Vec<Wanted> {
        if item.row.cancelled_at.is_some() {
            return Vec::new();
        }
        let lead = item.schedules.iter().flat_map(|schedule| &schedule.reminders).map(|rule| rule_lead(*rule)).max();
        let Some(lead) = lead else { return Vec::new() };
        let since = match self.cause {
            Cause::Change { .. } => self.now,
            Cause::LookAhead => self.now.min(item.row.planned_until),
        };
        // Quiet hours can move a reminder to the evening before.
        let window = Window { from: since.minus(Duration::days(1)), to: horizon.plus(lead + Duration::days(1)) };
        let mut wanted = Vec::new();
        let mut by_zone: HashMap<Tz, Vec<Happening>> = HashMap::new();
        for client_id in &item.client_ids {
            let Some(person) = people.get(client_id) else { continue };
            let expanded = by_zone
                .entry(person.zone)
                .or_insert_with(|| happenings(&item.schedules, &item.overrides, person.zone, window));
            for happening in expanded.iter().filter(|happening| !happening.cancelled) {
                for rule in &item.schedules[happening.schedule].reminders {
                    let want = self.want(item, *client_id, person, happening, *rule);
                    if want.due_at < horizon {
                        wanted.push(want);
                    }
                }
            }
        }
        wanted
    }

    fn want(&self, item: &Item, client_id: Uuid, person: &Person, happening: &Happening, rule: ReminderRule) -> Wanted {
        let start = happening.start.at;
        let raw = rule.due_at(happening.start.local, start, happening.zone);
        let chosen_by_client = item.row.created_by_kind == "client";
        let useful = |due| useful_until(item.kind, happening, due);
        let deadline =
            if item.kind.is_with_others() { Deadline::Start(start) } else { Deadline::UsefulUntil(useful(raw)) };
        let due = match person.quiet.filter(|_| !chosen_by_client) {
            Some(quiet) => quiet.adjust(raw, deadline, person.zone).due,
            None => raw,
        };
        let past = Timestamp::from(raw) < self.now;
        // Moved to an evening that is over already: then it is due at once, for it is never dropped.
        let due = if !past && matches!(self.cause, Cause::Change { .. }) { due.max(self.now.to_utc()) } else { due };
        Wanted {
            client_id,
            original_local: format_local(happening.original_local),
            rule_key: rule.key(),
            starts_at_local: format_local(happening.start.local),
            starts_at: happening.starts_at(),
            due_at: due.into(),
            useful_until: useful(due).into(),
            ignores_quiet_hours: chosen_by_client,
            past,
            fixed_zone: item.schedules[happening.schedule].zone.is_some(),
        }
    }

    /// Finds the reminder that is wanted among those of its slot, mends its times, or says what to insert.
    pub(super) async fn meet(&self, item: &Item, want: Wanted, rows: &mut [Known]) -> Result<Option<reminder::Model>> {
        let replaced = [ReminderState::Superseded.as_str(), ReminderState::Cancelled.as_str()];
        let version = rows.iter().map(|known| known.row.version).max().unwrap_or(0) + 1;
        for known in rows.iter_mut() {
            let row = &known.row;
            if !want.announces_as(row) || replaced.contains(&row.state.as_str()) {
                continue;
            }
            known.met = true;
            let moved = row.due_at != want.due_at || row.useful_until != want.useful_until;
            if row.state == ReminderState::Planned.as_str() && moved && matches!(self.cause, Cause::Change { .. }) {
                let mut change = row.clone().into_active_model();
                change.starts_at = Set(want.starts_at);
                // It was owed already: what has become past is due at once, and ends as missed when it is too late.
                change.due_at = Set(std::cmp::max(want.due_at, self.now));
                change.useful_until = Set(want.useful_until);
                change.tzdata = Set(TZDATA_VERSION.to_owned());
                change.update(self.conn).await?;
            }
            return Ok(None);
        }
        let past = match self.cause {
            Cause::Change { .. } if want.starts_at < self.now => return Ok(None),
            Cause::LookAhead if want.due_at < item.row.planned_until => return Ok(None),
            Cause::Change { .. } => want.past,
            Cause::LookAhead => false,
        };
        let state = if past { ReminderState::Skipped } else { ReminderState::Planned };
        Ok(Some(reminder::Model {
            id: random::id(self.now, &*self.database.env.random),
            organization_id: self.organization_id,
            item_id: item.row.id,
            original_local: want.original_local,
            client_id: want.client_id,
            rule_key: want.rule_key,
            version,
            kind: item.kind.as_str().to_owned(),
            starts_at_local: want.starts_at_local,
            starts_at: want.starts_at,
            due_at: want.due_at,
            useful_until: want.useful_until,
            ignores_quiet_hours: want.ignores_quiet_hours,
            state: state.as_str().to_owned(),
            reason: past.then(|| "due_in_past".to_owned()),
            sent_at: None,
            shown_at: None,
            clicked_at: None,
            answered_at: None,
            tzdata: TZDATA_VERSION.to_owned(),
            created_at: self.now,
        }))
    }
}

fn rule_lead(rule: ReminderRule) -> Duration {
    match rule {
        ReminderRule::MinutesBefore(minutes) => Duration::minutes(i64::from(minutes)),
        ReminderRule::DaysBefore { days, .. } => Duration::days(i64::from(days) + 1),
    }
}

/// Until when a reminder of this kind of item is worth sending.
pub(in crate::reminders) fn useful_until(
    kind: Kind,
    happening: &Happening,
    due: chrono::DateTime<chrono::Utc>,
) -> chrono::DateTime<chrono::Utc> {
    if kind.is_with_others() {
        until_start(happening.start.at, due)
    } else if kind == Kind::CheckIn {
        until_day_end(happening.start.at, due, happening.zone)
    } else {
        until_end(happening.start.at, happening.ends_at().map(Timestamp::to_utc), due)
    }
}
