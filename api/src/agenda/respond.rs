use axum::http::StatusCode;
use axum::response::Response as HttpResponse;
use cairn_shared::agenda::{self, NewAnswer, OccurrenceId, Response};
use cairn_shared::clock::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::OccurrenceOut;
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResponseIn {
    response: Response,
    #[schema(max_length = 1000)]
    note: Option<String>,
    /// With `snoozed`; 30 when left out.
    #[schema(minimum = 5, maximum = 1440)]
    snooze_minutes: Option<i64>,
    /// When it was answered, if that was without a network: at most 31 days ago. The time of arrival is kept as well.
    answered_at: Option<Timestamp>,
    /// For staff who write down what they were told.
    client_id: Option<Uuid>,
}

/// Answer an occurrence. A later answer replaces an earlier one; the same again changes nothing.
#[utoipa::path(post, path = "/v1/occurrences/{occurrence_id}/responses", operation_id = "create_response",
    tag = "agenda", params(("occurrence_id" = String, Path)), request_body = ResponseIn,
    responses((status = 200, body = OccurrenceOut), Problems))]
pub async fn create_response(
    write: Write,
    ValidPath(id): ValidPath<String>,
    ValidJson(input): ValidJson<ResponseIn>,
) -> Result<HttpResponse, Problem> {
    let id: OccurrenceId = id.parse()?;
    let mut tx = write.begin().await?;
    let ResponseIn { response, note, snooze_minutes, answered_at, client_id } = input;
    let answer = NewAnswer { response, note, snooze_minutes, answered_at };
    let view = agenda::respond(&mut tx, id, client_id, answer).await?;
    write.done(tx, StatusCode::OK, &OccurrenceOut::from(view)).await
}
