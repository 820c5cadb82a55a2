//! What signing a note looks at besides its words: the session, the payer's rules, the author's credential. Gathered by
//! `sources`, judged by pure rules.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::clock::Timestamp;

/// The session as it is written into a note. Of a group it holds nobody but this client.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SessionFacts {
    pub id: Uuid,
    pub specialist_id: Uuid,
    /// `individual` or `group`.
    pub kind: String,
    /// `in_progress`, `finished`, `no_show`, `cancelled` or `entered_in_error`.
    pub state: String,
    pub modality: String,
    /// Two digits, as payers name places.
    pub place_of_service: String,
    pub setting: Option<String>,
    pub occurrence_id: Option<String>,
    pub starts_at: Timestamp,
    pub ends_at: Option<Timestamp>,
    pub time_zone: String,
    pub service_date: NaiveDate,
    /// Whole elapsed minutes without the excluded ones; `None` while it has no end.
    pub minutes: Option<i64>,
    pub excluded_minutes: i64,
    pub excluded_reason: Option<String>,
    pub billable: bool,
    pub non_billable_reason: Option<String>,
    pub service_code: Option<String>,
    pub modifiers: Vec<String>,
    /// How many clients came together.
    pub group_size: usize,
    pub attendance: AttendanceFacts,
}

/// This client's part of the session.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AttendanceFacts {
    /// `present`, `no_show`, `cancelled` or `left_early`.
    pub attendance: String,
    pub arrived_at: Option<Timestamp>,
    pub left_at: Option<Timestamp>,
    /// Who else was there, by role.
    pub others_present: Vec<String>,
}

impl SessionFacts {
    /// Did the client take part?
    pub fn attended(&self) -> bool {
        self.state != "no_show" && matches!(self.attendance.attendance.as_str(), "present" | "left_early")
    }
}

/// When a supervisor signs too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CosignRule {
    Never,
    Always,
    /// While the author works here for so many days at most.
    FirstDays(i64),
    /// So many of a hundred notes.
    Percent(i64),
}

/// The payer's rules that counted on the day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProfileFacts {
    pub id: Uuid,
    pub hash: String,
    pub late_after_hours: i64,
    pub cosign: CosignRule,
    /// No meeting is longer.
    pub max_minutes: i64,
}

/// Units, and how they were reckoned, line by line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnitsFacts {
    pub units: i64,
    pub working: Vec<String>,
}

/// The author's credential as it was held; `held` is false when it had lapsed or was suspended.
#[derive(Clone, Debug, PartialEq)]
pub struct CredentialFacts {
    pub snapshot: Value,
    pub held: bool,
}
