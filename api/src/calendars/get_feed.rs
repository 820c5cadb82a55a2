use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cairn_shared::calendars;
use cairn_shared::secrets::sha256;

use crate::extract::{IfNoneMatch, Origin, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// Where a feed is read.
pub fn address(state: &AppState, token: &str) -> String {
    format!("{}/feeds/{token}.ics", state.public_url)
}

/// A calendar (RFC 5545) for calendar apps. The address is the proof; it needs no sign-in. Answers 304 to who has the
/// newest copy.
#[utoipa::path(get, path = "/feeds/{file}", operation_id = "get_calendar_feed", tag = "calendars",
    params(("file" = String, Path, description = "The secret token, and `.ics`"),
        ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = String, content_type = "text/calendar", headers(("ETag" = String))),
        (status = 304, description = "Unchanged"), Problems), security(()))]
pub async fn get_calendar_feed(
    State(state): State<AppState>,
    origin: Origin,
    ValidPath(file): ValidPath<String>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let token = file.strip_suffix(".ics").ok_or_else(Problem::not_found)?;
    let address_of_caller = origin.ip.unwrap_or_default();
    let now = state.database.env.clock.now();
    let source = address(&state, token);
    let admit = |id| state.feed_pace.admit(id, now);
    let feed = calendars::read_feed(&state.database, token, &address_of_caller, &source, admit).await?;
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&sha256(feed.text.as_bytes())[..16]));
    let mut response = if known.has_tag(&tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Response::new(feed.text.into());
        set(response.headers_mut(), header::CONTENT_TYPE, "text/calendar; charset=utf-8");
        set(response.headers_mut(), header::CONTENT_DISPOSITION, "inline; filename=\"calendar.ics\"");
        response
    };
    let headers = response.headers_mut();
    // Kept only by the reader's own program, which asks again each time.
    set(headers, header::CACHE_CONTROL, "private, no-cache");
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    Ok(response)
}

fn set(headers: &mut HeaderMap, name: header::HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}
