//! Nobody is in two places. A specialist's sessions are kept apart by the database itself; a client's by a look under a
//! lock, for some payers pay for two services at once.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{Condition, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::check::Facts;
use super::entity::{session, session_attendee};
use super::time::attended;
use super::words::{Attendance, State};
use crate::clients::entity::client;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, FieldError, Result, is_unique_violation};
use crate::payers;

/// The time of one client in a session.
pub(super) struct Presence {
    pub client_id: Uuid,
    pub attendance: Attendance,
    pub arrived_at: Option<Timestamp>,
    pub left_at: Option<Timestamp>,
}

impl Presence {
    pub fn of(row: &session_attendee::Model) -> Result<Self> {
        Ok(Self {
            client_id: row.client_id,
            attendance: Attendance::stored(&row.attendance)?,
            arrived_at: row.arrived_at,
            left_at: row.left_at,
        })
    }

    fn span(&self, starts_at: Timestamp, ends_at: Option<Timestamp>) -> (Timestamp, Timestamp) {
        attended((starts_at, ends_at.unwrap_or(Timestamp::FAR_FUTURE)), self.arrived_at, self.left_at)
    }
}

/// Refuses a second session of an appointment, and one at a time at which the specialist has another: in words, before the
/// database would. Who comes at the same moment meets the database's own refusal.
pub(super) async fn refuse_taken(
    tx: &ScopedTx,
    session_id: Option<Uuid>,
    (specialist_id, occurrence_id): (Uuid, Option<&str>),
    facts: &Facts,
) -> Result<()> {
    let apart = || {
        let query = session::Entity::find().filter(session::COLUMN.organization_id.eq(tx.organization_id()));
        match session_id {
            Some(id) => query.filter(session::COLUMN.id.ne(id)),
            None => query,
        }
    };
    if let Some(occurrence_id) = occurrence_id {
        let same = apart()
            .filter(session::COLUMN.occurrence_id.eq(occurrence_id))
            .filter(session::COLUMN.state.ne(State::EnteredInError.as_str()));
        if same.limit(1).one(tx.conn()).await?.is_some() {
            return Err(occurrence_taken());
        }
    }
    if !facts.state.takes_time() {
        return Ok(());
    }
    let same_time = at_the_time(apart().filter(session::COLUMN.specialist_id.eq(specialist_id)), facts);
    if same_time.limit(1).one(tx.conn()).await?.is_some() {
        return Err(overlap());
    }
    Ok(())
}

/// Of these, what takes time while the facts do. Touching ends do not overlap.
fn at_the_time(query: Select<session::Entity>, facts: &Facts) -> Select<session::Entity> {
    let still_on =
        Condition::any().add(session::COLUMN.ends_at.is_null()).add(session::COLUMN.ends_at.gt(facts.starts_at));
    query
        .filter(session::COLUMN.state.is_in([State::InProgress.as_str(), State::Finished.as_str()]))
        .filter(session::COLUMN.starts_at.lt(facts.ends_at.unwrap_or(Timestamp::FAR_FUTURE)))
        .filter(still_on)
}

fn overlap() -> Error {
    let message = "you have another session at this time; finish or change that one first";
    Error::ConflictIn("overlap", FieldError::new("starts_at", "overlap", message))
}

fn occurrence_taken() -> Error {
    let message = "there is a session of this appointment already";
    Error::ConflictIn("occurrence_taken", FieldError::new("occurrence_id", "occurrence_taken", message))
}

/// Refuses a charged session at a time at which one of its clients has another one, unless their payer allows the two
/// services at once. Two who write for one client follow one another.
pub(super) async fn refuse_client_overlap(
    tx: &ScopedTx,
    session_id: Option<Uuid>,
    facts: &Facts,
    presences: &[Presence],
) -> Result<()> {
    let there: Vec<&Presence> = presences.iter().filter(|presence| presence.attendance.was_there()).collect();
    if !facts.is_charged() || there.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = there.iter().map(|presence| presence.client_id).collect();
    if tx.database().is_postgres() {
        client::Entity::find()
            .select_only()
            .column(client::Column::Id)
            .filter(client::COLUMN.organization_id.eq(tx.organization_id()))
            .filter(client::COLUMN.id.is_in(ids.iter().copied()))
            .order_by_asc(client::COLUMN.id)
            .lock(LockType::NoKeyUpdate)
            .into_tuple::<Uuid>()
            .all(tx.conn())
            .await?;
    }
    for (row, other) in others(tx, session_id, facts, &ids).await? {
        let theirs = Presence::of(&other)?;
        let Some(ours) = there.iter().find(|presence| presence.client_id == theirs.client_id) else { continue };
        let (from, to) = ours.span(facts.starts_at, facts.ends_at);
        let (other_from, other_to) = theirs.span(row.starts_at, row.ends_at);
        if !theirs.attendance.was_there() || from >= other_to || other_from >= to {
            continue;
        }
        let profile = payers::profile_on(tx, theirs.client_id, facts.service_date()).await?;
        if !profile.rules.allows_at_once(facts.service_code.as_deref(), row.service_code.as_deref()) {
            let message = "this person has another billable session at this time; \
                change the time, or say that one of the two is not billable";
            return Err(Error::ConflictIn("client_overlap", FieldError::new("starts_at", "client_overlap", message)));
        }
    }
    Ok(())
}

async fn others(
    tx: &ScopedTx,
    session_id: Option<Uuid>,
    facts: &Facts,
    client_ids: &[Uuid],
) -> Result<Vec<(session::Model, session_attendee::Model)>> {
    let billable = session::Entity::find()
        .filter(session::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(session::COLUMN.billable.eq(true));
    let mut sessions = at_the_time(billable, facts);
    if let Some(id) = session_id {
        sessions = sessions.filter(session::COLUMN.id.ne(id));
    }
    let attendees: RelationDef = session::Entity::belongs_to(session_attendee::Entity)
        .from(session::Column::Id)
        .to(session_attendee::Column::SessionId)
        .into();
    let rows = sessions
        .join(sea_orm::JoinType::InnerJoin, attendees)
        .select_also(session_attendee::Entity)
        .filter(session_attendee::COLUMN.client_id.is_in(client_ids.iter().copied()))
        .order_by_asc(session::COLUMN.id)
        .all(tx.conn())
        .await?;
    Ok(rows.into_iter().filter_map(|(row, other)| Some((row, other?))).collect())
}

/// What the database refused, in words: another session of the specialist's at this time, or of this occurrence.
pub(super) fn explain(error: DbErr) -> Error {
    if breaks_overlap(&error) {
        return overlap();
    }
    if is_unique_violation(&error) {
        return occurrence_taken();
    }
    error.into()
}

/// The exclusion constraint of PostgreSQL (23P01), or the trigger on SQLite.
fn breaks_overlap(error: &DbErr) -> bool {
    let (DbErr::Exec(sea_orm::RuntimeErr::SqlxError(cause)) | DbErr::Query(sea_orm::RuntimeErr::SqlxError(cause))) =
        error
    else {
        return false;
    };
    let sqlx::Error::Database(database) = &**cause else { return false };
    database.code().is_some_and(|code| code == "23P01") || database.message().contains("sessions_no_overlap")
}
