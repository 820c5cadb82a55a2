use cairn_shared::clock::Timestamp;
use cairn_shared::payers::{CoverageView, Profile, Rules, Source};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A payer's rules for dates of service, both inclusive.
#[derive(Serialize, ToSchema)]
pub struct PayerProfileOut {
    pub id: Uuid,
    source: Source,
    state: String,
    payer: String,
    program: String,
    #[schema(value_type = String, format = Date)]
    effective_from: NaiveDate,
    #[schema(value_type = Option<String>, format = Date)]
    effective_to: Option<NaiveDate>,
    /// Of this start; the newest counts.
    version_number: i64,
    rules: Rules,
    /// SHA-256 of the rules as canonical JSON (RFC 8785), in hexadecimal digits.
    rules_hash: String,
    /// `null` for what comes with the program.
    created_at: Option<Timestamp>,
}

impl From<&Profile> for PayerProfileOut {
    fn from(profile: &Profile) -> Self {
        Self {
            id: profile.id,
            source: profile.source,
            state: profile.key.state.clone(),
            payer: profile.key.payer.clone(),
            program: profile.key.program.clone(),
            effective_from: profile.effective_from,
            effective_to: profile.effective_to,
            version_number: profile.version_number,
            rules: profile.rules.clone(),
            rules_hash: profile.hash.clone(),
            created_at: profile.created_at,
        }
    }
}

/// Who pays for a client's services, on dates of service, both inclusive.
#[derive(Serialize, ToSchema)]
pub struct CoverageOut {
    pub id: Uuid,
    client_id: Uuid,
    state: String,
    payer: String,
    program: String,
    #[schema(value_type = String, format = Date)]
    starts_on: NaiveDate,
    #[schema(value_type = Option<String>, format = Date)]
    ends_on: Option<NaiveDate>,
}

impl From<CoverageView> for CoverageOut {
    fn from(view: CoverageView) -> Self {
        Self {
            id: view.id,
            client_id: view.client_id,
            state: view.key.state,
            payer: view.key.payer,
            program: view.key.program,
            starts_on: view.starts_on,
            ends_on: view.ends_on,
        }
    }
}
