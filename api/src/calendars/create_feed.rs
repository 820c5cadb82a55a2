use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cairn_shared::calendars::{self, FeedDetail};
use cairn_shared::clock::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::get_feed::address;
use crate::extract::{Caller, Fresh, ValidJson};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFeedIn {
    /// How much the calendar says: `none` (times alone), `kind`, for clients `title`, for staff `initials` where the
    /// organization allows them.
    #[serde(default)]
    #[schema(inline)]
    detail: FeedDetail,
}

#[derive(Serialize, ToSchema)]
pub struct NewFeedOut {
    id: Uuid,
    /// Give it to a calendar app and to nobody else: whoever has it can read the calendar. It is not shown again.
    url: String,
    detail: FeedDetail,
    created_at: Timestamp,
}

/// A secret address from which a calendar app reads your agenda. At most ten at a time.
#[utoipa::path(post, path = "/v1/me/calendar-feeds", operation_id = "create_calendar_feed", tag = "calendars",
    request_body = NewFeedIn, responses((status = 201, body = NewFeedOut), Problems))]
pub async fn create_calendar_feed(
    State(state): State<AppState>,
    _: Fresh,
    caller: Caller,
    ValidJson(input): ValidJson<NewFeedIn>,
) -> Result<Response, Problem> {
    let mut tx = state.database.begin_write(&caller.scope).await?;
    let made = calendars::create_feed(&mut tx, input.detail).await?;
    tx.commit().await?;
    let out = NewFeedOut {
        id: made.feed.id,
        url: address(&state, &made.token),
        detail: made.feed.detail,
        created_at: made.feed.created_at,
    };
    let mut response = (StatusCode::CREATED, axum::Json(out)).into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("/v1/me/calendar-feeds/{}", made.feed.id)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}
