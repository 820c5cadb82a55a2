//! Fetches what the rules look at, with a query for each kind of thing, however many lines there are.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::NaiveDate;
use uuid::Uuid;

use super::facts::{Context, CredentialFacts, NoteFacts, NoteState, SessionFacts, Sums, SupervisionFacts};
use super::sums::sums;
use crate::care_plans::{self, Cover};
use crate::clients::{self, Assignment};
use crate::clock::Timestamp;
use crate::credentials::{self, Histories, Standing};
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::notes;
use crate::payers::{self, Charge, Piece, Profile};
use crate::sessions::{SessionView, attended};
use crate::supervision::{self, SupervisionView};

/// Everything about the billable sessions of some days.
pub(super) struct Gathered {
    pub lines: Vec<SessionFacts>,
    /// By the client and date of a line.
    profiles: HashMap<(Uuid, NaiveDate), Arc<Profile>>,
    charges: Vec<Charge>,
    /// By client.
    charges_by_client: HashMap<Uuid, Vec<usize>>,
    /// Of sessions.
    starts: HashMap<Uuid, Timestamp>,
    /// Which charge a line belongs to, by session, client and date.
    charge_of: HashMap<(Uuid, Uuid, NaiveDate), usize>,
    notes: HashMap<(Uuid, Uuid), NoteFacts>,
    credentials: HashMap<Uuid, Histories>,
    plans: HashMap<Uuid, Vec<Cover>>,
    supervisions: Vec<SupervisionView>,
    /// Days on which supervision took place, earliest first.
    supervised_on: HashMap<Uuid, Vec<NaiveDate>>,
    assignments: Vec<Assignment>,
    /// Lines by whom they are of, client or specialist, and date.
    near: HashMap<(Uuid, NaiveDate), Vec<usize>>,
}

pub(super) async fn gather(tx: &ScopedTx, sessions: &[SessionView]) -> Result<Gathered> {
    let lines: Vec<SessionFacts> = sessions.iter().filter(|session| session.billable).flat_map(lines_of).collect();
    let clients: BTreeSet<Uuid> = lines.iter().map(|line| line.client_id).collect();
    let clients: Vec<Uuid> = clients.into_iter().collect();
    let staff: BTreeSet<Uuid> = lines.iter().map(|line| line.specialist_id).collect();
    let staff: Vec<Uuid> = staff.into_iter().collect();
    let wanted: BTreeSet<(Uuid, NaiveDate)> = lines.iter().map(|line| (line.client_id, line.date)).collect();
    let profiles = payers::profiles_on(tx, &wanted.into_iter().collect::<Vec<_>>()).await?;
    let (charges, charge_of) = charges_of(&lines, &profiles);
    let mut near: HashMap<(Uuid, NaiveDate), Vec<usize>> = HashMap::new();
    for (index, line) in lines.iter().enumerate() {
        near.entry((line.client_id, line.date)).or_default().push(index);
        near.entry((line.specialist_id, line.date)).or_default().push(index);
    }
    let mut charges_by_client: HashMap<Uuid, Vec<usize>> = HashMap::new();
    for (index, charge) in charges.iter().enumerate() {
        charges_by_client.entry(charge.client_id).or_default().push(index);
    }
    Ok(Gathered {
        profiles,
        charges,
        charges_by_client,
        starts: lines.iter().map(|line| (line.session_id, line.starts_at)).collect(),
        charge_of,
        notes: notes_of(tx, sessions).await?,
        credentials: credentials::histories_of(tx, &staff).await?,
        plans: care_plans::covers_of(tx, &clients).await?,
        supervisions: supervision::all_assignments(tx).await?,
        supervised_on: supervision::last_supervisions(tx, &staff).await?,
        assignments: clients::assignments_of_staff(tx, &staff).await?,
        near,
        lines,
    })
}

