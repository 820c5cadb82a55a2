use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::clock::Timestamp;
use cairn_shared::db::PageRequest;
use cairn_shared::person::{self, DocumentKind, VersionView};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::wire::SectionOut;
use crate::extract::{Caller, ValidPath, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VersionsQuery {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

/// A version as it was written.
#[derive(Serialize, ToSchema)]
pub struct PlanDocumentVersionOut {
    version: i64,
    created_at: Timestamp,
    sections: Vec<SectionOut>,
}

impl From<VersionView> for PlanDocumentVersionOut {
    fn from(view: VersionView) -> Self {
        let sections = view.sections.into_iter().map(Into::into).collect();
        Self { version: view.version, created_at: view.created_at, sections }
    }
}

#[derive(Serialize, ToSchema)]
pub struct PlanDocumentVersionList {
    items: Vec<PlanDocumentVersionOut>,
    next_cursor: Option<String>,
}

/// All versions of a person's own plan, newest first. Staff see of each what was shared then and still is.
#[utoipa::path(get, path = "/v1/clients/{client_id}/plans/{kind}/versions",
    operation_id = "list_plan_document_versions", tag = "person",
    params(("client_id" = Uuid, Path), ("kind" = DocumentKind, Path), VersionsQuery),
    responses((status = 200, body = PlanDocumentVersionList), Problems))]
pub async fn list_plan_document_versions(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath((client_id, kind)): ValidPath<(Uuid, DocumentKind)>,
    ValidQuery(query): ValidQuery<VersionsQuery>,
) -> Result<Json<PlanDocumentVersionList>, Problem> {
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), person::versions_list_name(kind))?;
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = person::list_versions(&tx, client_id, kind, &page).await?.map(PlanDocumentVersionOut::from);
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::Profile, &[client_id]).await?;
    Ok(Json(PlanDocumentVersionList { items: page.items, next_cursor: page.next_cursor }))
}
