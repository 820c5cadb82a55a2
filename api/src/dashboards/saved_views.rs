use axum::Json;
use axum::extract::State;
use axum::response::Response;
use cairn_shared::Timestamp;
use cairn_shared::attention::Kind;
use cairn_shared::dashboards::{self, CaseloadSort, SavedView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Caller, ValidJson, ValidPath, Write, object};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// Parameters of the list over a caseload.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sort: Option<CaseloadSort>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Kind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    staff_id: Option<Uuid>,
}

#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct SavedViewIn {
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    #[serde(deserialize_with = "object")]
    filter: SavedFilter,
}

#[derive(Serialize, ToSchema)]
pub struct SavedViewOut {
    id: Uuid,
    name: String,
    filter: SavedFilter,
    created_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
pub struct SavedViewList {
    items: Vec<SavedViewOut>,
    next_cursor: Option<String>,
}

impl TryFrom<SavedView> for SavedViewOut {
    type Error = cairn_shared::Error;

    fn try_from(view: SavedView) -> Result<Self, Self::Error> {
        let filter = serde_json::from_str(&view.filter).map_err(cairn_shared::Error::internal)?;
        Ok(Self { id: view.id, name: view.name, filter, created_at: view.created_at })
    }
}

/// Keeps a filter under a name. Only you see it.
#[utoipa::path(post, path = "/v1/me/saved-views", operation_id = "create_saved_view", tag = "dashboards",
    request_body = SavedViewIn, responses((status = 201, body = SavedViewOut), Problems))]
pub async fn create_saved_view(write: Write, ValidJson(body): ValidJson<SavedViewIn>) -> Result<Response, Problem> {
    let filter = serde_json::to_string(&body.filter).map_err(cairn_shared::Error::internal)?;
    let mut tx = write.begin().await?;
    let view = dashboards::save_view(&mut tx, &body.name, filter).await?;
    let location = format!("/v1/me/saved-views/{}", view.id);
    write.created(tx, location, &SavedViewOut::try_from(view)?).await
}

/// Your saved views, the oldest first; always whole.
#[utoipa::path(get, path = "/v1/me/saved-views", operation_id = "list_saved_views", tag = "dashboards",
    responses((status = 200, body = SavedViewList), Problems))]
pub async fn list_saved_views(State(state): State<AppState>, caller: Caller) -> Result<Json<SavedViewList>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let views = dashboards::list_views(&tx).await?;
    tx.finish().await?;
    let items = views.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?;
    Ok(Json(SavedViewList { items, next_cursor: None }))
}

/// Removes a saved view.
#[utoipa::path(delete, path = "/v1/me/saved-views/{id}", operation_id = "delete_saved_view", tag = "dashboards",
    params(("id" = Uuid, Path)), responses((status = 204), Problems))]
pub async fn delete_saved_view(write: Write, ValidPath(id): ValidPath<Uuid>) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    dashboards::remove_view(&mut tx, id).await?;
    write.no_content(tx).await
}
