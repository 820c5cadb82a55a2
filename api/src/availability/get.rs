use axum::extract::State;
use axum::response::Response;
use cairn_shared::availability;
use uuid::Uuid;

use super::wire::AvailabilityOut;
use crate::extract::{Caller, ValidPath, tagged};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// When a member of staff works: hours of the week, and time off. Empty, with version 0, until somebody writes it down.
#[utoipa::path(get, path = "/v1/staff/{staff_id}/availability", operation_id = "get_availability",
    tag = "availability", params(("staff_id" = Uuid, Path)),
    responses((status = 200, body = AvailabilityOut, headers(("ETag" = String))), Problems))]
pub async fn get_availability(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(staff_id): ValidPath<Uuid>,
) -> Result<Response, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let out = AvailabilityOut::from(availability::get_availability(&tx, staff_id).await?);
    tx.finish().await?;
    Ok(tagged(&out, out.version))
}
