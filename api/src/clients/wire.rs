use cairn_shared::clients::{Assignment, QuietHoursInput};
use cairn_shared::clock::Timestamp;
use cairn_shared::devices::ActivationCode;
use cairn_shared::scope::{Role, Scope};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

pub use crate::identity::ClientOut;
pub use crate::identity::QuietHoursWire;

/// Legal names and strengths are for those who work with the client, not for schedulers.
pub fn sees_record(scope: &Scope) -> bool {
    scope.has_role(Role::Specialist) || scope.has_role(Role::Supervisor)
}

impl From<QuietHoursWire> for QuietHoursInput {
    fn from(hours: QuietHoursWire) -> Self {
        Self { from: hours.from, to: hours.to }
    }
}

#[derive(Serialize, ToSchema)]
pub struct ActivationCodeOut {
    /// Eight characters, shown as `ABCD-EFGH`; works once.
    code: String,
    expires_at: Timestamp,
}

impl From<ActivationCode> for ActivationCodeOut {
    fn from(code: ActivationCode) -> Self {
        Self { code: code.code, expires_at: code.expires_at }
    }
}

/// Who works with a client; local dates of the organization, both inclusive.
#[derive(Serialize, ToSchema)]
pub struct AssignmentOut {
    id: Uuid,
    client_id: Uuid,
    staff_id: Uuid,
    #[schema(value_type = String, format = Date)]
    starts_on: String,
    #[schema(value_type = Option<String>, format = Date)]
    ends_on: Option<String>,
}

impl From<Assignment> for AssignmentOut {
    fn from(assignment: Assignment) -> Self {
        Self {
            id: assignment.id,
            client_id: assignment.client_id,
            staff_id: assignment.staff_id,
            starts_on: assignment.starts_on.to_string(),
            ends_on: assignment.ends_on.map(|date| date.to_string()),
        }
    }
}

/// A calendar date, `2027-03-08`; impossible dates and odd spellings are refused.
pub fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let text = String::deserialize(deserializer)?;
    let date = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
    date.filter(|date| date.to_string() == text && (1900..2200).contains(&date.year()))
        .ok_or_else(|| serde::de::Error::custom("not a date, expected a date such as 2027-03-08"))
}

pub fn date_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    #[derive(Deserialize)]
    struct Wrapped(#[serde(deserialize_with = "date")] NaiveDate);
    Ok(Option::<Wrapped>::deserialize(deserializer)?.map(|wrapped| wrapped.0))
}

/// For dates of a PATCH that can be emptied.
pub fn present_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<NaiveDate>>, D::Error> {
    date_or_null(deserializer).map(Some)
}
