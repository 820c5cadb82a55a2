use axum::extract::State;
use axum::response::Response;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::sessions;
use uuid::Uuid;

use super::wire::SessionOut;
use crate::extract::{Caller, ValidPath, tagged};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// One session.
#[utoipa::path(get, path = "/v1/sessions/{session_id}", operation_id = "get_session", tag = "sessions",
    params(("session_id" = Uuid, Path)), responses((status = 200, body = SessionOut), Problems))]
pub async fn get_session(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(id): ValidPath<Uuid>,
) -> Result<Response, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let session = sessions::get(&tx, id).await?;
    tx.finish().await?;
    let clients: Vec<Uuid> = session.attendees.iter().map(|attendee| attendee.client_id).collect();
    note_read(&state.database, &caller.scope, DataClass::Sessions, &clients).await?;
    let version = session.version;
    Ok(tagged(&SessionOut::from(session), version))
}