/// A line for each client who was there, and for each date on which they were.
fn lines_of(session: &SessionView) -> Vec<SessionFacts> {
    let Some(ends_at) = session.ends_at else { return Vec::new() };
    let there = || session.attendees.iter().filter(|attendee| attendee.attendance.was_there());
    // Those whom the reader may not know of were there too, as far as anybody can tell.
    let unseen = session.attendee_count - session.attendees.len();
    let group_size = there().count() + unseen;
    let mut lines = Vec::new();
    for attendee in there() {
        let (from, to) = attended((session.starts_at, ends_at), attendee.arrived_at, attendee.left_at);
        for portion in &attendee.portions {
            lines.push(SessionFacts {
                session_id: session.id,
                client_id: attendee.client_id,
                specialist_id: session.specialist_id,
                kind: session.kind,
                modality: session.modality,
                place_of_service: session.place_of_service.clone(),
                service_code: session.service_code.clone(),
                modifiers: session.modifiers.clone(),
                starts_at: session.starts_at,
                ends_at,
                from,
                to,
                date: portion.date,
                minutes: portion.minutes,
                session_minutes: session.minutes(),
                group_size,
            });
        }
    }
    lines
}

/// What is known of the notes.
async fn notes_of(tx: &ScopedTx, sessions: &[SessionView]) -> Result<HashMap<(Uuid, Uuid), NoteFacts>> {
    let ids: Vec<Uuid> = sessions.iter().map(|session| session.id).collect();
    let by_id: HashMap<Uuid, &SessionView> = sessions.iter().map(|session| (session.id, session)).collect();
    let mut found = HashMap::new();
    for ((session_id, client_id), note) in notes::billed(tx, &ids).await? {
        let waits = note.state == notes::NoteState::AwaitingCosign;
        let portions = by_id
            .get(&session_id)
            .and_then(|session| session.attendee(client_id))
            .map_or(0, |attendee| attendee.portions.len());
        let facts = NoteFacts {
            state: if waits { NoteState::AwaitingCosign } else { NoteState::Signed },
            signed_at: note.signed_at,
            goal_ids: Some(note.goal_ids),
            // A note is of the whole session; over midnight that is more than one line.
            signed: note.minutes.filter(|_| portions == 1).map(|minutes| (minutes, note.units)),
        };
        found.insert((session_id, client_id), facts);
    }
    Ok(found)
}

type Place = (Uuid, Uuid, NaiveDate);

/// The charges of each client under the rules of each date.
fn charges_of(
    lines: &[SessionFacts],
    profiles: &HashMap<(Uuid, NaiveDate), Arc<Profile>>,
) -> (Vec<Charge>, HashMap<Place, usize>) {
    let mut first_dates: HashMap<(Uuid, Uuid), NaiveDate> = HashMap::new();
    for line in lines {
        let first = first_dates.entry((line.session_id, line.client_id)).or_insert(line.date);
        *first = (*first).min(line.date);
    }
    let mut pieces: HashMap<(Uuid, NaiveDate), Vec<Piece>> = HashMap::new();
    for line in lines {
        let Some(code) = line.service_code.clone() else { continue };
        pieces.entry((line.client_id, line.date)).or_default().push(Piece {
            session_id: line.session_id,
            client_id: line.client_id,
            specialist_id: line.specialist_id,
            date: line.date,
            starts_at: line.starts_at,
            code,
            modifiers: line.modifiers.clone(),
            minutes: line.minutes,
            is_first: first_dates.get(&(line.session_id, line.client_id)) == Some(&line.date),
        });
    }
    let (mut found, mut places) = (Vec::new(), HashMap::new());
    for (day, pieces) in pieces {
        let Some(profile) = profiles.get(&day) else { continue };
        for charge in payers::charges(&profile.rules, &pieces) {
            for session_id in &charge.session_ids {
                places.insert((*session_id, charge.client_id, charge.date), found.len());
            }
            found.push(charge);
        }
    }
    (found, places)
}

