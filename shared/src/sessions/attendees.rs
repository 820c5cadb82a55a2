use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::json;
use uuid::Uuid;

use super::entity::session_attendee;
use super::finish::tell_agenda;
use super::load::{SessionView, facts_of, find, get};
use super::locks::refuse_signed;
use super::overlap::{Presence, refuse_client_overlap};
use super::words::{Attendance, Kind, OtherPresent, State};
use crate::audit::AuditEvent;
use crate::clients;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::policy::Act;

/// A change: outer `None` leaves a member alone, inner `None` means with the start, or until the end.
#[derive(Clone, Debug, Default)]
pub struct AttendeePatch {
    pub attendance: Option<Attendance>,
    pub arrived_at: Option<Option<Timestamp>>,
    pub left_at: Option<Option<Timestamp>>,
    pub others_present: Option<Vec<OtherPresent>>,
}

/// Says of one client whether and when they were there.
pub async fn update_attendee(
    tx: &mut ScopedTx,
    id: Uuid,
    client_id: Uuid,
    if_version: Option<i64>,
    patch: AttendeePatch,
) -> Result<SessionView> {
    let mut loaded = find(tx, id, Act::WriteSessions).await?;
    clients::authorize(tx, client_id, Act::WriteSessions).await?;
    if if_version.is_some_and(|version| version != loaded.row.version) {
        return Err(Error::PreconditionFailed);
    }
    refuse_signed(&loaded.row)?;
    let facts = facts_of(tx, &loaded.row, false).await?;
    if !facts.state.takes_time() {
        return Err(Error::Conflict("did_not_take_place", "this session did not take place".to_owned()));
    }
    let place = loaded.attendees.iter().position(|row| row.client_id == client_id).ok_or(Error::NotFound)?;
    let mut row = loaded.attendees[place].clone();
    let mut members = Vec::new();
    if let Some(attendance) = patch.attendance {
        attendance.as_str().clone_into(&mut row.attendance);
        members.push("attendance");
    }
    if let Some(at) = patch.arrived_at {
        row.arrived_at = at;
        members.push("arrived_at");
    }
    if let Some(at) = patch.left_at {
        row.left_at = at;
        members.push("left_at");
    }
    if let Some(others) = &patch.others_present {
        row.others_present = json!(others).to_string();
        members.push("others_present");
    }
    let attendance = Attendance::stored(&row.attendance)?;
    let individual = Kind::stored(&loaded.row.kind)? == Kind::Individual;
    let mut errors = FieldErrors::default();
    if individual && !attendance.was_there() {
        errors.add("attendance", "whole_session", "say of the session that nobody came, or that it was cancelled");
    }
    check_times(&mut errors, &row, attendance, (facts.starts_at, facts.ends_at), tx.now());
    errors.into_result()?;
    loaded.attendees[place] = row.clone();
    let presences = loaded.attendees.iter().map(Presence::of).collect::<Result<Vec<_>>>()?;
    refuse_client_overlap(tx, Some(id), &facts, &presences).await?;
    row.into_active_model().reset_all().update(tx.conn()).await?;
    loaded.row.version += 1;
    loaded.row.clone().into_active_model().reset_all().update(tx.conn()).await?;
    let event = AuditEvent::new("update", "session", id).client(client_id);
    tx.record(event.detail(json!({ "members": members, "attendance": attendance })));
    if facts.state == State::Finished {
        tell_agenda(tx, &loaded).await?;
    }
    get(tx, id).await
}

fn check_times(
    errors: &mut FieldErrors,
    row: &session_attendee::Model,
    attendance: Attendance,
    (starts_at, ends_at): (Timestamp, Option<Timestamp>),
    now: Timestamp,
) {
    let within = |at: Timestamp| at >= starts_at && at <= ends_at.unwrap_or(now.plus(chrono::Duration::minutes(2)));
    for (field, at) in [("arrived_at", row.arrived_at), ("left_at", row.left_at)] {
        let Some(at) = at else { continue };
        if !attendance.was_there() {
            errors.add(field, "not_allowed", "only of somebody who was there");
        } else if at.0 % 60_000 != 0 {
            errors.add(field, "whole_minutes", "to the minute, without seconds");
        } else if !within(at) {
            errors.add(field, "out_of_range", "between the start and the end of the session");
        }
    }
    if let (Some(arrived_at), Some(left_at)) = (row.arrived_at, row.left_at)
        && left_at < arrived_at
    {
        errors.add("left_at", "before_arrival", "left before they came");
    }
}
