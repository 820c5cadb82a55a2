use axum::Json;
use axum::extract::State;
use cairn_shared::credentials;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::CredentialOut;
use crate::extract::{Caller, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub struct CredentialList {
    items: Vec<CredentialOut>,
    next_cursor: Option<String>,
}

/// The credentials of a member of staff, oldest first. For themselves, their supervisors and admins.
#[utoipa::path(get, path = "/v1/staff/{staff_id}/credentials", operation_id = "list_credentials", tag = "credentials",
    params(("staff_id" = Uuid, Path)), responses((status = 200, body = CredentialList), Problems))]
pub async fn list_credentials(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(staff_id): ValidPath<Uuid>,
) -> Result<Json<CredentialList>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let items = credentials::list(&tx, staff_id).await?.into_iter().map(Into::into).collect();
    tx.finish().await?;
    Ok(Json(CredentialList { items, next_cursor: None }))
}
