use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::json;
use uuid::Uuid;

use super::check::Facts;
use super::entity::session;
use super::finish::{settle_attendees, tell_agenda};
use super::load::{Loaded, SessionView, facts_of, find, get};
use super::locks::refuse_signed;
use super::overlap::{Presence, explain, refuse_client_overlap, refuse_taken};
use super::words::{Modality, NonBillableReason, State};
use crate::audit::AuditEvent;
use crate::clients;
use crate::clock::Timestamp;
use crate::credentials;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::policy::Act;

/// A change: outer `None` leaves a member alone, inner `None` empties it.
#[derive(Clone, Debug, Default)]
pub struct SessionPatch {
    /// `no_show` or `cancelled`, and back to what it was; the end has its own operation.
    pub state: Option<State>,
    pub modality: Option<Modality>,
    pub place_of_service: Option<String>,
    pub setting: Option<Option<String>>,
    pub starts_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
    pub time_zone: Option<String>,
    pub excluded_minutes: Option<i64>,
    pub excluded_reason: Option<Option<NonBillableReason>>,
    pub billable: Option<bool>,
    pub non_billable_reason: Option<Option<NonBillableReason>>,
    pub service_code: Option<Option<String>>,
    pub modifiers: Option<Vec<String>>,
}

/// Changes what is written of a session, until a note of it is signed.
///
/// # Errors
/// As [`super::create`]; `Conflict("session_signed")`, and `Conflict("invalid_transition")` for a state that does not
/// follow from this one.
pub async fn update(tx: &mut ScopedTx, id: Uuid, if_version: Option<i64>, patch: SessionPatch) -> Result<SessionView> {
    let mut loaded = find(tx, id, Act::WriteSessions).await?;
    if if_version.is_some_and(|version| version != loaded.row.version) {
        return Err(Error::PreconditionFailed);
    }
    refuse_signed(&loaded.row)?;
    let before = facts_of(tx, &loaded.row, true).await?;
    let mut facts = before.clone();
    if let Some(state) = patch.state.filter(|state| *state != before.state) {
        check_transition(before.state, state)?;
        facts.state = state;
    } else if before.state == State::EnteredInError {
        return Err(Error::Conflict("invalid_transition", "this session was entered in error".to_owned()));
    }
    let members = apply(&mut facts, patch)?;
    let mut errors = FieldErrors::default();
    facts.check(&mut errors, tx.now());
    errors.into_result()?;
    save(tx, &mut loaded, &before, &facts).await?;
    for attendee in &loaded.attendees {
        let event = AuditEvent::new("update", "session", id).client(attendee.client_id);
        tx.record(event.detail(json!({ "members": members, "state": facts.state })));
    }
    if facts.state != before.state {
        settle_attendees(tx, &mut loaded, facts.state).await?;
        tell_agenda(tx, &loaded).await?;
    }
    get(tx, id).await
}

fn check_transition(from: State, to: State) -> Result<()> {
    let follows = match (from, to) {
        (State::InProgress, State::NoShow | State::Cancelled) => true,
        (State::Finished, State::NoShow | State::Cancelled) => true,
        // They came after all.
        (State::NoShow | State::Cancelled, State::InProgress | State::Finished) => true,
        (State::NoShow, State::Cancelled) | (State::Cancelled, State::NoShow) => true,
        _ => false,
    };
    if follows {
        return Ok(());
    }
    let message = format!("a session that is {} does not become {}", from.as_str(), to.as_str());
    Err(Error::Conflict("invalid_transition", message))
}

/// Returns which members changed.
fn apply(facts: &mut Facts, patch: SessionPatch) -> Result<Vec<&'static str>> {
    let mut members = Vec::new();
    macro_rules! set {
        ($($member:ident),+) => {
            $(if let Some(value) = patch.$member {
                facts.$member = value;
                members.push(stringify!($member));
            })+
        };
    }
    if patch.state.is_some() {
        members.push("state");
    }
    if let Some(name) = &patch.time_zone {
        facts.zone = clients::read_zone("time_zone", name)?;
        members.push("time_zone");
    }
    if let Some(ends_at) = patch.ends_at {
        facts.ends_at = Some(ends_at);
        members.push("ends_at");
    } else if facts.state == State::InProgress {
        facts.ends_at = None;
    }
    set!(
        modality,
        place_of_service,
        setting,
        starts_at,
        excluded_minutes,
        excluded_reason,
        billable,
        non_billable_reason,
        service_code,
        modifiers
    );
    Ok(members)
}

/// Writes the facts under the next version, if the database and the clients' payers let them stand.
pub(super) async fn save(tx: &ScopedTx, loaded: &mut Loaded, before: &Facts, facts: &Facts) -> Result<()> {
    let newly_charged = facts.is_charged() && !before.is_charged();
    if newly_charged || (facts.is_charged() && facts.service_date() != before.service_date()) {
        credentials::refuse_lapsed(tx, loaded.row.specialist_id, facts.service_date()).await?;
    }
    let mut presences = loaded.attendees.iter().map(Presence::of).collect::<Result<Vec<_>>>()?;
    if facts.state.takes_time() && !before.state.takes_time() {
        // Who did not come then is there now.
        for presence in &mut presences {
            presence.attendance = super::words::Attendance::Present;
        }
    }
    refuse_taken(tx, Some(loaded.row.id), (loaded.row.specialist_id, None), facts).await?;
    refuse_client_overlap(tx, Some(loaded.row.id), facts, &presences).await?;
    write_facts(tx, &mut loaded.row, facts).await?;
    loaded.row.version += 1;
    loaded.row.clone().into_active_model().reset_all().update(tx.conn()).await.map_err(explain)?;
    Ok(())
}

async fn write_facts(tx: &ScopedTx, row: &mut session::Model, facts: &Facts) -> Result<()> {
    let key = tx.data_key(row.data_key_id).await?;
    let place = tx.place("sessions", "setting", row.id);
    facts.state.as_str().clone_into(&mut row.state);
    facts.modality.as_str().clone_into(&mut row.modality);
    row.place_of_service.clone_from(&facts.place_of_service);
    row.setting = facts.setting.as_deref().map(|text| tx.seal(&key, &place, text.trim()));
    row.starts_at = facts.starts_at;
    row.ends_at = facts.ends_at;
    facts.zone.name().clone_into(&mut row.time_zone);
    row.service_date = facts.service_date().to_string();
    row.excluded_minutes = facts.excluded_minutes;
    row.excluded_reason = facts.excluded_reason.map(|reason| reason.as_str().to_owned());
    row.billable = facts.billable;
    row.non_billable_reason = facts.non_billable_reason.map(|reason| reason.as_str().to_owned());
    row.service_code.clone_from(&facts.service_code);
    row.modifiers = json!(facts.modifiers).to_string();
    Ok(())
}
