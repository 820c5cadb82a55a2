use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use cairn_shared::calendars::{
    self, CalendarFile, CalendarSettings, Counts, Defaults, ImportView, Owner, Skip, import_now, start_import,
};
use cairn_shared::clock::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::extract::Write;
use crate::problem::Problem;
use crate::state::AppState;

/// Files with more series than this are worked on in the background.
const AT_ONCE: usize = 500;

#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// Reminds so many minutes before events that carry no usable alarm of their own.
    #[validate(range(max = 40_320, message = "at most 40320 minutes (28 days)"))]
    #[param(maximum = 40_320)]
    reminder_minutes: Option<u32>,
    /// Says what would happen, and changes nothing.
    #[serde(default)]
    dry_run: bool,
}

/// What became of the events of a calendar file. Events are counted by series: one UID, however often it repeats.
#[derive(Serialize, ToSchema)]
pub struct ImportResultOut {
    imported: u64,
    updated: u64,
    unchanged: u64,
    cancelled: u64,
    skipped: Vec<Skip>,
    /// Nothing was changed: this is what would happen.
    dry_run: bool,
}

impl ImportResultOut {
    fn new(counts: Counts, skipped: Vec<Skip>, dry_run: bool) -> Self {
        let Counts { imported, updated, unchanged, cancelled } = counts;
        Self { imported, updated, unchanged, cancelled, skipped, dry_run }
    }
}

/// A large file on its way onto agendas.
#[derive(Serialize, ToSchema)]
pub struct ImportOut {
    id: Uuid,
    /// `waiting`, `done` or `failed`.
    state: String,
    /// Series in the file, and how many of them have been looked at.
    total: u64,
    done: u64,
    /// So far.
    result: ImportResultOut,
    error: Option<String>,
    created_at: Timestamp,
    finished_at: Option<Timestamp>,
}

impl From<ImportView> for ImportOut {
    fn from(view: ImportView) -> Self {
        Self {
            id: view.id,
            state: view.state,
            total: view.total,
            done: view.done,
            result: ImportResultOut::new(view.counts, view.skipped, false),
            error: view.error,
            created_at: view.created_at,
            finished_at: view.finished_at,
        }
    }
}

/// The body of an import: `text/calendar` in any encoding.
pub struct CalendarBody(Bytes);

impl FromRequest<AppState> for CalendarBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = content_type.and_then(|text| text.split(';').next()).map(str::trim);
        if !essence.is_some_and(|essence| essence.eq_ignore_ascii_case("text/calendar")) {
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(Problem::new(status, "not_a_calendar", "The body must be text/calendar"));
        }
        Ok(Self(Bytes::from_request(request, state).await?))
    }
}

/// Reads the file and applies it at once, or keeps it for the workers when it is large.
pub async fn import(write: Write, owner: Owner, query: ImportQuery, body: CalendarBody) -> Result<Response, Problem> {
    let defaults = Defaults { reminder_minutes: query.reminder_minutes };
    let zone = write.scope.zone;
    let bytes = body.0.clone();
    // Reading is work for a processor; it must not hold up other requests.
    let read = tokio::task::spawn_blocking(move || calendars::read_file(&bytes, zone, defaults)).await;
    let file: CalendarFile = read
        .map_err(cairn_shared::Error::internal)?
        .map_err(|error| Problem::field(StatusCode::UNPROCESSABLE_ENTITY, "body", error.code(), error.to_string()))?;
    let mut tx = write.begin().await?;
    if query.dry_run {
        let (counts, skipped) = import_now(&mut tx, owner, file, true).await?;
        tx.finish().await?;
        return Ok(axum::Json(ImportResultOut::new(counts, skipped, true)).into_response());
    }
    if file.series.len() > AT_ONCE {
        let id = start_import(&mut tx, owner, &body.0, file.series.len(), defaults).await?;
        let out = ImportOut::from(calendars::get_import(&tx, id).await?);
        let mut response = write.done(tx, StatusCode::ACCEPTED, &out).await?;
        if let Ok(location) = format!("/v1/imports/{id}").parse() {
            response.headers_mut().insert(header::LOCATION, location);
        }
        return Ok(response);
    }
    let (counts, skipped) = import_now(&mut tx, owner, file, false).await?;
    write.done(tx, StatusCode::OK, &ImportResultOut::new(counts, skipped, false)).await
}

#[derive(Serialize, ToSchema)]
pub struct CalendarSettingsOut {
    /// Staff may have clients' initials in their feeds.
    initials: bool,
    version: i64,
}

impl From<CalendarSettings> for CalendarSettingsOut {
    fn from(settings: CalendarSettings) -> Self {
        Self { initials: settings.initials, version: settings.version }
    }
}
