use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{Duration, NaiveDateTime};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use super::attendance::Attendance;
use super::entity::{agenda_schedule, participation};
use super::input::Texts;
use super::item::{goal_of, open_texts};
use super::kind::Kind;
use super::load::{Item, load};
use super::local::{OccurrenceId, format_local};
use super::respond::Answer;
use super::series::{Happening, Window, happening_at};
use super::zone::utc_offset_text;
use crate::check_ins;
use crate::clients;
use crate::clock::Timestamp;
use crate::db::{ScopedTx, id_list};
use crate::error::{Error, Result};
use crate::identity;
use crate::policy::{Act, reaches};
use crate::reminders::{self, ReminderView};
use crate::secrets::{DataKey, Place, sha256};

/// A client's answer to an occurrence, and whether they came.
#[derive(Clone, Debug, Default)]
pub struct Participant {
    pub answer: Option<Answer>,
    pub attendance: Option<(Attendance, Timestamp)>,
}

/// One occurrence as one client has it.
#[derive(Clone, Debug)]
pub struct OccurrenceView {
    pub id: OccurrenceId,
    pub client_id: Uuid,
    pub kind: Kind,
    pub title: String,
    pub location: Option<String>,
    pub notes: Option<String>,
    pub starts_at: Timestamp,
    pub starts_at_local: String,
    pub ends_at: Option<Timestamp>,
    pub utc_offset: String,
    pub time_zone: String,
    pub duration_minutes: Option<i64>,
    pub recurring: bool,
    pub cancelled: bool,
    pub moved: bool,
    pub staff: Vec<(Uuid, String)>,
    pub participant: Participant,
    /// The next planned reminder, else the newest.
    pub reminder: Option<ReminderView>,
    pub created_by_client: bool,
    /// The goal, and the step of it, that this is a part of; for those who may read goals.
    pub goal_id: Option<Uuid>,
    pub step_id: Option<Uuid>,
    /// Of a check-in: its schedule and form, for those who may read check-ins.
    pub check_in: Option<(Uuid, Uuid)>,
}

/// What the views of many occurrences share, so that it is fetched once.
pub(super) struct Surroundings {
    pub staff_names: HashMap<Uuid, String>,
    pub participants: HashMap<(Uuid, NaiveDateTime, Uuid), participation::Model>,
    pub reminders: HashMap<(Uuid, NaiveDateTime, Uuid), ReminderView>,
    /// Opened so far, by schedule: all occurrences of a series say the same.
    texts: Mutex<HashMap<Uuid, Texts>>,
    /// Schedule and form by item.
    pub check_ins: HashMap<Uuid, (Uuid, Uuid)>,
}

impl Surroundings {
    pub(super) async fn fetch(
        tx: &ScopedTx,
        items: &[Item],
        client_ids: Option<&[Uuid]>,
        window: Window,
    ) -> Result<Self> {
        let item_ids: Vec<Uuid> = items.iter().map(|item| item.row.id).collect();
        let staff_names = identity::open_names(tx, items.iter().flat_map(|item| &item.staff)).await?;
        let mut participants = HashMap::new();
        let (first, last) = originals_within(items, window);
        for chunk in item_ids.chunks(500) {
            let mut query = participation::Entity::find()
                .filter(participation::COLUMN.organization_id.eq(tx.organization_id()))
                .filter(participation::COLUMN.item_id.is_in(id_list(chunk.iter().copied())))
                .filter(participation::COLUMN.original_local.gte(first.as_str()))
                .filter(participation::COLUMN.original_local.lte(last.as_str()));
            if let Some(ids) = client_ids {
                query = query.filter(participation::COLUMN.client_id.is_in(ids.iter().copied()));
            }
            for row in query.all(tx.conn()).await? {
                let original = super::local::stored_local(&row.original_local)?;
                participants.insert((row.item_id, original, row.client_id), row);
            }
        }
        let reminders = reminders::leading_by_occurrence(tx, &item_ids, client_ids, window, (&first, &last)).await?;
        tx.warm_data_keys(items.iter().map(|item| item.row.data_key_id)).await?;
        let asked: Vec<Uuid> = items.iter().filter(|item| item.kind == Kind::CheckIn).map(|item| item.row.id).collect();
        let check_ins = if asked.is_empty() || reaches(tx.scope(), Act::ReadCheckIns).is_empty() {
            HashMap::new()
        } else {
            check_ins::schedules_of_items(tx, &asked).await?
        };
        Ok(Self { staff_names, participants, reminders, texts: Mutex::default(), check_ins })
    }

