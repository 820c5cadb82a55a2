use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::care_plans;
use cairn_shared::db::PageRequest;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::wire::CarePlanOut;
use crate::extract::{Caller, ValidPath, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CarePlansQuery {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct CarePlanList {
    items: Vec<CarePlanOut>,
    next_cursor: Option<String>,
}

/// A client's plans of care, newest version first.
#[utoipa::path(get, path = "/v1/clients/{client_id}/care-plans", operation_id = "list_care_plans", tag = "care_plans",
    params(("client_id" = Uuid, Path), CarePlansQuery), responses((status = 200, body = CarePlanList), Problems))]
pub async fn list_care_plans(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(client_id): ValidPath<Uuid>,
    ValidQuery(query): ValidQuery<CarePlansQuery>,
) -> Result<Json<CarePlanList>, Problem> {
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "care-plans")?;
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = care_plans::list(&tx, client_id, &page).await?.map(CarePlanOut::from);
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::CarePlans, &[client_id]).await?;
    Ok(Json(CarePlanList { items: page.items, next_cursor: page.next_cursor }))
}
