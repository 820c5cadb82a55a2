use axum::extract::State;
use axum::response::Response;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::person::{self, DocumentKind};
use uuid::Uuid;

use super::wire::PlanDocumentOut;
use crate::extract::{Caller, IfNoneMatch, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// A person's own wellness or safety plan. The person sees all of it, staff the sections that are shared. With
/// `If-None-Match` a phone keeps its copy for when there is no network.
#[utoipa::path(get, path = "/v1/clients/{client_id}/plans/{kind}", operation_id = "get_plan_document", tag = "person",
    params(("client_id" = Uuid, Path), ("kind" = DocumentKind, Path),
        ("If-None-Match" = Option<String>, Header, description = "The tags of the copies that you have.")),
    responses((status = 200, body = PlanDocumentOut), (status = 304, description = "Your copy is the newest."), Problems))]
pub async fn get_plan_document(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath((client_id, kind)): ValidPath<(Uuid, DocumentKind)>,
    copies: IfNoneMatch,
) -> Result<Response, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let out = PlanDocumentOut::from(person::get_document(&tx, client_id, kind).await?);
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::Profile, &[client_id]).await?;
    Ok(copies.answer(&out, out.version))
}
