use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::notes::{self, Hint, Warning};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::extract::{Caller, ValidPath};
use crate::problem::{Problem, ProblemField, Problems};
use crate::state::AppState;

/// What signing would say now.
#[derive(Serialize, ToSchema)]
pub struct NoteChecksOut {
    /// What has to be put right first, each with its field.
    problems: Vec<ProblemField>,
    /// What to think about; it never blocks.
    warnings: Vec<Warning>,
    /// Words that could be kinder; they never block, and are kept nowhere.
    hints: Vec<Hint>,
    /// Signed now it would be a late entry, and needs a reason.
    late: bool,
    /// A supervisor will have to sign too.
    cosignature_needed: bool,
}

/// Look at a draft as signing does, and at its words. For its author.
#[utoipa::path(get, path = "/v1/notes/{note_id}/checks", operation_id = "check_note", tag = "notes",
    params(("note_id" = Uuid, Path)), responses((status = 200, body = NoteChecksOut), Problems))]
pub async fn check_note(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(note_id): ValidPath<Uuid>,
) -> Result<Json<NoteChecksOut>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let checks = notes::check(&tx, note_id).await?;
    let client_id = notes::get(&tx, note_id).await?.head.client_id;
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::Notes, &[client_id]).await?;
    let field = |error: cairn_shared::FieldError| ProblemField {
        field: error.field,
        code: error.code.to_owned(),
        message: error.message,
    };
    Ok(Json(NoteChecksOut {
        problems: checks.problems.into_iter().map(field).collect(),
        warnings: checks.warnings,
        hints: checks.hints,
        late: checks.late,
        cosignature_needed: checks.cosignature_needed,
    }))
}
