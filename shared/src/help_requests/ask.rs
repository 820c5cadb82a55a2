use chrono::Duration;
use sea_orm::Set;
use sea_orm::entity::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::entity::help_request;
use super::settings::{is_staffed, load};
use super::state::HelpState;
use crate::alerts::{self, First, Matter, Subject};
use crate::attention;
use crate::audit::AuditEvent;
use crate::clients;
use crate::clients::entity::client;
use crate::db::ScopedTx;
use crate::error::{Error, Result, is_unique_violation};
use crate::policy::Act;
use crate::text::cleaned;

/// What a client sends.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// Made by the phone, so that what is sent twice is stored once.
    pub id: Option<Uuid>,
    pub message: Option<String>,
}

/// Asks for help: those who work with the client are told at once, and the clock starts. Returns the id, and whether it
/// is new; the same id again changes nothing.
pub async fn ask(tx: &mut ScopedTx, ask: Ask) -> Result<(Uuid, bool)> {
    let client_id = tx.scope().client_id().ok_or(Error::Forbidden("clients_only"))?;
    let client = clients::authorize(tx, client_id, Act::AskForHelp).await?;
    // Nobody who asks for help is turned away for a character that they did not type.
    let message = ask.message.as_deref().map(cleaned);
    let message = message.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if message.is_some_and(|text| text.chars().count() > 2000) {
        return Err(Error::invalid("message", "length", "at most 2000 characters"));
    }
    if let Some(id) = ask.id {
        let known = help_request::Entity::find_by_id(id)
            .filter(help_request::COLUMN.organization_id.eq(tx.organization_id()))
            .one(tx.conn())
            .await?;
        match known {
            Some(row) if row.client_id == client_id => return Ok((id, false)),
            Some(_) => return Err(id_taken()),
            None => {}
        }
    }
    let id = ask.id.unwrap_or_else(|| tx.new_id());
    raise(tx, &client, id, message, None).await?;
    Ok((id, true))
}

/// The same, for the answer "I need help with it" to something on the agenda; asked again while it is open, it stays one.
pub async fn ask_for_occurrence(tx: &mut ScopedTx, client: &client::Model, occurrence_id: &str) -> Result<()> {
    let open = help_request::Entity::find()
        .filter(help_request::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(help_request::COLUMN.client_id.eq(client.id))
        .filter(help_request::COLUMN.occurrence_id.eq(occurrence_id))
        .filter(help_request::COLUMN.state.ne(HelpState::Closed.as_str()))
        .one(tx.conn())
        .await?;
    if open.is_some() {
        return Ok(());
    }
    let id = tx.new_id();
    raise(tx, client, id, None, Some(occurrence_id)).await
}

async fn raise(
    tx: &mut ScopedTx,
    client: &client::Model,
    id: Uuid,
    message: Option<&str>,
    occurrence_id: Option<&str>,
) -> Result<()> {
    let settings = load(tx).await?;
    let key = tx.data_key(client.data_key_id).await?;
    let due_at = tx.now().plus(Duration::minutes(settings.escalation_minutes));
    let row = help_request::ActiveModel {
        id: Set(id),
        organization_id: Set(tx.organization_id()),
        client_id: Set(client.id),
        state: Set(HelpState::Open.as_str().to_owned()),
        message: Set(message.map(|text| tx.seal(&key, &tx.place("help_requests", "message", id), text))),
        occurrence_id: Set(occurrence_id.map(str::to_owned)),
        staffed: Set(is_staffed(tx, &settings)),
        due_at: Set(due_at),
        created_at: Set(tx.now()),
        claimed_at: Set(None),
        claimed_by: Set(None),
        closed_at: Set(None),
        closed_by: Set(None),
        outcome: Set(None),
        note: Set(None),
        version: Set(1),
    };
    help_request::Entity::insert(row)
        .exec_without_returning(tx.conn())
        .await
        .map_err(|error| if is_unique_violation(&error) { id_taken() } else { error.into() })?;
    let detail = json!({ "due_at": due_at, "occurrence": occurrence_id.is_some() });
    tx.record(AuditEvent::new("create", "help_request", id).client(client.id).detail(detail));
    attention::raise_help(tx, client, id, due_at).await?;
    let matter = Matter {
        subject: Subject::HelpRequest,
        subject_id: id,
        client_id: client.id,
        severity: attention::Severity::High.rank(),
        due_at,
        interval_minutes: settings.escalation_minutes,
        first: First::Assigned,
    };
    alerts::start(tx, matter).await
}

fn id_taken() -> Error {
    Error::Conflict("id_taken", "this id is in use; make a new one".to_owned())
}
