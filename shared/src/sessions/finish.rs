use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::json;
use uuid::Uuid;

use super::load::{Loaded, SessionView, facts_of, find, get};
use super::locks::refuse_signed;
use super::update::save;
use super::words::{Attendance, State};
use crate::agenda::for_sessions::note_attendance;
use crate::agenda::{self, OccurrenceId};
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::policy::Act;
use crate::text::check_text;

/// Ends a session that is in progress, at this moment unless another is given.
///
/// # Errors
/// `Conflict("not_in_progress")`; `Invalid` for an end that cannot be.
pub async fn finish(tx: &mut ScopedTx, id: Uuid, ends_at: Option<Timestamp>) -> Result<SessionView> {
    let mut loaded = find(tx, id, Act::WriteSessions).await?;
    let before = facts_of(tx, &loaded.row, true).await?;
    if before.state != State::InProgress {
        return Err(Error::Conflict("not_in_progress", "this session is not in progress".to_owned()));
    }
    let mut facts = before.clone();
    facts.state = State::Finished;
    // A minute that has only begun is not given.
    facts.ends_at = Some(ends_at.unwrap_or(Timestamp(tx.now().0 - tx.now().0.rem_euclid(60_000))));
    let mut errors = FieldErrors::default();
    facts.check(&mut errors, tx.now());
    errors.into_result()?;
    save(tx, &mut loaded, &before, &facts).await?;
    record(tx, &loaded, "finish");
    tell_agenda(tx, &loaded).await?;
    get(tx, id).await
}

/// Says that a session should never have been written down. It stays to be seen, and counts for nothing.
///
/// # Errors
/// `Conflict("session_signed")` while a signed note rests on it, `Conflict("entered_in_error")` when it was said before.
pub async fn void(tx: &mut ScopedTx, id: Uuid, reason: &str) -> Result<SessionView> {
    let mut loaded = find(tx, id, Act::WriteSessions).await?;
    let mut errors = FieldErrors::default();
    check_text(&mut errors, "reason", reason, 1, 500);
    errors.into_result()?;
    refuse_signed(&loaded.row)?;
    if loaded.row.state == State::EnteredInError.as_str() {
        return Err(Error::Conflict("entered_in_error", "this session was entered in error already".to_owned()));
    }
    let key = tx.data_key(loaded.row.data_key_id).await?;
    let place = tx.place("sessions", "state_reason", id);
    State::EnteredInError.as_str().clone_into(&mut loaded.row.state);
    loaded.row.state_reason = Some(tx.seal(&key, &place, reason.trim()));
    loaded.row.version += 1;
    loaded.row.clone().into_active_model().reset_all().update(tx.conn()).await?;
    record(tx, &loaded, "void");
    get(tx, id).await
}

fn record(tx: &mut ScopedTx, loaded: &Loaded, action: &'static str) {
    for attendee in &loaded.attendees {
        let event = AuditEvent::new(action, "session", loaded.row.id).client(attendee.client_id);
        tx.record(event.detail(json!({ "state": loaded.row.state })));
    }
}

/// When nobody came, nobody was there; when it took place after all, everybody was until somebody says otherwise.
pub(super) async fn settle_attendees(tx: &ScopedTx, loaded: &mut Loaded, state: State) -> Result<()> {
    for attendee in &mut loaded.attendees {
        let now = Attendance::stored(&attendee.attendance)?;
        let attendance = match state {
            State::NoShow => Attendance::NoShow,
            State::Cancelled => Attendance::Cancelled,
            _ if now.was_there() => now,
            _ => Attendance::Present,
        };
        if attendance != now {
            attendance.as_str().clone_into(&mut attendee.attendance);
            attendee.clone().into_active_model().reset_all().update(tx.conn()).await?;
        }
    }
    Ok(())
}

/// Tells the appointment who came.
pub(super) async fn tell_agenda(tx: &mut ScopedTx, loaded: &Loaded) -> Result<()> {
    let Some(text) = &loaded.row.occurrence_id else { return Ok(()) };
    let id: OccurrenceId = text.parse().map_err(|_| Error::internal("a session of no occurrence"))?;
    if State::stored(&loaded.row.state)? == State::InProgress {
        return Ok(());
    }
    for attendee in &loaded.attendees {
        let attendance = match Attendance::stored(&attendee.attendance)? {
            Attendance::Present | Attendance::LeftEarly => agenda::Attendance::Attended,
            Attendance::NoShow => agenda::Attendance::NoShow,
            Attendance::Cancelled => agenda::Attendance::Excused,
        };
        note_attendance(tx, id, attendee.client_id, attendance).await?;
    }
    Ok(())
}
