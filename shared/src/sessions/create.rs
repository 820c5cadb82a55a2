use std::collections::HashSet;

use chrono_tz::Tz;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::json;
use uuid::Uuid;

use super::check::Facts;
use super::entity::{session, session_attendee};
use super::finish::tell_agenda;
use super::load::{Loaded, SessionView, get};
use super::overlap::{Presence, explain, refuse_client_overlap, refuse_taken};
use super::words::{Attendance, Kind, Modality, NonBillableReason, OtherPresent, State};
use crate::agenda::OccurrenceId;
use crate::agenda::for_sessions::{Planned, planned};
use crate::audit::AuditEvent;
use crate::clients;
use crate::clock::Timestamp;
use crate::credentials;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::payers;
use crate::policy::{Act, reaches};

/// A group that is larger than this is an event.
const MOST_CLIENTS: usize = 50;

/// A session as it is written down. What is left out is taken from the occurrence, or is the usual.
#[derive(Clone, Debug, Default)]
pub struct NewSession {
    pub client_ids: Vec<Uuid>,
    pub occurrence_id: Option<OccurrenceId>,
    pub kind: Option<Kind>,
    /// Finished when it has an end, else in progress.
    pub state: Option<State>,
    pub modality: Option<Modality>,
    pub place_of_service: Option<String>,
    pub setting: Option<String>,
    pub starts_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
    pub time_zone: Option<String>,
    pub excluded_minutes: i64,
    pub excluded_reason: Option<NonBillableReason>,
    pub billable: Option<bool>,
    pub non_billable_reason: Option<NonBillableReason>,
    pub service_code: Option<String>,
    pub modifiers: Option<Vec<String>>,
    pub others_present: Vec<OtherPresent>,
}

/// Writes a session of the actor's down.
///
/// # Errors
/// `NotFound` for clients outside the actor's caseload. `ConflictIn`: `overlap`, `client_overlap`, `occurrence_taken`;
/// `Conflict("cancelled")` for an occurrence that does not take place.
pub async fn create(tx: &mut ScopedTx, new: NewSession) -> Result<SessionView> {
    if reaches(tx.scope(), Act::WriteSessions).is_empty() {
        return Err(Error::Forbidden("role"));
    }
    let specialist_id = tx.scope().staff_id().ok_or(Error::Forbidden("role"))?;
    let mut planned_as = None;
    let mut client_ids = new.client_ids.clone();
    if client_ids.is_empty() {
        planned_as = find_planned(tx, &new).await?;
        client_ids = planned_as.as_ref().map(|planned| planned.client_ids.clone()).unwrap_or_default();
    }
    check_clients(&client_ids)?;
    let mut first = None;
    for client_id in &client_ids {
        let client = clients::authorize(tx, *client_id, Act::WriteSessions).await?;
        first.get_or_insert(client);
    }
    let first = first.ok_or_else(|| Error::internal("a session without a client"))?;
    if planned_as.is_none() {
        planned_as = find_planned(tx, &new).await?;
    }
    let planned_as = planned_as.as_ref();
    if planned_as.is_some_and(|planned| client_ids.iter().any(|id| !planned.client_ids.contains(id))) {
        return Err(Error::invalid("client_ids", "not_on_occurrence", "this appointment is not theirs"));
    }
    let kind = new.kind.unwrap_or(if client_ids.len() > 1 { Kind::Group } else { Kind::Individual });
    if kind == Kind::Individual && client_ids.len() > 1 {
        return Err(Error::invalid("kind", "not_individual", "several clients are a group"));
    }
    let zone = match &new.time_zone {
        Some(name) => clients::read_zone("time_zone", name)?,
        None => match planned_as {
            Some(planned) => planned.zone,
            None => clients::read_zone("time_zone", &first.time_zone)?,
        },
    };
    let facts = compose(tx, &new, planned_as, (first.id, kind), zone).await?;
    let mut errors = FieldErrors::default();
    facts.check(&mut errors, tx.now());
    errors.into_result()?;
    if facts.is_charged() {
        credentials::refuse_lapsed(tx, specialist_id, facts.service_date()).await?;
    }
    let (data_key_id, key) = match kind {
        Kind::Individual => (first.data_key_id, tx.data_key(first.data_key_id).await?),
        Kind::Group => tx.organization_key().await?,
    };
    let id = tx.new_id();
    let attendance = match facts.state {
        State::NoShow => Attendance::NoShow,
        State::Cancelled => Attendance::Cancelled,
        _ => Attendance::Present,
    };
    let presences: Vec<Presence> = client_ids
        .iter()
        .map(|client_id| Presence { client_id: *client_id, attendance, arrived_at: None, left_at: None })
        .collect();
    let occurrence_id = new.occurrence_id.map(|id| id.to_string());
    refuse_taken(tx, None, (specialist_id, occurrence_id.as_deref()), &facts).await?;
    refuse_client_overlap(tx, None, &facts, &presences).await?;
    let row = session::Model {
        id,
        organization_id: tx.organization_id(),
        specialist_id,
        data_key_id,
        kind: kind.as_str().to_owned(),
        state: facts.state.as_str().to_owned(),
        modality: facts.modality.as_str().to_owned(),
        place_of_service: facts.place_of_service.clone(),
        setting: facts.setting.as_deref().map(|text| tx.seal(&key, &tx.place("sessions", "setting", id), text.trim())),
        occurrence_id,
        starts_at: facts.starts_at,
        ends_at: facts.ends_at,
        time_zone: facts.zone.name().to_owned(),
        service_date: facts.service_date().to_string(),
        excluded_minutes: facts.excluded_minutes,
        excluded_reason: facts.excluded_reason.map(|reason| reason.as_str().to_owned()),
        billable: facts.billable,
        non_billable_reason: facts.non_billable_reason.map(|reason| reason.as_str().to_owned()),
        service_code: facts.service_code.clone(),
        modifiers: json!(facts.modifiers).to_string(),
        state_reason: None,
        signed_notes: 0,
        version: 1,
        created_at: tx.now(),
        created_by: tx.scope().actor.id(),
    };
    row.clone().into_active_model().reset_all().insert(tx.conn()).await.map_err(explain)?;
    let others_present = json!(new.others_present).to_string();
    // They are listed by id, in the order in which they were named; ids of one moment come in any order.
    let mut ids: Vec<Uuid> = client_ids.iter().map(|_| tx.new_id()).collect();
    ids.sort_unstable();
    let attendees: Vec<session_attendee::Model> = client_ids
        .iter()
        .zip(ids)
        .map(|(client_id, attendee_id)| session_attendee::Model {
            id: attendee_id,
            organization_id: tx.organization_id(),
            session_id: id,
            client_id: *client_id,
            attendance: attendance.as_str().to_owned(),
            arrived_at: None,
            left_at: None,
            others_present: others_present.clone(),
        })
        .collect();
    let rows = attendees.iter().cloned().map(|row| row.into_active_model().reset_all());
    session_attendee::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    for client_id in &client_ids {
        let detail = json!({ "state": facts.state, "kind": kind });
        tx.record(AuditEvent::new("create", "session", id).client(*client_id).detail(detail));
    }
    tell_agenda(tx, &Loaded { row, attendees }).await?;
    get(tx, id).await
}

