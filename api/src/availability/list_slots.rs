use axum::Json;
use axum::extract::State;
use cairn_shared::availability;
use cairn_shared::clock::Timestamp;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::clients::date;
use crate::extract::{Caller, ValidPath, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SlotsQuery {
    /// First local date of the member of staff.
    #[serde(deserialize_with = "date")]
    #[param(value_type = String, format = Date, example = "2027-03-08")]
    from: NaiveDate,
    /// The date after the last, at most 31 days later.
    #[serde(deserialize_with = "date")]
    #[param(value_type = String, format = Date, example = "2027-03-15")]
    to: NaiveDate,
    /// The length of a slot.
    #[serde(default = "an_hour")]
    #[param(minimum = 5, maximum = 1440, default = 60)]
    minutes: i64,
}

fn an_hour() -> i64 {
    60
}

#[derive(Serialize, ToSchema)]
pub struct SlotOut {
    starts_at: Timestamp,
    ends_at: Timestamp,
    starts_at_local: String,
}

#[derive(Serialize, ToSchema)]
pub struct SlotList {
    /// The zone of the local times.
    time_zone: String,
    items: Vec<SlotOut>,
    next_cursor: Option<String>,
}

/// Where a member of staff still has room: working hours without time off and without what is on the agenda. Slots follow
/// one another, begin at quarters of an hour, and never lie in the past.
#[utoipa::path(get, path = "/v1/staff/{staff_id}/free-slots", operation_id = "list_free_slots",
    tag = "availability", params(("staff_id" = Uuid, Path), SlotsQuery),
    responses((status = 200, body = SlotList), Problems))]
pub async fn list_free_slots(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(staff_id): ValidPath<Uuid>,
    ValidQuery(query): ValidQuery<SlotsQuery>,
) -> Result<Json<SlotList>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let (own, slots) = availability::free_slots(&tx, staff_id, query.from, query.to, query.minutes).await?;
    tx.finish().await?;
    let items = slots.into_iter().map(|slot| SlotOut {
        starts_at: slot.starts_at,
        ends_at: slot.ends_at,
        starts_at_local: slot.starts_at_local,
    });
    Ok(Json(SlotList { time_zone: own.zone.name().to_owned(), items: items.collect(), next_cursor: None }))
}