impl Gathered {
    pub fn profile(&self, line: &SessionFacts) -> Result<&Profile> {
        let found = self.profiles.get(&(line.client_id, line.date)).map(|profile| &**profile);
        found.ok_or_else(|| Error::internal("a line without rules"))
    }

    pub fn charge(&self, line: &SessionFacts) -> Option<&Charge> {
        let place = self.charge_of.get(&(line.session_id, line.client_id, line.date))?;
        self.charges.get(*place)
    }

    /// Other lines of the same client or specialist, on that day and the days beside it.
    pub fn others(&self, line: &SessionFacts) -> Vec<SessionFacts> {
        let mut indexes = BTreeSet::new();
        for date in [line.date.pred_opt(), Some(line.date), line.date.succ_opt()].into_iter().flatten() {
            for who in [line.client_id, line.specialist_id] {
                indexes.extend(self.near.get(&(who, date)).into_iter().flatten().copied());
            }
        }
        indexes.into_iter().map(|index| self.lines[index].clone()).collect()
    }

    pub fn context<'a>(
        &'a self,
        line: &'a SessionFacts,
        profile: &'a Profile,
        others: &'a [SessionFacts],
    ) -> Context<'a> {
        let note = self.notes.get(&(line.session_id, line.client_id)).cloned();
        let missing = NoteFacts { state: NoteState::Missing, signed_at: None, goal_ids: None, signed: None };
        Context {
            session: line,
            rules: &profile.rules,
            others,
            charge: self.charge(line),
            sums: self.sums(line, others),
            note: note.unwrap_or(missing),
            credential: self.credential(line),
            plans: self.plans.get(&line.client_id).map_or(&[][..], Vec::as_slice),
            supervision: self.supervision(line),
            caseload: self.caseload(line),
        }
    }

    fn sums(&self, line: &SessionFacts, others: &[SessionFacts]) -> Sums {
        let theirs = self.charges_by_client.get(&line.client_id).into_iter().flatten();
        sums(line, self.charge(line), theirs.map(|index| &self.charges[*index]), others, &self.starts)
    }

    fn credential(&self, line: &SessionFacts) -> CredentialFacts {
        let Some(own) = self.credentials.get(&line.specialist_id) else { return CredentialFacts::Unknown };
        match own.on(line.date) {
            Standing::Unknown => CredentialFacts::Unknown,
            Standing::Held(_) => CredentialFacts::Held,
            Standing::NotHeld { status, since } => CredentialFacts::NotHeld { status, since },
        }
    }

    fn supervision(&self, line: &SessionFacts) -> SupervisionFacts {
        let (date, specialist) = (line.date, line.specialist_id);
        let holding = || self.supervisions.iter().filter(move |one| one.holds_on(date));
        let own = || holding().filter(move |one| one.staff_id == specialist);
        let primary = own().find(|one| one.is_primary).or_else(|| own().next());
        let days = self.supervised_on.get(&specialist);
        let under = |supervisor: Uuid| {
            let theirs = holding().filter(move |one| one.supervisor_id == supervisor);
            theirs.map(|one| one.staff_id).collect::<BTreeSet<Uuid>>().len()
        };
        SupervisionFacts {
            since: own().map(|one| one.starts_on).min(),
            supervisor_type: primary.and_then(|one| one.supervisor_type),
            last_held_on: days.and_then(|days| days.iter().copied().rfind(|day| *day <= date)),
            supervised: primary.map_or(0, |one| under(one.supervisor_id)),
        }
    }

    fn caseload(&self, line: &SessionFacts) -> usize {
        let holds = |one: &&Assignment| {
            one.staff_id == line.specialist_id
                && one.starts_on <= line.date
                && one.ends_on.is_none_or(|end| line.date <= end)
        };
        let clients: BTreeSet<Uuid> = self.assignments.iter().filter(holds).map(|one| one.client_id).collect();
        clients.len()
    }
}
