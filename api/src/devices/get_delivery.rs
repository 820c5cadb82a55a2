use axum::Json;
use axum::extract::State;
use cairn_shared::{agenda, reminders};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::agenda::OccurrenceOut;
use crate::extract::{Caller, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub struct DeliveredOut {
    delivery_id: Uuid,
    occurrence: OccurrenceOut,
}

/// What a notification on your phone was about.
#[utoipa::path(get, path = "/v1/me/deliveries/{delivery_id}", operation_id = "get_my_delivery", tag = "devices",
    params(("delivery_id" = Uuid, Path)), responses((status = 200, body = DeliveredOut), Problems))]
pub async fn get_my_delivery(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(delivery_id): ValidPath<Uuid>,
) -> Result<Json<DeliveredOut>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let id = reminders::find_delivery(&tx, delivery_id).await?;
    let occurrence = agenda::get_occurrence(&tx, id, None).await?;
    tx.finish().await?;
    Ok(Json(DeliveredOut { delivery_id, occurrence: occurrence.into() }))
}
