use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::attention::{self, Kind, RulePatch};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::wire::RuleOut;
use crate::extract::{IfMatch, ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RulePatchIn {
    enabled: Option<bool>,
    /// Parameters of this rule by name; those left out stay.
    #[serde(default)]
    parameters: BTreeMap<String, i64>,
    /// The whole list of words and phrases, for `words_noticed` alone.
    #[schema(max_items = 200)]
    words: Option<Vec<String>>,
}

/// Tune a rule; every client is looked at anew within seconds. For supervisors and admins.
#[utoipa::path(patch, path = "/v1/attention-rules/{kind}", operation_id = "update_attention_rule", tag = "attention",
    params(("kind" = Kind, Path)), request_body = RulePatchIn,
    responses((status = 200, body = RuleOut), Problems))]
pub async fn update_attention_rule(
    write: Write,
    ValidPath(kind): ValidPath<Kind>,
    IfMatch(version): IfMatch,
    ValidJson(input): ValidJson<RulePatchIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let patch = RulePatch { enabled: input.enabled, parameters: input.parameters, words: input.words };
    let rule = attention::update_rule(&mut tx, kind, version, &patch).await?;
    write.done(tx, StatusCode::OK, &RuleOut::from(rule)).await
}
