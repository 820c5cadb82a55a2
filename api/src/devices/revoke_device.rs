use axum::response::Response;
use cairn_shared::devices;
use uuid::Uuid;

use crate::extract::{ValidPath, Write};
use crate::problem::{Problem, Problems};

/// End a client's phone: its sign-in, and what would be pushed to it. For those who may activate one.
#[utoipa::path(delete, path = "/v1/clients/{client_id}/devices/{device_id}", operation_id = "revoke_client_device",
    tag = "devices", params(("client_id" = Uuid, Path), ("device_id" = Uuid, Path)),
    responses((status = 204), Problems))]
pub async fn revoke_client_device(
    write: Write,
    ValidPath((client_id, device_id)): ValidPath<(Uuid, Uuid)>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    devices::revoke_of_client(&mut tx, client_id, device_id).await?;
    write.no_content(tx).await
}
