use axum::Json;
use axum::extract::State;
use cairn_shared::credentials;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::wire::ExpiringOut;
use crate::extract::{Caller, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExpiringQuery {
    /// Days from today; 90 when left out.
    #[param(minimum = 0, maximum = 366)]
    within: Option<u64>,
}

#[derive(Serialize, ToSchema)]
pub struct ExpiringList {
    items: Vec<ExpiringOut>,
    next_cursor: Option<String>,
}

/// Credentials that end soon or ended without being renewed, soonest first: of all staff for admins, else of you and
/// those whom you supervise.
#[utoipa::path(get, path = "/v1/credentials/expiring", operation_id = "list_expiring_credentials", tag = "credentials",
    params(ExpiringQuery), responses((status = 200, body = ExpiringList), Problems))]
pub async fn list_expiring_credentials(
    State(state): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<ExpiringQuery>,
) -> Result<Json<ExpiringList>, Problem> {
    let within = query.within.unwrap_or(90);
    if within > 366 {
        return Err(cairn_shared::Error::invalid("within", "out_of_range", "must be from 0 to 366").into());
    }
    let tx = state.database.begin_read(&caller.scope).await?;
    let items = credentials::expiring(&tx, within).await?.into_iter().map(Into::into).collect();
    tx.finish().await?;
    Ok(Json(ExpiringList { items, next_cursor: None }))
}
