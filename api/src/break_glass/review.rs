use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::break_glass::{self, Outcome};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::BreakGlassOut;
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewIn {
    outcome: Outcome,
    #[schema(max_length = 2000)]
    note: Option<String>,
}

/// Write down what you found about somebody else's emergency access; once. For admins, and for supervisors of the client.
#[utoipa::path(post, path = "/v1/break-glass/{break_glass_id}/review", operation_id = "review_break_glass",
    tag = "record", params(("break_glass_id" = Uuid, Path)), request_body = ReviewIn,
    responses((status = 200, body = BreakGlassOut), Problems))]
pub async fn review_break_glass(
    write: Write,
    ValidPath(id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<ReviewIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let view = break_glass::review(&mut tx, id, input.outcome, input.note.as_deref()).await?;
    write.done(tx, StatusCode::OK, &BreakGlassOut::from(view)).await
}
