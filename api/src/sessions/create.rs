use axum::response::Response;
use cairn_shared::clock::Timestamp;
use cairn_shared::sessions::{self, Kind, Modality, NewSession, NonBillableReason, OtherPresent, State};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::SessionOut;
use crate::extract::{ValidJson, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSessionIn {
    /// Clients of your caseload; left out, those of the occurrence.
    #[serde(default)]
    #[schema(max_items = 50)]
    client_ids: Vec<Uuid>,
    /// The appointment that it was planned as: it says who, when and where, as far as you do not.
    occurrence_id: Option<String>,
    /// `group` when there are several clients.
    kind: Option<Kind>,
    /// `finished` when it has an end, else `in_progress`.
    state: Option<State>,
    /// `in_person` when left out.
    modality: Option<Modality>,
    /// Two digits of the payers' list: 02 telehealth elsewhere, 04 shelter, 10 telehealth at home, 11 office, 12 home,
    /// 15 mobile unit, 27 street, 53 community mental health centre, 57 substance use facility, 99 other. Needed for what
    /// is in person.
    #[schema(pattern = "^[0-9]{2}$", example = "11")]
    place_of_service: Option<String>,
    #[schema(min_length = 1, max_length = 200)]
    setting: Option<String>,
    /// To the minute.
    starts_at: Option<Timestamp>,
    /// To the minute, at most 24 hours later.
    ends_at: Option<Timestamp>,
    /// Of the place; left out, of the occurrence or of the client.
    time_zone: Option<String>,
    /// Minutes in between that do not count.
    #[serde(default)]
    #[schema(minimum = 0)]
    excluded_minutes: i64,
    excluded_reason: Option<NonBillableReason>,
    billable: Option<bool>,
    non_billable_reason: Option<NonBillableReason>,
    /// HCPCS; left out, the first one of the client's payer that fits.
    #[schema(pattern = "^[A-Z0-9]{5}$", example = "H0038")]
    service_code: Option<String>,
    #[schema(max_items = 4)]
    modifiers: Option<Vec<String>>,
    #[serde(default)]
    others_present: Vec<OtherPresent>,
}

/// Write down a session of yours: as it begins, or afterwards. You are in one session at a time (409 `overlap`); a client
/// has one billable session at a time unless the payer allows two (409 `client_overlap`); an appointment has one session
/// (409 `occurrence_taken`).
#[utoipa::path(post, path = "/v1/sessions", operation_id = "create_session", tag = "sessions",
    request_body = NewSessionIn, responses((status = 201, body = SessionOut), Problems))]
pub async fn create_session(write: Write, ValidJson(input): ValidJson<NewSessionIn>) -> Result<Response, Problem> {
    let unknown = || cairn_shared::Error::invalid("occurrence_id", "unknown", "no such appointment");
    let occurrence_id = input.occurrence_id.map(|text| text.parse().map_err(|_| unknown())).transpose()?;
    let new = NewSession {
        client_ids: input.client_ids,
        occurrence_id,
        kind: input.kind,
        state: input.state,
        modality: input.modality,
        place_of_service: input.place_of_service,
        setting: input.setting,
        starts_at: input.starts_at,
        ends_at: input.ends_at,
        time_zone: input.time_zone,
        excluded_minutes: input.excluded_minutes,
        excluded_reason: input.excluded_reason,
        billable: input.billable,
        non_billable_reason: input.non_billable_reason,
        service_code: input.service_code,
        modifiers: input.modifiers,
        others_present: input.others_present,
    };
    let mut tx = write.begin().await?;
    let out = SessionOut::from(sessions::create(&mut tx, new).await?);
    write.created(tx, format!("/v1/sessions/{}", out.id), &out).await
}
