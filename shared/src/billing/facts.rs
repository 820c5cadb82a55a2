//! What the rules look at. Plain values, so that every rule can be tried without a database.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::care_plans::Cover;
use crate::clock::Timestamp;
use crate::credentials::Status;
use crate::payers::{Charge, Rules, SupervisorType};
use crate::sessions::{Kind, Modality};

/// One client's part in a session that took place and is billable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionFacts {
    pub session_id: Uuid,
    pub client_id: Uuid,
    pub specialist_id: Uuid,
    pub kind: Kind,
    pub modality: Modality,
    pub place_of_service: String,
    pub service_code: Option<String>,
    pub modifiers: Vec<String>,
    /// Of the whole session.
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// In which this client was there.
    pub from: Timestamp,
    pub to: Timestamp,
    /// Of this line: the date of service, and this client's minutes on it.
    pub date: NaiveDate,
    pub minutes: i64,
    /// Of the whole session, less what is excluded.
    pub session_minutes: i64,
    /// How many clients were there.
    pub group_size: usize,
}

/// Where the note of a session for a client stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteState {
    Missing,
    Signed,
    AwaitingCosign,
}

/// What is known of the note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteFacts {
    pub state: NoteState,
    pub signed_at: Option<Timestamp>,
    /// Goals that it says were worked on, if that is known.
    pub goal_ids: Option<Vec<Uuid>>,
    /// Minutes and units that were signed, if that is known.
    pub signed: Option<(i64, i64)>,
}

/// Where the specialist stood on the date of service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialFacts {
    Unknown,
    Held,
    NotHeld { status: Status, since: NaiveDate },
}

/// How the specialist was supervised on the date of service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SupervisionFacts {
    /// Since when somebody supervises them without a break that day; `None` when nobody did.
    pub since: Option<NaiveDate>,
    /// As what the primary supervisor supervises, if it was said.
    pub supervisor_type: Option<SupervisorType>,
    /// The last supervision up to that day that both signed.
    pub last_held_on: Option<NaiveDate>,
    /// How many the primary supervisor supervised that day.
    pub supervised: usize,
}

/// What limits are compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Units of the same client and code that come before this line's: of its date, and of its week from Sunday on.
    pub units_of_day: i64,
    pub units_of_week: i64,
    /// Billable minutes of the specialist on that date, this line's among them.
    pub staff_minutes: i64,
}

/// All that the rules of one line look at.
pub struct Context<'a> {
    pub session: &'a SessionFacts,
    pub rules: &'a Rules,
    /// Everything else that is billable of this client and of this specialist around that time, this session left out.
    pub others: &'a [SessionFacts],
    pub charge: Option<&'a Charge>,
    pub sums: Sums,
    pub note: NoteFacts,
    pub credential: CredentialFacts,
    /// The client's plans, newest first.
    pub plans: &'a [Cover],
    pub supervision: SupervisionFacts,
    /// How many clients the specialist worked with that day.
    pub caseload: usize,
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;
    use crate::care_plans::OrderDates;

    pub fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    pub fn at(text: &str) -> Timestamp {
        text.parse::<chrono::DateTime<chrono::Utc>>().expect("an instant").into()
    }

    pub const GOAL: Uuid = Uuid::from_u128(77);

    /// Fifty-three minutes in an office, on 1 March 2027.
    pub fn session() -> SessionFacts {
        SessionFacts {
            session_id: Uuid::from_u128(1),
            client_id: Uuid::from_u128(2),
            specialist_id: Uuid::from_u128(3),
            kind: Kind::Individual,
            modality: Modality::InPerson,
            place_of_service: "11".to_owned(),
            service_code: Some("H0038".to_owned()),
            modifiers: Vec::new(),
            starts_at: at("2027-03-01T15:00:00Z"),
            ends_at: at("2027-03-01T15:53:00Z"),
            from: at("2027-03-01T15:00:00Z"),
            to: at("2027-03-01T15:53:00Z"),
            date: date("2027-03-01"),
            minutes: 53,
            session_minutes: 53,
            group_size: 1,
        }
    }

    pub fn plan() -> Cover {
        Cover {
            plan_id: Uuid::from_u128(9),
            version_number: 1,
            effective_on: date("2027-01-01"),
            expires_on: date("2027-12-31"),
            in_force_on: date("2027-01-02"),
            goal_ids: vec![GOAL],
            service_order: None,
        }
    }

    pub fn order(ordered_on: &str, valid_from: &str, valid_to: &str) -> OrderDates {
        OrderDates { ordered_on: date(ordered_on), valid_from: date(valid_from), valid_to: date(valid_to) }
    }

    /// A line that nothing stands in the way of.
    pub fn context<'a>(session: &'a SessionFacts, rules: &'a Rules, plans: &'a [Cover]) -> Context<'a> {
        Context {
            session,
            rules,
            others: &[],
            charge: None,
            sums: Sums::default(),
            note: NoteFacts {
                state: NoteState::Signed,
                signed_at: Some(at("2027-03-01T18:00:00Z")),
                goal_ids: Some(vec![GOAL]),
                signed: None,
            },
            credential: CredentialFacts::Held,
            plans,
            supervision: SupervisionFacts {
                since: Some(date("2026-01-01")),
                supervisor_type: None,
                last_held_on: Some(date("2027-02-20")),
                supervised: 3,
            },
            caseload: 10,
        }
    }
}
