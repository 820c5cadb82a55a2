use axum::Json;
use axum::extract::State;
use cairn_shared::calendars::{self, FeedDetail, FeedView};
use cairn_shared::clock::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::extract::Caller;
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// A feed; its address is told only when it is made.
#[derive(Serialize, ToSchema)]
pub struct FeedOut {
    id: Uuid,
    detail: FeedDetail,
    created_at: Timestamp,
}

impl From<FeedView> for FeedOut {
    fn from(feed: FeedView) -> Self {
        Self { id: feed.id, detail: feed.detail, created_at: feed.created_at }
    }
}

#[derive(Serialize, ToSchema)]
pub struct FeedList {
    items: Vec<FeedOut>,
    next_cursor: Option<String>,
}

/// Your calendar feeds, oldest first.
#[utoipa::path(get, path = "/v1/me/calendar-feeds", operation_id = "list_calendar_feeds", tag = "calendars",
    responses((status = 200, body = FeedList), Problems))]
pub async fn list_calendar_feeds(State(state): State<AppState>, caller: Caller) -> Result<Json<FeedList>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let feeds = calendars::list_feeds(&tx).await?;
    tx.finish().await?;
    Ok(Json(FeedList { items: feeds.into_iter().map(Into::into).collect(), next_cursor: None }))
}
