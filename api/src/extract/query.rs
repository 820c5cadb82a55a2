use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::Problem;
use crate::state::AppState;

/// The query, read; a parameter that is unknown, missing or wrong is a 422 that names it.
pub struct ValidQuery<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<AppState> for ValidQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        let text = parts.uri.query().unwrap_or_default();
        let reader = serde_urlencoded::Deserializer::new(form_urlencoded(text));
        serde_path_to_error::deserialize(reader).map(Self).map_err(|error| {
            let path = error.path().to_string();
            let message = error.into_inner().to_string();
            let quoted = message.split('`').nth(1).unwrap_or_default();
            let (field, code) = if message.starts_with("unknown field") {
                (quoted.to_owned(), "unknown_parameter")
            } else if message.starts_with("missing field") {
                (quoted.to_owned(), "required")
            } else {
                (path, "invalid")
            };
            Problem::field(StatusCode::UNPROCESSABLE_ENTITY, field, code, "is missing, unknown or not valid")
        })
    }
}

fn form_urlencoded(text: &str) -> url::form_urlencoded::Parse<'_> {
    url::form_urlencoded::parse(text.as_bytes())
}
