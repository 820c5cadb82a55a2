use axum::Json;
use axum::extract::State;
use cairn_shared::alerts::{self, Subject};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::extract::{Caller, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// Of the ids below `client_id` one is there: what it was about.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "each of its members is an id, and is named for whose it is")]
pub struct AlertOut {
    delivery_id: Uuid,
    /// Nobody when it is about a member of staff.
    client_id: Option<Uuid>,
    attention_reason_id: Option<Uuid>,
    help_request_id: Option<Uuid>,
    break_glass_id: Option<Uuid>,
    /// It ends soon.
    credential_id: Option<Uuid>,
}

/// What a notification on your device was about. For staff.
#[utoipa::path(get, path = "/v1/me/alerts/{delivery_id}", operation_id = "get_my_alert", tag = "devices",
    params(("delivery_id" = Uuid, Path)), responses((status = 200, body = AlertOut), Problems))]
pub async fn get_my_alert(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(delivery_id): ValidPath<Uuid>,
) -> Result<Json<AlertOut>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let found = alerts::find_alert(&tx, delivery_id).await?;
    tx.finish().await?;
    let of = |subject: Subject| (found.subject == subject).then_some(found.subject_id);
    Ok(Json(AlertOut {
        delivery_id,
        client_id: found.client_id,
        attention_reason_id: of(Subject::AttentionReason),
        help_request_id: of(Subject::HelpRequest),
        break_glass_id: of(Subject::BreakGlass),
        credential_id: of(Subject::Credential),
    }))
}
