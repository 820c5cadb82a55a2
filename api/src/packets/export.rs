use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use cairn_shared::packets;
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::clients::date;
use crate::extract::{Caller, Fresh, ValidJson, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PacketIn {
    /// Days of service.
    #[serde(deserialize_with = "date")]
    #[schema(value_type = String, format = Date)]
    from: NaiveDate,
    /// Exclusive; at most 366 days later.
    #[serde(deserialize_with = "date")]
    #[schema(value_type = String, format = Date)]
    to: NaiveDate,
}

/// A ZIP archive.
#[derive(ToSchema)]
#[schema(value_type = String, content_media_type = "application/zip")]
#[expect(dead_code, reason = "only described")]
struct Archive(Vec<u8>);

/// Take out what was signed about a client for these days: a ZIP archive with the signed texts, their hashes and signatures,
/// plans of care, the same in FHIR R4, and a manifest by which `cairn verify` names every altered byte. It is audited with the
/// archive's hash. It needs a fresh proof of who you are.
#[utoipa::path(post, path = "/v1/clients/{client_id}/packets", operation_id = "export_packet", tag = "notes",
    params(("client_id" = Uuid, Path)), request_body = PacketIn,
    responses((status = 200, body = inline(Archive), content_type = "application/zip"), Problems))]
pub async fn export_packet(
    _: Fresh,
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(client_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<PacketIn>,
) -> Result<Response, Problem> {
    let mut tx = state.database.begin_write(&caller.scope).await?;
    let packet = packets::export(&mut tx, client_id, input.from, input.to).await?;
    tx.commit().await?;
    let headers = [
        (header::CONTENT_TYPE, "application/zip"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"packet.zip\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, packet.bytes).into_response())
}
