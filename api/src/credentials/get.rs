use axum::extract::State;
use axum::response::Response;
use cairn_shared::credentials;
use uuid::Uuid;

use super::wire::CredentialOut;
use crate::extract::{Caller, ValidPath, tagged};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// One credential. For its holder, their supervisors and admins.
#[utoipa::path(get, path = "/v1/credentials/{credential_id}", operation_id = "get_credential", tag = "credentials",
    params(("credential_id" = Uuid, Path)), responses((status = 200, body = CredentialOut), Problems))]
pub async fn get_credential(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(id): ValidPath<Uuid>,
) -> Result<Response, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let view = credentials::get(&tx, id).await?;
    tx.finish().await?;
    let version = view.version;
    Ok(tagged(&CredentialOut::from(view), version))
}
