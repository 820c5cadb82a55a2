use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::dashboards::csv::line;
use cairn_shared::dashboards::{self, CaseloadFilter, CaseloadRow};
use cairn_shared::db::Database;
use cairn_shared::scope::Scope;
use futures::stream;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::wire::severity;
use crate::problem::Problem;
use crate::state::AppState;

/// Rows that are in memory at once, twice: one page on its way, one being made.
const PAGE: usize = 200;

const HEADER: [&str; 12] = [
    "client_id",
    "preferred_name",
    "top_severity",
    "reasons",
    "last_contact_at",
    "last_check_in_at",
    "next_appointment_at",
    "mood_14_days",
    "goals_in_progress",
    "unconfirmed_reminders",
    "open_help_request_id",
    "staff",
];

/// The whole list as comma-separated values. Only the order of the ids is held; rows are read page by page, as fast as
/// they are taken.
pub async fn caseload(state: &AppState, scope: Scope, filter: CaseloadFilter) -> Result<Response, Problem> {
    let tx = state.database.begin_read(&scope).await?;
    let ids = dashboards::caseload_ids(&tx, &filter).await?;
    tx.finish().await?;
    let (sender, receiver) = mpsc::channel::<Result<Bytes, std::io::Error>>(1);
    let database = state.database.clone();
    tokio::spawn(async move {
        let head = line(&HEADER.map(str::to_owned));
        if sender.send(Ok(Bytes::from(head))).await.is_err() {
            return;
        }
        for page in ids.chunks(PAGE) {
            let text = lines(&database, &scope, &filter, page).await.map(Bytes::from).map_err(|error| {
                tracing::warn!(%error, "a sheet ends before its end");
                // Cuts the connection off: half a list must not look like a whole one.
                std::io::Error::other("the list cannot be read")
            });
            let failed = text.is_err();
            if sender.send(text).await.is_err() || failed {
                return;
            }
        }
    });
    let body = stream::unfold(receiver, async |mut receiver| Some((receiver.recv().await?, receiver)));
    let mut response = Response::new(Body::from_stream(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"caseload.csv\""));
    headers.insert(header::VARY, HeaderValue::from_static("Accept"));
    Ok(response)
}

async fn lines(
    database: &Database,
    scope: &Scope,
    filter: &CaseloadFilter,
    ids: &[Uuid],
) -> cairn_shared::Result<String> {
    let tx = database.begin_read(scope).await?;
    let rows = dashboards::caseload_rows(&tx, filter, ids).await?;
    tx.finish().await?;
    let shown: Vec<Uuid> = rows.iter().map(|row| row.client_id).collect();
    note_read(database, scope, DataClass::Summary, &shown).await?;
    Ok(rows.into_iter().map(|row| line(&cells(row))).collect())
}

fn cells(row: CaseloadRow) -> [String; 12] {
    let text = |value: Option<String>| value.unwrap_or_default();
    let reasons: Vec<String> = row.reasons.into_iter().map(|reason| reason.kind).collect();
    let moods: Vec<String> = row.sparkline.iter().map(|mood| text(mood.map(|mood| mood.to_string()))).collect();
    let staff: Vec<String> = row.staff.into_iter().map(|(_, name)| name).collect();
    [
        row.client_id.to_string(),
        row.preferred_name,
        text(severity(row.top_severity).map(str::to_owned)),
        reasons.join("; "),
        text(row.last_contact_at.map(|at| at.to_string())),
        text(row.last_check_in_at.map(|at| at.to_string())),
        text(row.next_appointment.map(|next| next.starts_at.to_string())),
        moods.join(" | "),
        row.goals_in_progress.to_string(),
        row.unconfirmed_reminders.to_string(),
        text(row.open_help_request_id.map(|id| id.to_string())),
        staff.join("; "),
    ]
}
