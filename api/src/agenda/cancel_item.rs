use axum::response::Response;
use cairn_shared::agenda;
use uuid::Uuid;

use super::wire::ScopeQuery;
use crate::extract::{IfMatch, ValidPath, ValidQuery, Write};
use crate::problem::{Problem, Problems};

/// Cancel one occurrence, this and the following, or everything that has not begun. No reminder of it is sent any more;
/// clients who were reminded already are told.
#[utoipa::path(delete, path = "/v1/agenda-items/{item_id}", operation_id = "cancel_agenda_item", tag = "agenda",
    params(("item_id" = Uuid, Path), ScopeQuery), responses((status = 204), Problems))]
pub async fn cancel_agenda_item(
    write: Write,
    ValidPath(item_id): ValidPath<Uuid>,
    ValidQuery(scope): ValidQuery<ScopeQuery>,
    IfMatch(version): IfMatch,
) -> Result<Response, Problem> {
    let edit_scope = scope.read(item_id)?;
    let mut tx = write.begin().await?;
    agenda::cancel(&mut tx, item_id, edit_scope, version).await?;
    write.no_content(tx).await
}
