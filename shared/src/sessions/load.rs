use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use chrono_tz::Tz;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{QueryOrder, QuerySelect};
use uuid::Uuid;

use super::check::Facts;
use super::entity::{session, session_attendee};
use super::time::{Portion, attended, portions};
use super::words::{Attendance, Kind, Modality, NonBillableReason, OtherPresent, State};
use crate::clients;
use crate::clock::Timestamp;
use crate::db::{ScopedTx, id_list};
use crate::error::{Error, Result};
use crate::identity;
use crate::policy::Act;
use crate::scope::Role;

/// A client's part in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttendeeView {
    pub id: Uuid,
    pub client_id: Uuid,
    pub attendance: Attendance,
    pub arrived_at: Option<Timestamp>,
    pub left_at: Option<Timestamp>,
    pub others_present: Vec<OtherPresent>,
    /// Whole minutes of theirs by local date, less what is excluded of the session; empty while it is in progress.
    pub portions: Vec<Portion>,
}

impl AttendeeView {
    pub fn minutes(&self) -> i64 {
        self.portions.iter().map(|portion| portion.minutes).sum()
    }
}

/// A session, decrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    pub id: Uuid,
    pub specialist_id: Uuid,
    pub specialist_name: String,
    pub kind: Kind,
    pub state: State,
    pub modality: Modality,
    pub place_of_service: String,
    /// For those who work with the client.
    pub setting: Option<String>,
    pub occurrence_id: Option<String>,
    pub starts_at: Timestamp,
    pub ends_at: Option<Timestamp>,
    pub zone: Tz,
    pub service_date: NaiveDate,
    pub excluded_minutes: i64,
    pub excluded_reason: Option<NonBillableReason>,
    pub billable: bool,
    pub non_billable_reason: Option<NonBillableReason>,
    pub service_code: Option<String>,
    pub modifiers: Vec<String>,
    pub state_reason: Option<String>,
    /// Whole minutes by local date; empty while it is in progress and when nothing took place.
    pub portions: Vec<Portion>,
    /// Those whom the reader may know of.
    pub attendees: Vec<AttendeeView>,
    /// How many there are.
    pub attendee_count: usize,
    /// While a signed note rests on it, it does not change.
    pub signed_notes: i64,
    pub version: i64,
    pub created_at: Timestamp,
    pub created_by: Option<Uuid>,
}

impl SessionView {
    pub fn minutes(&self) -> i64 {
        self.portions.iter().map(|portion| portion.minutes).sum()
    }

    pub fn attendee(&self, client_id: Uuid) -> Option<&AttendeeView> {
        self.attendees.iter().find(|attendee| attendee.client_id == client_id)
    }
}

/// A session's rows, of which the actor may see some.
pub(super) struct Loaded {
    pub row: session::Model,
    pub attendees: Vec<session_attendee::Model>,
}

/// A session for an act on it. To change it, two changes follow one another, and only its specialist makes them.
pub(super) async fn find(tx: &ScopedTx, id: Uuid, act: Act) -> Result<Loaded> {
    let mut query = session::Entity::find_by_id(id).filter(session::COLUMN.organization_id.eq(tx.organization_id()));
    if act == Act::WriteSessions && tx.database().is_postgres() {
        query = query.lock(LockType::Update);
    }
    let row = query.one(tx.conn()).await?.ok_or(Error::NotFound)?;
    let attendees = attendees_of(tx, [id]).await?.remove(&id).unwrap_or_default();
    let among = |ids: &Option<HashSet<Uuid>>| {
        attendees.iter().any(|attendee| ids.as_ref().is_none_or(|ids| ids.contains(&attendee.client_id)))
    };
    if !among(&clients::visible_ids(tx, Act::ReadSessions).await?) {
        // Who sees the client otherwise is told that this is not theirs.
        let known = among(&clients::visible_ids(tx, Act::ReadClient).await?);
        return Err(if known { Error::Forbidden("role") } else { Error::NotFound });
    }
    if act == Act::WriteSessions {
        if !among(&clients::visible_ids(tx, act).await?) {
            return Err(Error::Forbidden("role"));
        }
        if tx.scope().staff_id() != Some(row.specialist_id) {
            return Err(Error::Forbidden("not_your_session"));
        }
    }
    Ok(Loaded { row, attendees })
}

/// One session.
pub async fn get(tx: &ScopedTx, id: Uuid) -> Result<SessionView> {
    let loaded = find(tx, id, Act::ReadSessions).await?;
    view(tx, loaded).await
}

pub(super) async fn view(tx: &ScopedTx, loaded: Loaded) -> Result<SessionView> {
    let visible = clients::visible_ids(tx, Act::ReadSessions).await?;
    let attendees = HashMap::from([(loaded.row.id, loaded.attendees)]);
    views(tx, vec![loaded.row], attendees, visible.as_ref()).await?.pop().ok_or(Error::NotFound)
}

/// Views of rows, with the attendees whom the actor may know of.
pub async fn views_of(tx: &ScopedTx, rows: Vec<session::Model>) -> Result<Vec<SessionView>> {
    let attendees = attendees_of(tx, rows.iter().map(|row| row.id)).await?;
    let visible = clients::visible_ids(tx, Act::ReadSessions).await?;
    views(tx, rows, attendees, visible.as_ref()).await
}

