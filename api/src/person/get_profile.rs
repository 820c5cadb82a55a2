use axum::extract::State;
use axum::response::Response;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::person;
use uuid::Uuid;

use super::wire::ProfileOut;
use crate::extract::{Caller, ValidPath, tagged};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// A person's strengths, the people who support them, and their stage of recovery in their own words.
#[utoipa::path(get, path = "/v1/clients/{client_id}/profile", operation_id = "get_profile", tag = "person",
    params(("client_id" = Uuid, Path)), responses((status = 200, body = ProfileOut), Problems))]
pub async fn get_profile(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(client_id): ValidPath<Uuid>,
) -> Result<Response, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let out = ProfileOut::from(person::get_profile(&tx, client_id).await?);
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::Profile, &[client_id]).await?;
    Ok(tagged(&out, out.version))
}
