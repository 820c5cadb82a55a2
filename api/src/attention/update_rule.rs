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
    /// Those that this rule has; what is left out stays.
    #[serde(default)]
    parameters: RuleParametersIn,
    /// The whole list of words and phrases, for `words_noticed` alone.
    #[schema(max_items = 200)]
    words: Option<Vec<String>>,
}

/// The numbers of all rules; each rule has some of them, within bounds of its own.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleParametersIn {
    #[schema(minimum = 1, maximum = 14)]
    in_a_row: Option<i64>,
    #[schema(minimum = 1, maximum = 90)]
    days: Option<i64>,
    #[schema(minimum = 1, maximum = 10)]
    drop: Option<i64>,
    #[schema(minimum = 2, maximum = 28)]
    at_least: Option<i64>,
    #[schema(minimum = 0, maximum = 90)]
    days_ahead: Option<i64>,
    #[schema(minimum = 7, maximum = 180)]
    silent_days: Option<i64>,
}

impl RuleParametersIn {
    fn named(&self) -> BTreeMap<String, i64> {
        [
            ("in_a_row", self.in_a_row),
            ("days", self.days),
            ("drop", self.drop),
            ("at_least", self.at_least),
            ("days_ahead", self.days_ahead),
            ("silent_days", self.silent_days),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
    }
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
    let patch = RulePatch { enabled: input.enabled, parameters: input.parameters.named(), words: input.words };
    let rule = attention::update_rule(&mut tx, kind, version, &patch).await?;
    write.done(tx, StatusCode::OK, &RuleOut::from(rule)).await
}
