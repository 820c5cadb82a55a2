use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::credentials::{self, CredentialPatch, Status};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::CredentialOut;
use crate::clients::{date_or_null, present_date};
use crate::extract::{IfMatch, ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CredentialPatchIn {
    status: Option<Status>,
    /// The new last day, of a renewal; `null` for none.
    #[serde(default, deserialize_with = "present_date")]
    #[schema(value_type = Option<String>, format = Date)]
    expires_on: Option<Option<NaiveDate>>,
    /// From when on; today when left out. What held before stays as it was.
    #[serde(default, deserialize_with = "date_or_null")]
    #[schema(value_type = Option<String>, format = Date)]
    effective_on: Option<NaiveDate>,
}

/// Renew, suspend, revoke or restore a credential. For admins.
#[utoipa::path(patch, path = "/v1/credentials/{credential_id}", operation_id = "update_credential",
    tag = "credentials", params(("credential_id" = Uuid, Path)), request_body = CredentialPatchIn,
    responses((status = 200, body = CredentialOut), Problems))]
pub async fn update_credential(
    write: Write,
    ValidPath(id): ValidPath<Uuid>,
    IfMatch(version): IfMatch,
    ValidJson(input): ValidJson<CredentialPatchIn>,
) -> Result<Response, Problem> {
    let patch =
        CredentialPatch { status: input.status, expires_on: input.expires_on, effective_on: input.effective_on };
    let mut tx = write.begin().await?;
    let view = credentials::update(&mut tx, id, version, patch).await?;
    write.done(tx, StatusCode::OK, &CredentialOut::from(view)).await
}
