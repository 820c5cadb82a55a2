use std::collections::HashMap;

use chrono::{Duration, NaiveDateTime};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use super::{Cause, Known, Person, Plan, Slot};
use crate::agenda::zone::TZDATA_VERSION;
use crate::agenda::{Happening, Item, Window, format_local, happenings};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::random;
use crate::reminders::entity::reminder;
use crate::reminders::quiet_hours::Deadline;
use crate::reminders::rule::ReminderRule;
use crate::reminders::state::ReminderState;
use crate::reminders::usefulness::until_start;

impl Plan<'_> {
    /// Ends planned reminders that nothing wants any more, and says which clients have to hear of it because they were
    /// reminded before.
    pub(super) async fn settle_the_rest(
        &self,
        items: &[Item],
        people: &HashMap<Uuid, Person>,
        existing: HashMap<Slot, Vec<Known>>,
    ) -> Result<Vec<reminder::Model>> {
        let Cause::Change { tell_clients } = self.cause else { return Ok(Vec::new()) };
        let by_id: HashMap<Uuid, &Item> = items.iter().map(|item| (item.row.id, item)).collect();
        let told = Told::of(&existing);
        let mut notices: HashMap<Slot, reminder::Model> = HashMap::new();
        let mut ended: HashMap<ReminderState, Vec<Uuid>> = HashMap::new();
        for known in existing.into_values().flatten().filter(|known| !known.met) {
            let row = known.row;
            let (Some(item), Some(person)) = (by_id.get(&row.item_id), people.get(&row.client_id)) else { continue };
            let original = crate::agenda::parse_local(&row.original_local);
            let Some(fate) = original.map(|original| self.fate(item, person, original, &row)) else { continue };
            let by_rule = ReminderRule::from_key(&row.rule_key).is_ok();
            let on_its_way =
                [ReminderState::Sent.as_str(), ReminderState::Sending.as_str()].contains(&row.state.as_str());
            if row.rule_key == "cancelled" && matches!(fate, Fate::Cancelled) {
                continue;
            }
            if row.state == ReminderState::Planned.as_str() && (by_rule || fate != Fate::Stays) {
                let state = if fate == Fate::Cancelled { ReminderState::Cancelled } else { ReminderState::Superseded };
                // A snooze or a notice of a moved occurrence is superseded too: the new time brings its own.
                ended.entry(state).or_default().push(row.id);
            } else if tell_clients
                && on_its_way
                && row.starts_at > self.now
                && let Some(mut notice) = self.notice(item, person, &row, &fate)
            {
                let place = (notice.item_id, notice.original_local.clone(), notice.client_id);
                if told.newest.get(&place).is_none_or(|(_, key)| *key != notice.rule_key) {
                    let slot = (place.0, place.1, place.2, notice.rule_key.clone());
                    notice.version = told.versions.get(&slot).copied().unwrap_or(0) + 1;
                    notices.insert(slot, notice);
                }
            }
        }
        for (state, ids) in ended {
            for chunk in ids.chunks(500) {
                reminder::Entity::update_many()
                    .col_expr(reminder::Column::State, Expr::value(state.as_str()))
                    .filter(reminder::COLUMN.organization_id.eq(self.organization_id))
                    .filter(reminder::COLUMN.id.is_in(chunk.iter().copied()))
                    .filter(reminder::COLUMN.state.eq(ReminderState::Planned.as_str()))
                    .exec(self.conn)
                    .await?;
            }
        }
        Ok(notices.into_values().collect())
    }

    fn fate(&self, item: &Item, person: &Person, original: NaiveDateTime, row: &reminder::Model) -> Fate {
        let happening = crate::agenda::happening_at(&item.schedules, &item.overrides, person.zone, original);
        match happening {
            _ if item.row.cancelled_at.is_some() => Fate::Cancelled,
            Some(happening) if !happening.cancelled => {
                let fixed_zone = item.schedules[happening.schedule].zone.is_some();
                let same = if fixed_zone {
                    happening.starts_at() == row.starts_at
                } else {
                    format_local(happening.start.local) == row.starts_at_local
                };
                if same { Fate::Stays } else { Fate::Moved(Box::new(happening)) }
            }
            _ if item.overrides.get(&original).is_some_and(|change| change.cancelled) => Fate::Cancelled,
            // The series has another hour now: what took its place on that day is where it moved to.
            _ => self
                .same_day(item, person, original)
                .map_or(Fate::Cancelled, |happening| Fate::Moved(Box::new(happening))),
        }
    }

    fn same_day(&self, item: &Item, person: &Person, original: NaiveDateTime) -> Option<Happening> {
        let at = Timestamp::from(original.and_utc());
        let window = Window { from: at.minus(Duration::days(2)), to: at.plus(Duration::days(2)) };
        happenings(&item.schedules, &item.overrides, person.zone, window)
            .into_iter()
            .find(|happening| !happening.cancelled && happening.original_local.date() == original.date())
    }

    fn notice(&self, item: &Item, person: &Person, sent: &reminder::Model, fate: &Fate) -> Option<reminder::Model> {
        let mut original_local = sent.original_local.clone();
        let (rule_key, starts_at_local, starts_at) = match fate {
            Fate::Stays => return None,
            Fate::Cancelled => ("cancelled".to_owned(), sent.starts_at_local.clone(), sent.starts_at),
            Fate::Moved(happening) => {
                let local = format_local(happening.start.local);
                original_local = format_local(happening.original_local);
                (format!("moved@{local}"), local, happening.starts_at())
            }
        };
        let start = sent.starts_at.to_utc().min(starts_at.to_utc());
        let due = match person.quiet {
            Some(quiet) => quiet.adjust(self.now.to_utc(), Deadline::Start(start), person.zone).due,
            None => self.now.to_utc(),
        };
        let due = due.max(self.now.to_utc());
        Some(reminder::Model {
            id: random::id(self.now, &*self.database.env.random),
            original_local,
            rule_key,
            version: 1,
            kind: item.kind.as_str().to_owned(),
            starts_at_local,
            starts_at,
            due_at: due.into(),
            useful_until: until_start(sent.starts_at.to_utc(), due).into(),
            ignores_quiet_hours: false,
            state: ReminderState::Planned.as_str().to_owned(),
            reason: None,
            sent_at: None,
            shown_at: None,
            clicked_at: None,
            answered_at: None,
            tzdata: TZDATA_VERSION.to_owned(),
            created_at: self.now,
            ..sent.clone()
        })
    }
}

