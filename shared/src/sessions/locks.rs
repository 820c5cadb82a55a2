//! What signed notes rest on does not move under them.

use sea_orm::{ActiveModelTrait, ActiveValue, IntoActiveModel};
use uuid::Uuid;

use super::entity::session;
use super::load::{Loaded, SessionView, find, view};
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::policy::Act;

/// The session as its specialist signs a note of it: nobody changes it before this transaction ends.
///
/// # Errors
/// As [`super::get`], and `Forbidden("not_your_session")` for anybody but its specialist.
pub async fn lock_for_note(tx: &ScopedTx, id: Uuid) -> Result<SessionView> {
    let loaded = find(tx, id, Act::WriteSessions).await?;
    view(tx, loaded).await
}

/// A note of the session was signed: from now on the session's facts stay as they are.
pub async fn note_signed(tx: &ScopedTx, id: Uuid) -> Result<()> {
    let Loaded { row, .. } = find(tx, id, Act::WriteSessions).await?;
    count(tx, row, 1).await
}

/// A signed note of the session was voided.
pub async fn note_voided(tx: &ScopedTx, id: Uuid) -> Result<()> {
    // Supervisors void notes too, so reading is enough; the row is written, so two who void wait for each other.
    let Loaded { row, .. } = find(tx, id, Act::ReadSessions).await?;
    count(tx, row, -1).await
}

async fn count(tx: &ScopedTx, row: session::Model, by: i64) -> Result<()> {
    let signed_notes = (row.signed_notes + by).max(0);
    let mut changed = row.into_active_model();
    changed.signed_notes = ActiveValue::Set(signed_notes);
    changed.update(tx.conn()).await?;
    Ok(())
}

pub(super) fn refuse_signed(row: &session::Model) -> Result<()> {
    if row.signed_notes == 0 {
        return Ok(());
    }
    let message = "a signed note rests on this session: void the note first, then write a new one";
    Err(Error::Conflict("session_signed", message.to_owned()))
}
