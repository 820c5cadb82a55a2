use axum::response::Response;
use cairn_shared::calendars;
use uuid::Uuid;

use crate::extract::{ValidPath, Write};
use crate::problem::{Problem, Problems};

/// Take a feed back: its address works no longer.
#[utoipa::path(delete, path = "/v1/me/calendar-feeds/{feed_id}", operation_id = "delete_calendar_feed",
    tag = "calendars", params(("feed_id" = Uuid, Path)), responses((status = 204), Problems))]
pub async fn delete_calendar_feed(write: Write, ValidPath(feed_id): ValidPath<Uuid>) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    calendars::remove_feed(&mut tx, feed_id).await?;
    write.no_content(tx).await
}
