use axum::Json;
use axum::extract::State;
use cairn_shared::clock::Timestamp;
use cairn_shared::devices;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::extract::Caller;
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub struct SubscriptionOut {
    id: Uuid,
    /// The push service; the endpoint itself is a secret.
    origin: String,
    created_at: Timestamp,
    /// When the browser last said that it is there.
    confirmed_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
pub struct SubscriptionList {
    items: Vec<SubscriptionOut>,
    next_cursor: Option<String>,
}

/// Where reminders are pushed for you.
#[utoipa::path(get, path = "/v1/me/push-subscriptions", operation_id = "list_push_subscriptions", tag = "devices",
    responses((status = 200, body = SubscriptionList), Problems))]
pub async fn list_push_subscriptions(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<SubscriptionList>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let items = devices::list_subscriptions(&tx).await?;
    tx.finish().await?;
    let items = items
        .into_iter()
        .map(|view| SubscriptionOut {
            id: view.id,
            origin: view.origin,
            created_at: view.created_at,
            confirmed_at: view.confirmed_at,
        })
        .collect();
    Ok(Json(SubscriptionList { items, next_cursor: None }))
}
