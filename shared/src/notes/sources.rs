//! Where the facts come from that a note rests on. Everything that other features know is asked here.

use std::collections::HashSet;

use chrono::{Duration, NaiveDate};
use sea_orm::entity::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use super::body::Body;
use super::entity::note;
use super::facts::{AttendanceFacts, CosignRule, CredentialFacts, ProfileFacts, SessionFacts, UnitsFacts};
use super::load::{Loaded, find};
use super::names::Names;
use super::prefill::Known;
use super::state::NoteState;
use crate::agenda::{self, OccurrenceId};
use crate::care_plans::{self, PlanView};
use crate::check_ins;
use crate::clients;
use crate::clock::Timestamp;
use crate::credentials::{self, Standing};
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::identity;
use crate::payers::{self, Cosign, Piece, Rules};
use crate::policy::Act;
use crate::sessions::{self, SessionView};

/// A check-in that is older tells nothing of today.
const CHECK_IN_DAYS: i64 = 7;
/// Whatever the payer's rules leave open, no meeting is longer than a day.
const DAY_MINUTES: i64 = 24 * 60;

/// The session as this client's note has it: nobody else of the group is in it.
pub(super) fn session_facts(session: &SessionView, client_id: Uuid) -> Result<SessionFacts> {
    let attendee = session.attendee(client_id).ok_or(Error::NotFound)?;
    let words = |words: &[sessions::OtherPresent]| words.iter().map(|word| word.as_str().to_owned()).collect();
    Ok(SessionFacts {
        id: session.id,
        specialist_id: session.specialist_id,
        kind: session.kind.as_str().to_owned(),
        state: session.state.as_str().to_owned(),
        modality: session.modality.as_str().to_owned(),
        place_of_service: session.place_of_service.clone(),
        setting: session.setting.clone(),
        occurrence_id: session.occurrence_id.clone(),
        starts_at: session.starts_at,
        ends_at: session.ends_at,
        time_zone: session.zone.name().to_owned(),
        service_date: session.service_date,
        minutes: (session.state == sessions::State::Finished).then(|| attendee.minutes()),
        excluded_minutes: session.excluded_minutes,
        excluded_reason: session.excluded_reason.map(|reason| reason.as_str().to_owned()),
        billable: session.billable,
        non_billable_reason: session.non_billable_reason.map(|reason| reason.as_str().to_owned()),
        service_code: session.service_code.clone(),
        modifiers: session.modifiers.clone(),
        group_size: session.attendee_count,
        attendance: AttendanceFacts {
            attendance: attendee.attendance.as_str().to_owned(),
            arrived_at: attendee.arrived_at,
            left_at: attendee.left_at,
            others_present: words(&attendee.others_present),
        },
    })
}

/// All that signing looks at besides the draft.
pub(super) struct Gathered {
    pub session: SessionFacts,
    pub others: Names,
    pub profile: ProfileFacts,
    pub units: UnitsFacts,
    /// `None`: never written down.
    pub credential: Option<CredentialFacts>,
    pub plan: Option<PlanView>,
    pub author_name: String,
    /// Since the author began to work here.
    pub days_here: i64,
}

pub(super) async fn gather(tx: &ScopedTx, session: &SessionView, client_id: Uuid) -> Result<Gathered> {
    let facts = session_facts(session, client_id)?;
    let date = facts.service_date;
    let profile = payers::profile_on(tx, client_id, date).await?;
    let author = identity::find_staff(tx, session.specialist_id).await?;
    let began =
        identity::joined_at(tx, session.specialist_id).await?.to_utc().with_timezone(&tx.scope().zone).date_naive();
    Ok(Gathered {
        others: others(tx, session, client_id).await?,
        units: units(&profile.rules, session, client_id),
        credential: credential(tx, session.specialist_id, date).await?,
        plan: care_plans::in_force_on(tx, client_id, date).await?,
        author_name: author.name,
        days_here: (tx.today() - began).num_days(),
        profile: ProfileFacts {
            id: profile.id,
            hash: profile.hash.clone(),
            late_after_hours: profile.rules.notes.late_after_hours,
            cosign: match profile.rules.notes.cosign {
                Cosign::Never => CosignRule::Never,
                Cosign::Always => CosignRule::Always,
                Cosign::FirstDays { days } => CosignRule::FirstDays(days),
                Cosign::Percent { percent } => CosignRule::Percent(percent),
            },
            max_minutes: profile.rules.caps.session_minutes.unwrap_or(DAY_MINUTES),
        },
        session: facts,
    })
}

/// What this session alone comes to. Where a payer adds up a day, the bill says the rest.
fn units(rules: &Rules, session: &SessionView, client_id: Uuid) -> UnitsFacts {
    let portions = session.attendee(client_id).map(|attendee| attendee.portions.clone()).unwrap_or_default();
    let none = |why: &str| UnitsFacts { units: 0, working: vec![format!("{why}: 0 units")] };
    if !session.billable {
        return none("not billable");
    }
    let Some(code) = session.service_code.clone() else { return none("no service code") };
    let piece = |(index, portion): (usize, &sessions::Portion)| Piece {
        session_id: session.id,
        client_id,
        specialist_id: session.specialist_id,
        date: portion.date,
        starts_at: session.starts_at,
        code: code.clone(),
        modifiers: session.modifiers.clone(),
        minutes: portion.minutes,
        is_first: index == 0,
    };
    let pieces: Vec<Piece> = portions.iter().enumerate().map(piece).collect();
    let charges = payers::charges(rules, &pieces);
    let mut working = Vec::new();
    for charge in &charges {
        working.extend(charge.working.lines.iter().map(|line| format!("{}: {line}", charge.date)));
    }
    UnitsFacts { units: charges.iter().map(|charge| charge.units).sum(), working }
}

