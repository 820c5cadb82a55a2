use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use cairn_shared::attention::Kind;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::clients::Language;
use cairn_shared::dashboards::{self, CaseloadFilter, CaseloadSort};
use cairn_shared::db::PageRequest;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::sheet;
use super::wire::CaseloadRowOut;
use crate::extract::{Caller, ValidQuery, wants_sheet};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseloadQuery {
    #[serde(default)]
    #[param(inline)]
    sort: CaseloadSort,
    /// Only clients with an open reason of this kind, such as `check_ins_missed`.
    #[param(inline)]
    reason: Option<Kind>,
    /// Only clients with whom this member of staff works today.
    staff_id: Option<Uuid>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct CaseloadOut {
    items: Vec<CaseloadRowOut>,
    next_cursor: Option<String>,
}

/// Your clients, or those of the specialists whom you supervise, each with what asks for attention. With
/// `Accept: text/csv` all of them as comma-separated values, without pages.
#[utoipa::path(get, path = "/v1/dashboard/caseload", operation_id = "get_caseload", tag = "dashboards",
    params(CaseloadQuery),
    responses((status = 200, content((CaseloadOut = "application/json"), (String = "text/csv"))), Problems))]
pub async fn get_caseload(
    State(state): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<CaseloadQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let filter = CaseloadFilter { sort: query.sort, reason: query.reason, staff_id: query.staff_id };
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), &filter.list())?;
    if wants_sheet(&headers) {
        return sheet::caseload(&state, caller.scope, filter).await;
    }
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = dashboards::caseload(&tx, &filter, &page).await?;
    tx.finish().await?;
    let ids: Vec<Uuid> = page.items.iter().map(|row| row.client_id).collect();
    note_read(&state.database, &caller.scope, DataClass::Summary, &ids).await?;
    let language = language(&headers);
    let page = page.map(|row| CaseloadRowOut::new(row, language));
    let mut response = Json(CaseloadOut { items: page.items, next_cursor: page.next_cursor }).into_response();
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept, Accept-Language"));
    Ok(response)
}

/// The first of our languages that the reader asks for.
fn language(headers: &HeaderMap) -> Language {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = wanted.split(',').map(str::trim).find(|tag| tag.starts_with("es") || tag.starts_with("en"));
    Language::parse(if first.is_some_and(|tag| tag.starts_with("es")) { "es" } else { "en" })
}
