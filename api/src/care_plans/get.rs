use axum::extract::State;
use axum::response::Response;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::care_plans;
use uuid::Uuid;

use super::wire::CarePlanOut;
use crate::extract::{Caller, ValidPath, tagged};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// One version of a plan of care.
#[utoipa::path(get, path = "/v1/care-plans/{plan_id}", operation_id = "get_care_plan", tag = "care_plans",
    params(("plan_id" = Uuid, Path)), responses((status = 200, body = CarePlanOut), Problems))]
pub async fn get_care_plan(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(plan_id): ValidPath<Uuid>,
) -> Result<Response, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let plan = care_plans::get(&tx, plan_id).await?;
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::CarePlans, &[plan.client_id]).await?;
    let version = plan.version;
    Ok(tagged(&CarePlanOut::from(plan), version))
}
