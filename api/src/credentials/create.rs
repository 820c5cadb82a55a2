use axum::response::Response;
use cairn_shared::credentials::{self, NewCredential};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::CredentialOut;
use crate::clients::{date, date_or_null};
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCredentialIn {
    #[schema(pattern = "^[A-Z]{2}$", example = "ID")]
    state: String,
    #[serde(rename = "type")]
    #[schema(min_length = 1, max_length = 100, example = "Certified peer support specialist")]
    credential_type: String,
    #[schema(min_length = 1, max_length = 100)]
    number: String,
    #[schema(min_length = 1, max_length = 200)]
    issuer: String,
    #[serde(deserialize_with = "date")]
    #[schema(value_type = String, format = Date)]
    issued_on: NaiveDate,
    #[serde(default, deserialize_with = "date_or_null")]
    #[schema(value_type = Option<String>, format = Date)]
    expires_on: Option<NaiveDate>,
}

/// Write down a credential of a member of staff. For admins.
#[utoipa::path(post, path = "/v1/staff/{staff_id}/credentials", operation_id = "create_credential",
    tag = "credentials", params(("staff_id" = Uuid, Path)), request_body = NewCredentialIn,
    responses((status = 201, body = CredentialOut), Problems))]
pub async fn create_credential(
    write: Write,
    ValidPath(staff_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<NewCredentialIn>,
) -> Result<Response, Problem> {
    let new = NewCredential {
        state: input.state,
        credential_type: input.credential_type,
        number: input.number,
        issuer: input.issuer,
        issued_on: input.issued_on,
        expires_on: input.expires_on,
    };
    let mut tx = write.begin().await?;
    let out = CredentialOut::from(credentials::create(&mut tx, staff_id, new).await?);
    write.created(tx, format!("/v1/credentials/{}", out.id), &out).await
}
