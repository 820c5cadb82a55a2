use axum::response::Response;
use cairn_shared::payers::{self, ProfileFile, Rules};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::wire::PayerProfileOut;
use crate::clients::{date, date_or_null};
use crate::extract::{Fresh, ValidJson, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PayerProfileIn {
    /// Two capitals, or `any`.
    #[schema(pattern = "^([A-Z]{2}|any)$", example = "ID")]
    state: String,
    #[schema(pattern = "^[a-z0-9_]{1,60}$", example = "medicaid")]
    payer: String,
    #[schema(pattern = "^[a-z0-9_]{1,60}$", example = "behavioral_health")]
    program: String,
    #[serde(deserialize_with = "date")]
    #[schema(value_type = String, format = Date)]
    effective_from: NaiveDate,
    #[serde(default, deserialize_with = "date_or_null")]
    #[schema(value_type = Option<String>, format = Date)]
    effective_to: Option<NaiveDate>,
    /// What is left out is the careful usual.
    #[serde(default)]
    rules: Rules,
}

/// Load a payer's rules. Rules for a start that is there already are its next version; the same again change nothing and
/// answer 200. For admins.
#[utoipa::path(post, path = "/v1/payer-profiles", operation_id = "create_payer_profile", tag = "payers",
    request_body = PayerProfileIn,
    responses((status = 201, body = PayerProfileOut), (status = 200, body = PayerProfileOut), Problems))]
pub async fn create_payer_profile(
    _: Fresh,
    write: Write,
    ValidJson(input): ValidJson<PayerProfileIn>,
) -> Result<Response, Problem> {
    let file = ProfileFile {
        state: input.state,
        payer: input.payer,
        program: input.program,
        effective_from: input.effective_from,
        effective_to: input.effective_to,
        source: None,
        rules: input.rules,
    };
    let mut tx = write.begin().await?;
    let added = payers::add(&mut tx, &file).await?;
    let out = PayerProfileOut::from(&*added.profile);
    if added.changed {
        write.created(tx, format!("/v1/payer-profiles/{}", out.id), &out).await
    } else {
        write.repeated(tx, &out).await
    }
}
