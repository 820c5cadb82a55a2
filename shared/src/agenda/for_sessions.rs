//! What a session takes from the appointment that it was planned as, and what it tells it.

use chrono_tz::Tz;
use uuid::Uuid;

use super::attendance::{Attendance, record_attendance};
use super::load::load;
use super::local::OccurrenceId;
use super::occurrence::{find, get_occurrence};
use crate::clients;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::policy::Act;

/// An occurrence as a session needs it.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    /// Everybody it is for whom the actor may know of.
    pub client_ids: Vec<Uuid>,
    pub starts_at: Timestamp,
    pub ends_at: Option<Timestamp>,
    pub zone: Tz,
    pub location: Option<String>,
    pub cancelled: bool,
}

/// The occurrence of that id, if the actor may see it.
pub(crate) async fn planned(tx: &ScopedTx, id: OccurrenceId) -> Result<Planned> {
    let item = load(tx.conn(), tx.organization_id(), vec![id.item_id]).await?.pop().ok_or(Error::NotFound)?;
    let visible = clients::visible_ids(tx, Act::ReadAgenda).await?;
    let mut client_ids = item.client_ids;
    client_ids.retain(|id| visible.as_ref().is_none_or(|ids| ids.contains(id)));
    let first = client_ids.first().copied().ok_or(Error::NotFound)?;
    let view = get_occurrence(tx, id, Some(first)).await?;
    Ok(Planned {
        client_ids,
        starts_at: view.starts_at,
        ends_at: view.ends_at,
        zone: clients::read_zone("time_zone", &view.time_zone)?,
        location: view.location,
        cancelled: view.cancelled,
    })
}

/// Writes down whether a client came. Of what has not begun yet only an excuse is written.
pub(crate) async fn note_attendance(
    tx: &mut ScopedTx,
    id: OccurrenceId,
    client_id: Uuid,
    attendance: Attendance,
) -> Result<()> {
    let found = find(tx, id, Some(client_id), Act::WriteAgenda).await?;
    if found.happening.starts_at() > tx.now() && attendance != Attendance::Excused {
        return Ok(());
    }
    record_attendance(tx, id, Some(client_id), attendance).await.map(|_| ())
}