async fn credential(tx: &ScopedTx, author_id: Uuid, date: NaiveDate) -> Result<Option<CredentialFacts>> {
    if let Some(held) = credentials::held_on(tx, author_id, date).await? {
        let snapshot = serde_json::to_value(held).map_err(Error::internal)?;
        return Ok(Some(CredentialFacts { snapshot, held: true }));
    }
    let histories = credentials::histories_of(tx, &[author_id]).await?;
    let known = histories.get(&author_id).is_some_and(|own| own.on(date) != Standing::Unknown);
    Ok(known.then_some(CredentialFacts { snapshot: Value::Null, held: false }))
}

/// Names of the others of a group.
pub(super) async fn others(tx: &ScopedTx, session: &SessionView, client_id: Uuid) -> Result<Names> {
    let ids: HashSet<Uuid> = session.attendees.iter().map(|attendee| attendee.client_id).collect();
    if ids.len() < 2 {
        return Ok(Names::default());
    }
    let mut all = Vec::new();
    for id in ids {
        let client = clients::get(tx, id).await?;
        all.push((id, [Some(client.preferred_name), client.legal_name]));
    }
    let names = |own: bool| {
        let these = all.iter().filter(move |(id, _)| (*id == client_id) == own);
        these.flat_map(|(_, names)| names.iter().flatten().map(String::as_str)).collect::<Vec<&str>>()
    };
    Ok(Names::of_others(names(false), &names(true)))
}

/// What is known before anything is written.
pub(super) async fn known(tx: &ScopedTx, session: &SessionView, client_id: Uuid) -> Result<Known> {
    let mut known = Known::default();
    if let Some(id) = session.occurrence_id.as_deref().and_then(|text| text.parse::<OccurrenceId>().ok()) {
        match agenda::get_occurrence(tx, id, Some(client_id)).await {
            Ok(occurrence) => known.appointment = Some((occurrence.title, id.to_string())),
            // Cancelled or moved away meanwhile: then it says nothing.
            Err(Error::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    if let Some(plan) = care_plans::in_force_on(tx, client_id, session.service_date).await? {
        known.plan = Some((plan.id, plan.goals.iter().map(|goal| goal.goal_id).collect()));
    }
    // A note that is written late tells of that day, not of what came after.
    let ended = session.ends_at.unwrap_or_else(|| tx.now());
    if let Some(latest) = check_ins::latest_until(tx, client_id, ended).await?
        && let Some(mood) = latest.mood
        && latest.answered_at >= session.starts_at.minus(Duration::days(CHECK_IN_DAYS))
    {
        known.check_in = Some((latest.id, format!("{}: mood {mood}/10", latest.local_date)));
    }
    known.last_note = last_note(tx, session, client_id).await?;
    Ok(known)
}

/// The note of the meeting before this one.
async fn last_note(tx: &ScopedTx, session: &SessionView, client_id: Uuid) -> Result<Option<(Uuid, Body)>> {
    let row = recent(tx, session.specialist_id, Some((client_id, session.starts_at)), 1).await?.pop();
    let Some(row) = row else { return Ok(None) };
    let loaded = find(tx, row.id, Act::ReadNotes, false).await?;
    let (body, _, _) = loaded.body(tx)?;
    Ok(Some((row.id, body)))
}

/// An author's newest notes that stand; of one client and of meetings before a moment only, if that is said.
pub(super) async fn recent(
    tx: &ScopedTx,
    author_id: Uuid,
    of: Option<(Uuid, Timestamp)>,
    count: u64,
) -> Result<Vec<note::Model>> {
    use sea_orm::{QueryOrder, QuerySelect};
    let standing = NoteState::ALL.into_iter().filter(|state| state.stands()).map(NoteState::as_str);
    let mut query = note::Entity::find()
        .filter(note::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(note::COLUMN.author_id.eq(author_id))
        .filter(note::COLUMN.state.is_in(standing))
        .order_by_desc(note::COLUMN.starts_at)
        .order_by_desc(note::COLUMN.id)
        .limit(count);
    if let Some((client_id, before)) = of {
        query = query.filter(note::COLUMN.client_id.eq(client_id)).filter(note::COLUMN.starts_at.lt(before));
    }
    Ok(query.all(tx.conn()).await?)
}

/// The words of notes of the same author that other rows hold: for comparing only, whoever works with those clients now.
pub(super) async fn narratives(tx: &ScopedTx, rows: Vec<note::Model>) -> Result<Vec<(note::Model, String)>> {
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let client = clients::entity::client::Entity::find_by_id(row.client_id)
            .filter(clients::entity::client::COLUMN.organization_id.eq(tx.organization_id()))
            .one(tx.conn())
            .await?
            .ok_or(Error::NotFound)?;
        let key = tx.data_key(client.data_key_id).await?;
        let loaded = Loaded { row, key, client };
        let (body, _, _) = loaded.body(tx)?;
        found.push((loaded.row, body.narrative()));
    }
    Ok(found)
}
