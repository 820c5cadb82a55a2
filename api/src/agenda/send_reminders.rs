use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::agenda::OccurrenceId;
use cairn_shared::reminders;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};
use crate::reminders::{ReminderList, ReminderOut};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendIn {
    /// All of the item's clients when left out.
    #[validate(length(min = 1, max = 200, message = "1 to 200 clients"))]
    #[schema(min_items = 1, max_items = 200)]
    client_ids: Option<Vec<Uuid>>,
}

/// Remind now. Quiet hours do not hold it, a pause does; it is audited. For staff.
#[utoipa::path(post, path = "/v1/occurrences/{occurrence_id}/reminders", operation_id = "send_reminders",
    tag = "agenda", params(("occurrence_id" = String, Path)), request_body = SendIn,
    responses((status = 202, body = ReminderList), Problems))]
pub async fn send_reminders(
    write: Write,
    ValidPath(id): ValidPath<String>,
    ValidJson(input): ValidJson<SendIn>,
) -> Result<Response, Problem> {
    let id: OccurrenceId = id.parse()?;
    let mut tx = write.begin().await?;
    let sent = reminders::send_now(&mut tx, id, input.client_ids).await?;
    let items = sent.into_iter().map(ReminderOut::from).collect();
    write.done(tx, StatusCode::ACCEPTED, &ReminderList { items, next_cursor: None }).await
}