    fn texts(&self, tx: &ScopedTx, key: &DataKey, row: &agenda_schedule::Model) -> Result<Texts> {
        let mut opened = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(texts) = opened.get(&row.id) {
            return Ok(texts.clone());
        }
        let texts = open_texts(tx, key, row)?;
        opened.insert(row.id, texts.clone());
        Ok(texts)
    }
}

/// Between which original starts everything lies that can happen within the window: near it, whatever the zone, but for
/// what was moved into it.
fn originals_within(items: &[Item], window: Window) -> (String, String) {
    let margin = Duration::days(2);
    let from = window.from.minus(margin).to_utc().naive_utc();
    let to = window.to.plus(margin).to_utc().naive_utc();
    let moved_in = items
        .iter()
        .flat_map(|item| &item.overrides)
        .filter(|(_, change)| change.moved_to.is_some_and(|at| from <= at && at <= to))
        .map(|(original, _)| *original);
    let (first, last) = moved_in.fold((from, to), |(first, last), at| (first.min(at), last.max(at)));
    (format_local(first), format_local(last))
}

pub(super) async fn occurrence_view(
    tx: &ScopedTx,
    item: &Item,
    happening: &Happening,
    client_id: Uuid,
    around: &Surroundings,
) -> Result<OccurrenceView> {
    let key: Arc<DataKey> = tx.data_key(item.row.data_key_id).await?;
    let mut texts = around.texts(tx, &key, &item.schedule_rows[happening.schedule])?;
    if let Some(row) = item.occurrence_rows.get(&happening.original_local) {
        let open = |column, sealed| {
            key.open(&tx.place("occurrences", column, row_id(row.item_id, &row.original_local, None)), sealed)
        };
        if let Some(sealed) = &row.title {
            texts.title = open("title", sealed)?;
        }
        if let Some(sealed) = &row.location {
            texts.location = Some(open("location", sealed)?);
        }
        if let Some(sealed) = &row.notes {
            texts.notes = Some(open("notes", sealed)?);
        }
    }
    let place = (item.row.id, happening.original_local, client_id);
    let participant = match around.participants.get(&place) {
        Some(row) => participant(tx, row).await?,
        None => Participant::default(),
    };
    let cancelled =
        happening.cancelled || item.row.cancelled_at.is_some_and(|cancelled| happening.starts_at() >= cancelled);
    let (goal_id, step_id) = goal_of(tx, item);
    Ok(OccurrenceView {
        id: OccurrenceId { item_id: item.row.id, original_local: happening.original_local },
        client_id,
        kind: item.kind,
        title: texts.title,
        location: texts.location,
        notes: texts.notes,
        starts_at: happening.starts_at(),
        starts_at_local: format_local(happening.start.local),
        ends_at: happening.ends_at(),
        utc_offset: utc_offset_text(happening.start.offset_seconds),
        time_zone: happening.zone.name().to_owned(),
        duration_minutes: happening.duration_minutes,
        recurring: item.is_recurring(),
        cancelled,
        moved: happening.moved,
        staff: item.staff.iter().filter_map(|(id, _)| Some((*id, around.staff_names.get(id)?.clone()))).collect(),
        participant,
        reminder: around.reminders.get(&place).cloned(),
        created_by_client: item.row.created_by_kind == "client",
        goal_id,
        step_id,
        check_in: around.check_ins.get(&item.row.id).copied(),
    })
}

