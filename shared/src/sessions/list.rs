use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect, QueryTrait};
use uuid::Uuid;

use super::entity::{session, session_attendee};
use super::load::{SessionView, views_of};
use super::words::State;
use crate::clients;
use crate::clock::Timestamp;
use crate::db::{Page, PageRequest, ScopedTx};
use crate::error::Result;
use crate::policy::Act;

/// Which sessions are wanted. Dates are dates of service; `to` is exclusive.
#[derive(Clone, Debug, Default)]
pub struct SessionFilter {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub client_id: Option<Uuid>,
    pub staff_id: Option<Uuid>,
    pub state: Option<State>,
}

/// Sessions of the clients within reach, newest first.
///
/// # Errors
/// `NotFound` for a client outside one's reach, `Forbidden("role")` when no role of the actor's reads sessions.
pub async fn list(tx: &ScopedTx, filter: &SessionFilter, page: &PageRequest) -> Result<Page<SessionView>> {
    if let Some(client_id) = filter.client_id {
        clients::authorize(tx, client_id, Act::ReadSessions).await?;
    }
    let mut attended = session_attendee::Entity::find()
        .select_only()
        .column(session_attendee::Column::SessionId)
        .filter(session_attendee::COLUMN.organization_id.eq(tx.organization_id()));
    attended = match filter.client_id {
        Some(client_id) => attended.filter(session_attendee::COLUMN.client_id.eq(client_id)),
        None => attended.filter(clients::within_reach(tx, Act::ReadSessions, "session_attendees")?),
    };
    let mut query = session::Entity::find()
        .filter(session::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(session::COLUMN.id.in_subquery(attended.into_query()))
        .order_by_desc(session::COLUMN.starts_at)
        .order_by_desc(session::COLUMN.id)
        .limit(page.limit + 1);
    if let Some(from) = filter.from {
        query = query.filter(session::COLUMN.service_date.gte(from.to_string()));
    }
    if let Some(to) = filter.to {
        query = query.filter(session::COLUMN.service_date.lt(to.to_string()));
    }
    if let Some(staff_id) = filter.staff_id {
        query = query.filter(session::COLUMN.specialist_id.eq(staff_id));
    }
    if let Some(state) = filter.state {
        query = query.filter(session::COLUMN.state.eq(state.as_str()));
    }
    if let Some((at, id)) = page.after.as_deref().and_then(read_key) {
        query = query.filter(
            Condition::any()
                .add(session::COLUMN.starts_at.lt(at))
                .add(Condition::all().add(session::COLUMN.starts_at.eq(at)).add(session::COLUMN.id.lt(id))),
        );
    }
    let views = views_of(tx, query.all(tx.conn()).await?).await?;
    Ok(Page::cut(views, page, "sessions", |view| format!("{}:{}", view.starts_at.0, view.id)))
}

fn read_key(text: &str) -> Option<(Timestamp, Uuid)> {
    let (at, id) = text.split_once(':')?;
    Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
}

/// Sessions that took place, with dates of service from one day to another (exclusive), of the clients within reach of the
/// act, or of one of them; in the order of their starts.
pub(crate) async fn finished_between(
    tx: &ScopedTx,
    act: Act,
    (from, to): (NaiveDate, NaiveDate),
    client_id: Option<Uuid>,
) -> Result<Vec<SessionView>> {
    let mut attended = session_attendee::Entity::find()
        .select_only()
        .column(session_attendee::Column::SessionId)
        .filter(session_attendee::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(clients::within_reach(tx, act, "session_attendees")?);
    if let Some(client_id) = client_id {
        attended = attended.filter(session_attendee::COLUMN.client_id.eq(client_id));
    }
    let rows = session::Entity::find()
        .filter(session::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(session::COLUMN.id.in_subquery(attended.into_query()))
        .filter(session::COLUMN.state.eq(State::Finished.as_str()))
        .filter(session::COLUMN.service_date.gte(from.to_string()))
        .filter(session::COLUMN.service_date.lt(to.to_string()))
        .order_by_asc(session::COLUMN.starts_at)
        .order_by_asc(session::COLUMN.id)
        .all(tx.conn())
        .await?;
    views_of(tx, rows).await
}

/// Has this specialist a session that is in progress, or a billable one without a signed note?
pub async fn has_open(tx: &ScopedTx, staff_id: Uuid) -> Result<bool> {
    let in_progress = session::COLUMN.state.eq(State::InProgress.as_str());
    let unsigned = Condition::all()
        .add(session::COLUMN.state.eq(State::Finished.as_str()))
        .add(session::COLUMN.billable.eq(true))
        .add(session::COLUMN.signed_notes.eq(0));
    let found = session::Entity::find()
        .filter(session::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(session::COLUMN.specialist_id.eq(staff_id))
        .filter(Condition::any().add(in_progress).add(unsigned))
        .limit(1)
        .one(tx.conn())
        .await?;
    Ok(found.is_some())
}
