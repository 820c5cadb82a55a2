use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::Problem;
use crate::state::AppState;

/// Members of the path. An id that cannot be one is of nothing that exists: 404.
pub struct ValidPath<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for ValidPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        Ok(Self(Path::from_request_parts(parts, state).await?.0))
    }
}