async fn participant(tx: &ScopedTx, row: &participation::Model) -> Result<Participant> {
    let answer = match (&row.response, row.responded_at) {
        (Some(response), Some(responded_at)) => {
            let note = match &row.note {
                Some(sealed) => {
                    let client = clients::authorize(tx, row.client_id, Act::ReadAgenda).await?;
                    let key = tx.data_key(client.data_key_id).await?;
                    Some(key.open(&note_place(tx, row.item_id, &row.original_local, row.client_id), sealed)?)
                }
                None => None,
            };
            let response =
                super::respond::Response::parse(response).ok_or_else(|| Error::internal("an unknown response"))?;
            let answered_at = row.answered_at.unwrap_or(responded_at);
            Some(Answer { response, note, snoozed_until: row.snoozed_until, answered_at, responded_at })
        }
        _ => None,
    };
    let attendance = match (&row.attendance, row.attendance_at) {
        (Some(attendance), Some(at)) => Attendance::parse(attendance).map(|attendance| (attendance, at)),
        _ => None,
    };
    Ok(Participant { answer, attendance })
}

/// The title of an occurrence: its own, or that of its series. For the worker, which has no scope.
pub fn title_of(
    key: &DataKey,
    organization: Uuid,
    item: &Item,
    happening: &Happening,
    id: OccurrenceId,
) -> Result<String> {
    let own = item.occurrence_rows.get(&happening.original_local).and_then(|row| row.title.as_ref());
    if let Some(sealed) = own {
        let row = row_id(id.item_id, &format_local(id.original_local), None);
        return key.open(&Place { table: "occurrences", column: "title", row, organization }, sealed);
    }
    let row = &item.schedule_rows[happening.schedule];
    key.open(&Place { table: "agenda_schedules", column: "title", row: row.id, organization }, &row.title)
}

/// What an occurrence's or a participant's sealed text is bound to: rows without an id of their own get one from their
/// key.
pub(crate) fn row_id(item_id: Uuid, original_local: &str, client_id: Option<Uuid>) -> Uuid {
    let client = client_id.map(|id| id.to_string()).unwrap_or_default();
    let hash = sha256(format!("{item_id}.{original_local}.{client}").as_bytes());
    Uuid::from_slice(&hash[..16]).unwrap_or_default()
}

pub(super) fn note_place(tx: &ScopedTx, item_id: Uuid, original_local: &str, client_id: Uuid) -> Place {
    tx.place("participations", "note", row_id(item_id, original_local, Some(client_id)))
}

/// An occurrence with what was loaded to find it.
pub(super) struct Found {
    pub item: Item,
    pub happening: Happening,
    pub client_id: Uuid,
}

/// Finds an occurrence for an act of the actor on one of its clients. Staff name the client; when an item has only one,
/// they need not.
pub(super) async fn find(tx: &ScopedTx, id: OccurrenceId, client_id: Option<Uuid>, act: Act) -> Result<Found> {
    let item = load(tx.conn(), tx.organization_id(), vec![id.item_id]).await?.pop().ok_or(Error::NotFound)?;
    let visible = clients::visible_ids(tx, Act::ReadAgenda).await?;
    if !item.client_ids.iter().any(|id| visible.as_ref().is_none_or(|ids| ids.contains(id))) {
        return Err(Error::NotFound);
    }
    let client_id = match (tx.scope().client_id(), client_id) {
        (Some(own), None) => own,
        (Some(own), Some(named)) if own == named => own,
        (Some(_), Some(_)) => return Err(Error::NotFound),
        (None, Some(named)) => named,
        (None, None) => match item.client_ids[..] {
            [only] => only,
            _ => {
                return Err(Error::invalid("client_id", "required", "this item has several clients: say which"));
            }
        },
    };
    if !item.client_ids.contains(&client_id) {
        return Err(Error::NotFound);
    }
    let client = clients::authorize(tx, client_id, act).await?;
    let client_zone = clients::read_zone("time_zone", &client.time_zone)?;
    let happening =
        happening_at(&item.schedules, &item.overrides, client_zone, id.original_local).ok_or(Error::NotFound)?;
    Ok(Found { item, happening, client_id })
}

/// One occurrence, as one client has it.
pub async fn get_occurrence(tx: &ScopedTx, id: OccurrenceId, client_id: Option<Uuid>) -> Result<OccurrenceView> {
    let found = find(tx, id, client_id, Act::ReadAgenda).await?;
    let at = found.happening.starts_at();
    let window = Window { from: at, to: at.plus(Duration::milliseconds(1)) };
    let around = Surroundings::fetch(tx, std::slice::from_ref(&found.item), Some(&[found.client_id]), window).await?;
    occurrence_view(tx, &found.item, &found.happening, found.client_id, &around).await
}
