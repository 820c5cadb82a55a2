//! Reasons that do not wait to be computed: somebody is not safe, somebody asks for help.

use chrono::Duration;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, Set};
use serde_json::{Value, json};
use uuid::Uuid;

use super::entity::attention_reason;
use super::kind::{Kind, ReasonState, Severity};
use crate::agenda::zone::{day_bounds, local_of};
use crate::alerts::{self, First, Matter, Subject};
use crate::audit::AuditEvent;
use crate::clients::entity::client;
use crate::clients::read_zone;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::help_requests::HelpOutcome;

/// Urgent matters wait so long for somebody, and so long again after each further step.
const URGENT_MINUTES: i64 = 15;

/// What in a check-in or a note says that somebody may be in danger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SafetyTrigger {
    /// Answered that they do not feel safe right now.
    NotSafe,
    /// The ninth question of the PHQ-9, 1 to 3. One or more predicts attempts, though it misses many (Simon et al. 2013).
    Item9 { answer: i64 },
    /// A specialist saw it in a meeting, and wrote it in the note.
    SeenInMeeting { crisis: bool },
    /// Wrote one of the organization's words in their own words.
    Words,
}

impl SafetyTrigger {
    pub fn kind(self) -> Kind {
        match self {
            Self::NotSafe | Self::SeenInMeeting { .. } => Kind::NotSafe,
            Self::Item9 { .. } => Kind::Item9,
            Self::Words => Kind::WordsNoticed,
        }
    }

    pub fn severity(self) -> Severity {
        match self {
            Self::Item9 { answer: ..=1 } | Self::Words | Self::SeenInMeeting { crisis: false } => Severity::High,
            Self::NotSafe | Self::Item9 { .. } | Self::SeenInMeeting { .. } => Severity::Urgent,
        }
    }
}

/// A safety reason that was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RaisedSafety {
    pub reason_id: Uuid,
    pub severity: Severity,
    /// By then somebody has to have acknowledged it.
    pub due_at: Timestamp,
}

/// Opens the reason for that check-in or note, tells those who work with the client, their supervisors and whoever is on call,
/// and starts the clock: 15 minutes when it is urgent, the end of the client's local day when it is high. All in this transaction.
pub async fn raise_safety(
    tx: &mut ScopedTx,
    client: &client::Model,
    subject_id: Uuid,
    trigger: SafetyTrigger,
) -> Result<RaisedSafety> {
    let severity = trigger.severity();
    let soon = tx.now().plus(Duration::minutes(URGENT_MINUTES));
    let due_at = if severity == Severity::Urgent {
        soon
    } else {
        let zone = read_zone("time_zone", &client.time_zone).map_err(|_| Error::internal("no time zone"))?;
        let day = day_bounds(local_of(tx.now().to_utc(), zone).date(), zone);
        Timestamp::from(day.end).max(soon)
    };
    let (code, parameters) = match trigger {
        SafetyTrigger::NotSafe => ("said_not_safe", json!({})),
        SafetyTrigger::Item9 { answer } => ("answered_item9", json!({ "answer": answer })),
        // Which words they were stands in the check-in alone.
        SafetyTrigger::Words => ("wrote_words", json!({})),
        SafetyTrigger::SeenInMeeting { .. } => ("seen_in_meeting", json!({})),
    };
    let subject = match trigger {
        SafetyTrigger::SeenInMeeting { .. } => ("note", subject_id),
        _ => ("check_in", subject_id),
    };
    let reason_id = open(tx, client.id, trigger.kind(), severity, (code, parameters), subject, due_at).await?;
    let matter = Matter {
        subject: Subject::AttentionReason,
        subject_id: reason_id,
        client_id: client.id,
        severity: severity.rank(),
        due_at,
        interval_minutes: URGENT_MINUTES,
        first: First::Everybody,
    };
    alerts::start(tx, matter).await?;
    Ok(RaisedSafety { reason_id, severity, due_at })
}

