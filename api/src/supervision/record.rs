use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::supervision::{self, Mode, NewEntry};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::SupervisionEntryOut;
use crate::clients::date;
use crate::extract::{Fresh, ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupervisionEntryIn {
    #[serde(deserialize_with = "date")]
    #[schema(value_type = String, format = Date)]
    held_on: NaiveDate,
    #[schema(minimum = 1, maximum = 480)]
    minutes: i64,
    mode: Mode,
    #[schema(min_length = 1, max_length = 2000)]
    topics: Option<String>,
}

/// Write down a supervision that took place, as its supervisor, who signs it by that. The member of staff signs after.
#[utoipa::path(post, path = "/v1/staff/{staff_id}/supervision-log", operation_id = "create_supervision_entry",
    tag = "supervision", params(("staff_id" = Uuid, Path)), request_body = SupervisionEntryIn,
    responses((status = 201, body = SupervisionEntryOut), Problems))]
pub async fn create_supervision_entry(
    _: Fresh,
    write: Write,
    ValidPath(staff_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<SupervisionEntryIn>,
) -> Result<Response, Problem> {
    let new = NewEntry { held_on: input.held_on, minutes: input.minutes, mode: input.mode, topics: input.topics };
    let mut tx = write.begin().await?;
    let out = SupervisionEntryOut::from(supervision::record(&mut tx, staff_id, new).await?);
    write.done(tx, StatusCode::CREATED, &out).await
}