async fn attendees_of(
    tx: &ScopedTx,
    session_ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Vec<session_attendee::Model>>> {
    let mut found: HashMap<Uuid, Vec<_>> = HashMap::new();
    let ids = id_list(session_ids);
    for chunk in ids.chunks(512) {
        let query = session_attendee::Entity::find()
            .filter(session_attendee::COLUMN.organization_id.eq(tx.organization_id()))
            .filter(session_attendee::COLUMN.session_id.is_in(chunk.iter().copied()))
            .order_by_asc(session_attendee::COLUMN.id);
        for row in query.all(tx.conn()).await? {
            found.entry(row.session_id).or_default().push(row);
        }
    }
    Ok(found)
}

async fn views(
    tx: &ScopedTx,
    rows: Vec<session::Model>,
    mut attendees: HashMap<Uuid, Vec<session_attendee::Model>>,
    visible: Option<&HashSet<Uuid>>,
) -> Result<Vec<SessionView>> {
    let names: HashSet<Uuid> = rows.iter().map(|row| row.specialist_id).collect();
    let names = identity::names_of(tx, &names.into_iter().collect::<Vec<_>>()).await?;
    tx.warm_data_keys(rows.iter().map(|row| row.data_key_id)).await?;
    // Where somebody met is told in words; billers need the code only.
    let reads_words = tx.scope().staff_id().is_none()
        || tx.scope().has_role(Role::Specialist)
        || tx.scope().has_role(Role::Supervisor);
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let all = attendees.remove(&row.id).unwrap_or_default();
        let attendee_count = all.len();
        let facts = facts_of(tx, &row, reads_words).await?;
        let state_reason = match &row.state_reason {
            Some(sealed) if reads_words => {
                let key = tx.data_key(row.data_key_id).await?;
                Some(key.open(&tx.place("sessions", "state_reason", row.id), sealed)?)
            }
            _ => None,
        };
        let seen = all.into_iter().filter(|one| visible.is_none_or(|ids| ids.contains(&one.client_id)));
        let attendees = seen.map(|one| attendee_view(&facts, one)).collect::<Result<Vec<_>>>()?;
        let portions = match facts.ends_at {
            Some(ends_at) if facts.state == State::Finished => {
                portions(facts.starts_at, ends_at, facts.excluded_minutes, facts.zone)
            }
            _ => Vec::new(),
        };
        views.push(SessionView {
            id: row.id,
            specialist_id: row.specialist_id,
            specialist_name: names.get(&row.specialist_id).cloned().unwrap_or_default(),
            kind: Kind::stored(&row.kind)?,
            state: facts.state,
            modality: facts.modality,
            service_date: facts.service_date(),
            place_of_service: facts.place_of_service,
            setting: facts.setting,
            occurrence_id: row.occurrence_id,
            starts_at: facts.starts_at,
            ends_at: facts.ends_at,
            zone: facts.zone,
            excluded_minutes: facts.excluded_minutes,
            excluded_reason: facts.excluded_reason,
            billable: facts.billable,
            non_billable_reason: facts.non_billable_reason,
            service_code: facts.service_code,
            modifiers: facts.modifiers,
            state_reason,
            portions,
            attendees,
            attendee_count,
            signed_notes: row.signed_notes,
            version: row.version,
            created_at: row.created_at,
            created_by: row.created_by,
        });
    }
    Ok(views)
}

/// What a row says.
pub(super) async fn facts_of(tx: &ScopedTx, row: &session::Model, with_words: bool) -> Result<Facts> {
    let setting = match &row.setting {
        Some(sealed) if with_words => {
            let key = tx.data_key(row.data_key_id).await?;
            Some(key.open(&tx.place("sessions", "setting", row.id), sealed)?)
        }
        _ => None,
    };
    let reason = |text: &Option<String>| text.as_deref().map(NonBillableReason::stored).transpose();
    Ok(Facts {
        state: State::stored(&row.state)?,
        modality: Modality::stored(&row.modality)?,
        place_of_service: row.place_of_service.clone(),
        setting,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        zone: row.time_zone.parse().map_err(|_| Error::internal("a session without a zone"))?,
        excluded_minutes: row.excluded_minutes,
        excluded_reason: reason(&row.excluded_reason)?,
        billable: row.billable,
        non_billable_reason: reason(&row.non_billable_reason)?,
        service_code: row.service_code.clone(),
        modifiers: serde_json::from_str(&row.modifiers).map_err(Error::internal)?,
    })
}

fn attendee_view(facts: &Facts, row: session_attendee::Model) -> Result<AttendeeView> {
    let attendance = Attendance::stored(&row.attendance)?;
    let portions = match facts.ends_at {
        Some(ends_at) if facts.state == State::Finished && attendance.was_there() => {
            let (from, to) = attended((facts.starts_at, ends_at), row.arrived_at, row.left_at);
            portions(from, to, facts.excluded_minutes, facts.zone)
        }
        _ => Vec::new(),
    };
    Ok(AttendeeView {
        id: row.id,
        client_id: row.client_id,
        attendance,
        arrived_at: row.arrived_at,
        left_at: row.left_at,
        others_present: serde_json::from_str(&row.others_present).map_err(Error::internal)?,
        portions,
    })
}