pub(crate) async fn raise_help(
    tx: &mut ScopedTx,
    client: &client::Model,
    help_request_id: Uuid,
    due_at: Timestamp,
) -> Result<()> {
    let subject = ("help_request", help_request_id);
    open(tx, client.id, Kind::HelpRequested, Severity::High, ("asked_for_help", json!({})), subject, due_at).await?;
    Ok(())
}

async fn open(
    tx: &mut ScopedTx,
    client_id: Uuid,
    kind: Kind,
    severity: Severity,
    (code, parameters): (&str, Value),
    (subject_type, subject_id): (&str, Uuid),
    due_at: Timestamp,
) -> Result<Uuid> {
    let id = tx.new_id();
    let row = attention_reason::ActiveModel {
        id: Set(id),
        organization_id: Set(tx.organization_id()),
        client_id: Set(client_id),
        kind: Set(kind.as_str().to_owned()),
        severity: Set(severity.rank()),
        since: Set(tx.now()),
        code: Set(code.to_owned()),
        parameters: Set(parameters.to_string()),
        subject_type: Set(Some(subject_type.to_owned())),
        subject_id: Set(subject_id.to_string()),
        standing: Set(true),
        state: Set(ReasonState::Open.as_str().to_owned()),
        due_at: Set(Some(due_at)),
        created_at: Set(tx.now()),
        acknowledged_at: Set(None),
        acknowledged_by: Set(None),
        ended_at: Set(None),
        ended_by: Set(None),
        outcome: Set(None),
        note: Set(None),
    };
    attention_reason::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    let detail = json!({ "kind": kind, "severity": severity, "due_at": due_at });
    tx.record(AuditEvent::new("raise", "attention_reason", id).client(client_id).detail(detail));
    Ok(id)
}

async fn of_help_request(tx: &ScopedTx, help_request_id: Uuid) -> Result<Option<attention_reason::Model>> {
    Ok(attention_reason::Entity::find()
        .filter(attention_reason::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(attention_reason::COLUMN.kind.eq(Kind::HelpRequested.as_str()))
        .filter(attention_reason::COLUMN.subject_id.eq(help_request_id.to_string()))
        .filter(attention_reason::COLUMN.standing.eq(true))
        .one(tx.conn())
        .await?)
}

/// Somebody has claimed the request: its reason is looked after.
pub(crate) async fn acknowledge_help(tx: &mut ScopedTx, help_request_id: Uuid) -> Result<()> {
    let Some(row) = of_help_request(tx, help_request_id).await? else { return Ok(()) };
    attention_reason::ActiveModel {
        id: Set(row.id),
        state: Set(ReasonState::Acknowledged.as_str().to_owned()),
        acknowledged_at: Set(Some(tx.now())),
        acknowledged_by: Set(tx.scope().staff_id()),
        ..Default::default()
    }
    .update_without_returning(tx.conn())
    .await?;
    tx.record(AuditEvent::new("acknowledge", "attention_reason", row.id).client(row.client_id));
    Ok(())
}

/// The request is closed, and with it its reason.
pub(crate) async fn resolve_help(tx: &mut ScopedTx, help_request_id: Uuid, outcome: HelpOutcome) -> Result<()> {
    let Some(row) = of_help_request(tx, help_request_id).await? else { return Ok(()) };
    attention_reason::ActiveModel {
        id: Set(row.id),
        standing: Set(false),
        state: Set(ReasonState::Resolved.as_str().to_owned()),
        ended_at: Set(Some(tx.now())),
        ended_by: Set(tx.scope().staff_id()),
        outcome: Set(Some(outcome.as_str().to_owned())),
        ..Default::default()
    }
    .update_without_returning(tx.conn())
    .await?;
    tx.record(AuditEvent::new("resolve", "attention_reason", row.id).client(row.client_id));
    Ok(())
}
