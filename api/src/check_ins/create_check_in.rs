use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::check_ins::{self, CheckInView, NewCheckIn, Recorded};
use cairn_shared::clients::Language;
use cairn_shared::clock::Timestamp;
use cairn_shared::crisis::{CrisisResources, Resource};
use cairn_shared::db::ScopedTx;
use cairn_shared::help_requests;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::CheckInOut;
use crate::clients::date_or_null;
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCheckInIn {
    /// Made by the sender, best a `UUIDv7`: the same check-in sent twice is stored once.
    id: Uuid,
    form_version_id: Uuid,
    /// By item; what was skipped is left out. Valid against the schema of the version.
    #[schema(value_type = Object)]
    answers: Map<String, Value>,
    /// When it was answered: at most 14 days ago.
    answered_at: Timestamp,
    /// What it answers; one check-in for each local day.
    schedule_id: Option<Uuid>,
    /// In which it was asked; the client's language when left out.
    language: Option<Language>,
    /// The day that it is about: that of `answered_at`, when left out, or one of the three before.
    #[serde(default, deserialize_with = "date_or_null")]
    #[schema(value_type = Option<String>, format = Date)]
    local_date: Option<NaiveDate>,
}

/// A check-in as it was taken in.
#[derive(Serialize, ToSchema)]
pub struct RecordedCheckInOut {
    #[serde(flatten)]
    check_in: CheckInOut,
    /// Where to turn now, when the answers call for somebody at once; else null.
    crisis_resources: Option<CrisisCardOut>,
}

/// What the phone shows at once, without asking again.
#[derive(Serialize, ToSchema)]
pub struct CrisisCardOut {
    version: i64,
    resources: Vec<Resource>,
    /// Whether somebody is there now to see it.
    staffed: bool,
    /// What that means for the client, in the language of the check-in.
    notice: &'static str,
}

impl CrisisCardOut {
    async fn new(tx: &ScopedTx, view: &CheckInView, list: CrisisResources) -> Result<Self, Problem> {
        let staffed = help_requests::staffed_now(tx).await?;
        let notice = help_requests::notice(Language::parse(&view.language), staffed);
        Ok(Self { version: list.version, resources: list.resources, staffed, notice })
    }
}

impl RecordedCheckInOut {
    async fn new(tx: &ScopedTx, view: &CheckInView, resources: Option<CrisisResources>) -> Result<Self, Problem> {
        let crisis_resources = match resources {
            Some(list) => Some(CrisisCardOut::new(tx, view, list).await?),
            None => None,
        };
        Ok(Self { check_in: CheckInOut::new(view, tx.scope())?, crisis_resources })
    }
}

/// Answer a form. Sent again with the same id and body it is answered with 200 and stored once; a second one for the
/// same day of a schedule is a 409 `already_answered`, whose error's message is the id of the first.
#[utoipa::path(post, path = "/v1/clients/{client_id}/check-ins", operation_id = "create_check_in", tag = "check-ins",
    params(("client_id" = Uuid, Path)), request_body = NewCheckInIn,
    responses((status = 201, body = RecordedCheckInOut), (status = 200, body = RecordedCheckInOut), Problems))]
pub async fn create_check_in(
    write: Write,
    ValidPath(client_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<NewCheckInIn>,
) -> Result<Response, Problem> {
    let new = NewCheckIn {
        id: input.id,
        form_version_id: input.form_version_id,
        answers: input.answers,
        answered_at: input.answered_at,
        schedule_id: input.schedule_id,
        language: input.language,
        local_date: input.local_date,
    };
    let mut tx = write.begin().await?;
    match check_ins::record(&mut tx, client_id, new).await? {
        Recorded::New(view, resources) => {
            let out = RecordedCheckInOut::new(&tx, &view, resources).await?;
            write.created(tx, format!("/v1/check-ins/{}", view.id), &out).await
        }
        Recorded::Known(view, resources) => {
            let out = RecordedCheckInOut::new(&tx, &view, resources).await?;
            write.repeated(tx, &out).await
        }
        Recorded::AlreadyAnswered(first) => {
            Err(Problem::field(StatusCode::CONFLICT, "id", "already_answered", first.to_string()))
        }
    }
}
