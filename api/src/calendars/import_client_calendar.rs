use axum::response::Response;
use cairn_shared::calendars::Owner;
use uuid::Uuid;

use super::wire::{CalendarBody, ImportOut, ImportQuery, ImportResultOut, import};
use crate::extract::{ValidPath, ValidQuery, Write};
use crate::problem::{Problem, Problems};

/// Bring a calendar file (RFC 5545) onto a client's agenda. Read again it changes nothing; a newer file updates and
/// cancels. A file with more than 500 series is worked on in the background.
#[utoipa::path(post, path = "/v1/clients/{client_id}/agenda/imports", operation_id = "import_client_calendar",
    tag = "calendars", params(("client_id" = Uuid, Path), ImportQuery),
    request_body(content = String, content_type = "text/calendar"),
    responses((status = 200, body = ImportResultOut), (status = 202, body = ImportOut), Problems))]
pub async fn import_client_calendar(
    write: Write,
    ValidPath(client_id): ValidPath<Uuid>,
    ValidQuery(query): ValidQuery<ImportQuery>,
    body: CalendarBody,
) -> Result<Response, Problem> {
    import(write, Owner::Client(client_id), query, body).await
}