/// The notices that clients have had, or will have, of moves and cancellations.
struct Told {
    /// The newest of an occurrence and client.
    newest: HashMap<(Uuid, String, Uuid), (Timestamp, String)>,
    versions: HashMap<Slot, i64>,
}

impl Told {
    fn of(existing: &HashMap<Slot, Vec<Known>>) -> Self {
        let mut told = Self { newest: HashMap::new(), versions: HashMap::new() };
        for (slot, rows) in existing {
            let version = rows.iter().map(|known| known.row.version).max().unwrap_or(0);
            told.versions.insert(slot.clone(), version);
            if slot.3 != "cancelled" && !slot.3.starts_with("moved@") {
                continue;
            }
            let living =
                [ReminderState::Planned, ReminderState::Sending, ReminderState::Sent].map(ReminderState::as_str);
            for row in rows.iter().map(|known| &known.row).filter(|row| living.contains(&row.state.as_str())) {
                let newest = told.newest.entry((slot.0, slot.1.clone(), slot.2));
                let entry = newest.or_insert_with(|| (row.created_at, row.rule_key.clone()));
                if row.created_at > entry.0 {
                    *entry = (row.created_at, row.rule_key.clone());
                }
            }
        }
        told
    }
}

/// What became of the occurrence that a reminder was for.
#[derive(Clone, Debug)]
enum Fate {
    Stays,
    Cancelled,
    Moved(Box<Happening>),
}

impl PartialEq for Fate {
    fn eq(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}
