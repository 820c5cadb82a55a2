use axum::response::Response;
use cairn_shared::calendars::Owner;

use super::wire::{CalendarBody, ImportOut, ImportQuery, ImportResultOut, import};
use crate::extract::{ValidQuery, Write};
use crate::problem::{Problem, Problems};

/// Bring a calendar file (RFC 5545) of an agency onto the agendas of those who attend: attendees are matched to clients
/// and staff by their e-mail addresses, and events without any client are listed as left out.
#[utoipa::path(post, path = "/v1/agenda/imports", operation_id = "import_calendar", tag = "calendars",
    params(ImportQuery), request_body(content = String, content_type = "text/calendar"),
    responses((status = 200, body = ImportResultOut), (status = 202, body = ImportOut), Problems))]
pub async fn import_calendar(
    write: Write,
    ValidQuery(query): ValidQuery<ImportQuery>,
    body: CalendarBody,
) -> Result<Response, Problem> {
    import(write, Owner::Organization, query, body).await
}
