use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use cairn_shared::agenda;
use cairn_shared::audit::{DataClass, note_read};
use uuid::Uuid;

use super::wire::ItemOut;
use crate::extract::{Caller, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// One agenda item.
#[utoipa::path(get, path = "/v1/agenda-items/{item_id}", operation_id = "get_agenda_item", tag = "agenda",
    params(("item_id" = Uuid, Path)), responses((status = 200, body = ItemOut), Problems))]
pub async fn get_agenda_item(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(item_id): ValidPath<Uuid>,
) -> Result<Response, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let view = agenda::get_item(&tx, item_id).await?;
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::Agenda, &view.client_ids).await?;
    let version = view.version;
    let mut response = Json(ItemOut::new(view, &caller.scope)).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}
