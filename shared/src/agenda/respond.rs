use chrono::Duration;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, QueryFilter, Set};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::entity::participation;
use super::kind::Kind;
use super::local::{OccurrenceId, format_local};
use super::occurrence::{OccurrenceView, find, get_occurrence, note_place};
use crate::audit::AuditEvent;
use crate::clients;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::goals;
use crate::help_requests;
use crate::policy::Act;
use crate::reminders;
use crate::text::{check_text, cleaned};

/// What a client answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    Confirmed,
    Declined,
    Done,
    /// Remind me again later.
    Snoozed,
    /// I need help with it.
    Help,
}

impl Response {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
            Self::Done => "done",
            Self::Snoozed => "snoozed",
            Self::Help => "help",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Confirmed, Self::Declined, Self::Done, Self::Snoozed, Self::Help]
            .into_iter()
            .find(|response| response.as_str() == text)
    }
}

/// An answer as it was stored.
#[derive(Clone, Debug)]
pub struct Answer {
    pub response: Response,
    pub note: Option<String>,
    pub snoozed_until: Option<Timestamp>,
    /// When it was given.
    pub answered_at: Timestamp,
    /// When it arrived.
    pub responded_at: Timestamp,
}

const SNOOZE: std::ops::RangeInclusive<i64> = 5..=1440;
const DEFAULT_SNOOZE: i64 = 30;
/// A phone's clock may be a little ahead of ours.
const AHEAD: Duration = Duration::minutes(2);
/// How long an answer can be on its way.
const OLDEST: Duration = Duration::days(31);

/// What somebody answers.
#[derive(Clone, Debug)]
pub struct NewAnswer {
    pub response: Response,
    pub note: Option<String>,
    /// With [`Response::Snoozed`] only.
    pub snooze_minutes: Option<i64>,
    /// When it was given, if it comes late: a phone without a network keeps answers.
    pub answered_at: Option<Timestamp>,
}

/// Stores a client's answer; a later one replaces an earlier one, whichever arrives first; the same one again changes
/// nothing. `client_id` is for staff who write down what they were told.
pub async fn respond(
    tx: &mut ScopedTx,
    id: OccurrenceId,
    client_id: Option<Uuid>,
    answer: NewAnswer,
) -> Result<OccurrenceView> {
    let NewAnswer { response, note, snooze_minutes, answered_at } = answer;
    let act = if tx.scope().client_id().is_some() { Act::ReadAgenda } else { Act::WriteAgenda };
    let found = find(tx, id, client_id, act).await?;
    // Nobody who needs help is turned away for a character that they did not type.
    let note = if response == Response::Help { note.as_deref().map(cleaned) } else { note };
    let mut errors = FieldErrors::default();
    if let Some(note) = &note {
        check_text(&mut errors, "note", note, 0, 1000);
    }
    match (response, snooze_minutes) {
        (Response::Snoozed, Some(minutes)) if !SNOOZE.contains(&minutes) => {
            errors.add("snooze_minutes", "out_of_range", "5 to 1440 minutes");
        }
        (Response::Snoozed, _) | (_, None) => {}
        (_, Some(_)) => errors.add("snooze_minutes", "not_allowed", "only with the response snoozed"),
    }
    if answered_at.is_some_and(|at| at > tx.now().plus(AHEAD)) {
        errors.add("answered_at", "in_the_future", "an answer cannot be given before now has come");
    } else if answered_at.is_some_and(|at| at < tx.now().minus(OLDEST)) {
        errors.add("answered_at", "too_old", "at most 31 days ago");
    }
    if found.item.kind == Kind::CheckIn && matches!(response, Response::Done | Response::Confirmed) {
        errors.add("response", "answer_the_check_in", "a check-in is done by sending its answers");
    }
    errors.into_result()?;
    let answered_at = answered_at.unwrap_or(tx.now()).min(tx.now());
    if found.happening.cancelled || found.item.row.cancelled_at.is_some() {
        return Err(Error::Conflict("cancelled", "this was cancelled".to_owned()));
    }

    let client_id = found.client_id;
    let place = (id.item_id, format_local(id.original_local), client_id);
    let before = participation::Entity::find_by_id(place)
        .filter(participation::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?;
    let newest = before.and_then(|row| row.answered_at.or(row.responded_at));
    if newest.is_some_and(|newest| newest > answered_at) {
        // It was on its way while a newer one arrived.
        tx.record(AuditEvent::new("respond", "occurrence", id).client(client_id).detail(json!({ "outdated": true })));
        return get_occurrence(tx, id, Some(client_id)).await;
    }
    let original_local = format_local(id.original_local);
    let client = clients::authorize(tx, client_id, Act::ReadAgenda).await?;
    let key = tx.data_key(client.data_key_id).await?;
    let snoozed_until = (response == Response::Snoozed)
        .then(|| tx.now().plus(Duration::minutes(snooze_minutes.unwrap_or(DEFAULT_SNOOZE))));
    let row = participation::ActiveModel {
        item_id: Set(id.item_id),
        original_local: Set(original_local.clone()),
        client_id: Set(client_id),
        organization_id: Set(tx.organization_id()),
        response: Set(Some(response.as_str().to_owned())),
        note: Set(note.map(|text| tx.seal(&key, &note_place(tx, id.item_id, &original_local, client_id), &text))),
        answered_at: Set(Some(answered_at)),
        responded_at: Set(Some(tx.now())),
        snoozed_until: Set(snoozed_until),
        attendance: Set(None),
        attendance_at: Set(None),
    };
    participation::Entity::insert(row).on_conflict(replacing_the_answer()).exec_without_returning(tx.conn()).await?;
    let silence = matches!(response, Response::Done | Response::Declined);
    reminders::mark_answered(tx, id, client_id, answered_at, silence).await?;
    if let Some(until) = snoozed_until {
        reminders::snooze(tx, &found.item, &found.happening, client_id, until).await?;
    }
    if response == Response::Help && tx.scope().client_id().is_some() {
        help_requests::ask_for_occurrence(tx, &client, &id.to_string()).await?;
    }
    if let Some(step_id) = found.item.row.step_id.filter(|_| response == Response::Done && !found.item.is_recurring()) {
        goals::step_answered(tx, step_id).await?;
    }
    tx.record(AuditEvent::new("respond", "occurrence", id).client(client_id).detail(json!({ "response": response })));
    get_occurrence(tx, id, Some(client_id)).await
}

/// Of a participation that is there already only the answer changes.
pub(super) fn replacing_the_answer() -> OnConflict {
    OnConflict::columns([
        participation::Column::ItemId,
        participation::Column::OriginalLocal,
        participation::Column::ClientId,
    ])
    .update_columns([
        participation::Column::Response,
        participation::Column::Note,
        participation::Column::AnsweredAt,
        participation::Column::RespondedAt,
        participation::Column::SnoozedUntil,
    ])
    .to_owned()
}
