use axum::response::Response;
use cairn_shared::devices;
use uuid::Uuid;

use crate::extract::{ValidPath, Write};
use crate::problem::{Problem, Problems};

/// Push nothing more to that browser.
#[utoipa::path(delete, path = "/v1/me/push-subscriptions/{subscription_id}", operation_id = "delete_push_subscription",
    tag = "devices", params(("subscription_id" = Uuid, Path)), responses((status = 204), Problems))]
pub async fn delete_push_subscription(write: Write, ValidPath(id): ValidPath<Uuid>) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    devices::remove(&mut tx, id).await?;
    write.no_content(tx).await
}
