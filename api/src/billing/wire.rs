use cairn_shared::billing::{Finding, Line};
use cairn_shared::clock::Timestamp;
use cairn_shared::payers::UnitKind;
use cairn_shared::sessions::{Kind, Modality};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What one client's part in one session comes to on one date of service.
#[derive(Serialize, ToSchema)]
pub struct ReadinessLineOut {
    session_id: Uuid,
    client_id: Uuid,
    specialist_id: Uuid,
    #[schema(value_type = String, format = Date)]
    service_date: NaiveDate,
    starts_at: Timestamp,
    ends_at: Timestamp,
    kind: Kind,
    modality: Modality,
    place_of_service: String,
    service_code: Option<String>,
    modifiers: Vec<String>,
    minutes: i64,
    /// `null` without a service code.
    unit: Option<UnitKind>,
    /// Where a payer adds up a day, its first session has the units of all.
    units: i64,
    /// How the units were reckoned, step by step.
    working: Vec<String>,
    profile_id: Uuid,
    /// SHA-256 of the payer's rules.
    profile_hash: String,
    /// Nothing blocks it; warnings do not.
    ready: bool,
    findings: Vec<Finding>,
}

impl From<Line> for ReadinessLineOut {
    fn from(line: Line) -> Self {
        Self {
            ready: line.is_ready(),
            session_id: line.session_id,
            client_id: line.client_id,
            specialist_id: line.specialist_id,
            service_date: line.date,
            starts_at: line.starts_at,
            ends_at: line.ends_at,
            kind: line.kind,
            modality: line.modality,
            place_of_service: line.place_of_service,
            service_code: line.service_code,
            modifiers: line.modifiers,
            minutes: line.minutes,
            unit: line.unit,
            units: line.units,
            working: line.working,
            profile_id: line.profile_id,
            profile_hash: line.profile_hash,
            findings: line.findings,
        }
    }
}