fn check_clients(client_ids: &[Uuid]) -> Result<()> {
    if client_ids.is_empty() || client_ids.len() > MOST_CLIENTS {
        let message = format!("1 to {MOST_CLIENTS} clients, unless an occurrence says who");
        return Err(Error::invalid("client_ids", "length", message));
    }
    let distinct: HashSet<&Uuid> = client_ids.iter().collect();
    if distinct.len() != client_ids.len() {
        return Err(Error::invalid("client_ids", "repeated", "a client stands twice"));
    }
    Ok(())
}

async fn find_planned(tx: &ScopedTx, new: &NewSession) -> Result<Option<Planned>> {
    let Some(id) = new.occurrence_id else { return Ok(None) };
    let found = match planned(tx, id).await {
        Err(Error::NotFound) => return Err(Error::invalid("occurrence_id", "unknown", "no such appointment")),
        other => other?,
    };
    if found.cancelled && new.state != Some(State::Cancelled) {
        return Err(Error::Conflict("cancelled", "this appointment was cancelled".to_owned()));
    }
    Ok(Some(found))
}

/// What was said, filled up with what was planned and what is usual.
async fn compose(
    tx: &ScopedTx,
    new: &NewSession,
    planned: Option<&Planned>,
    (client_id, kind): (Uuid, Kind),
    zone: Tz,
) -> Result<Facts> {
    let starts_at = new.starts_at.or(planned.map(|planned| planned.starts_at));
    let starts_at = starts_at.ok_or_else(|| Error::invalid("starts_at", "required", "when did it begin?"))?;
    let state = new.state.unwrap_or(if new.ends_at.is_some() { State::Finished } else { State::InProgress });
    if state == State::EnteredInError {
        return Err(Error::invalid("state", "not_allowed", "what is an error from the start is not written down"));
    }
    // A planned end says nothing of a session that is still going on.
    let ends_at = match state {
        State::InProgress => new.ends_at,
        _ => new.ends_at.or(planned.and_then(|planned| planned.ends_at)),
    };
    let modality = new.modality.unwrap_or(Modality::InPerson);
    let place_of_service = match (&new.place_of_service, modality) {
        (Some(place), _) => place.clone(),
        // Telehealth in the client's home.
        (None, Modality::Video | Modality::AudioOnly | Modality::Text) => "10".to_owned(),
        (None, Modality::InPerson) => {
            return Err(Error::invalid("place_of_service", "required", "where was it? 11 is an office, 12 a home"));
        }
    };
    let billable = new.billable.unwrap_or(new.non_billable_reason.is_none());
    let mut facts = Facts {
        state,
        modality,
        place_of_service,
        setting: new.setting.clone().or_else(|| planned.and_then(usable_setting)),
        starts_at,
        ends_at,
        zone,
        excluded_minutes: new.excluded_minutes,
        excluded_reason: new.excluded_reason,
        billable,
        non_billable_reason: new.non_billable_reason,
        service_code: new.service_code.clone(),
        modifiers: new.modifiers.clone().unwrap_or_default(),
    };
    if facts.service_code.is_none() && billable {
        let profile = payers::profile_on(tx, client_id, facts.service_date()).await?;
        if let Some((code, modifiers)) = profile.rules.usual_service(kind, modality) {
            facts.service_code = Some(code);
            facts.modifiers = new.modifiers.clone().unwrap_or(modifiers);
        }
    }
    Ok(facts)
}

/// Locations on the agenda can be longer than a setting.
fn usable_setting(planned: &Planned) -> Option<String> {
    let text = planned.location.as_deref()?.trim();
    (!text.is_empty()).then(|| text.chars().take(200).collect())
}
