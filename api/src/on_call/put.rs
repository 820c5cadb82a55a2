use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::on_call::{self, Entry};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::wire::{OnCallEntry, OnCallOut};
use crate::extract::{IfMatch, ValidJson, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OnCallIn {
    #[schema(max_items = 500)]
    entries: Vec<OnCallEntry>,
}

/// Put another on-call list in place of the one that is there. For supervisors and admins.
#[utoipa::path(put, path = "/v1/on-call", operation_id = "replace_on_call", tag = "help requests",
    request_body = OnCallIn, responses((status = 200, body = OnCallOut), Problems))]
pub async fn replace_on_call(
    write: Write,
    IfMatch(version): IfMatch,
    ValidJson(input): ValidJson<OnCallIn>,
) -> Result<Response, Problem> {
    let entries: Vec<Entry> = input.entries.into_iter().map(Entry::from).collect();
    let mut tx = write.begin().await?;
    let list = on_call::replace(&mut tx, &entries, version).await?;
    write.done(tx, StatusCode::OK, &OnCallOut::from(list)).await
}
