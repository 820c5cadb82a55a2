use axum::extract::State;
use axum::response::Response;
use cairn_shared::crisis;
use cairn_shared::identity::Authenticated;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::wire::CrisisResourcesOut;
use crate::extract::{ValidQuery, tagged};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CrisisQuery {
    /// Without a sign-in: whose list. One that does not exist gives the list that Cairn brings along.
    organization_id: Option<Uuid>,
}

/// Where to turn in a crisis. Needs no sign-in; with one it is your organization's list.
#[utoipa::path(get, path = "/v1/crisis-resources", operation_id = "get_crisis_resources", tag = "crisis resources",
    security(()), params(CrisisQuery), responses((status = 200, body = CrisisResourcesOut), Problems))]
pub async fn get_crisis_resources(
    State(state): State<AppState>,
    caller: Option<axum::Extension<Authenticated>>,
    ValidQuery(query): ValidQuery<CrisisQuery>,
) -> Result<Response, Problem> {
    let own = caller.map(|caller| caller.organization_id);
    let list = crisis::public(&state.database, own.or(query.organization_id)).await?;
    let version = list.version;
    Ok(tagged(&CrisisResourcesOut::from(list), version))
}
