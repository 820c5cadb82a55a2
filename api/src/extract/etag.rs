use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::problem::Problem;
use crate::state::AppState;

/// A body with its version as the entity tag.
pub fn tagged<T: Serialize>(body: &T, version: i64) -> Response {
    let mut response = Json(body).into_response();
    set_tag(response.headers_mut(), version);
    response
}

fn set_tag(headers: &mut HeaderMap, version: i64) {
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        headers.insert(header::ETAG, tag);
    }
}

/// The copies that the caller has already: `If-None-Match` (RFC 9110, 13.1.2).
pub struct IfNoneMatch(Vec<String>);

impl FromRequestParts<AppState> for IfNoneMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        let lines = parts.headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        Ok(Self(lines.flat_map(|line| line.split(',')).map(|tag| tag.trim().to_owned()).collect()))
    }
}

impl IfNoneMatch {
    /// 304 when the caller has this version, else the body with its tag.
    pub fn answer<T: Serialize>(&self, body: &T, version: i64) -> Response {
        if !self.has(version) {
            return tagged(body, version);
        }
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        set_tag(response.headers_mut(), version);
        response
    }

    fn has(&self, version: i64) -> bool {
        self.has_tag(&format!("\"{version}\""))
    }

    /// Compared weakly, as a GET compares.
    pub fn has_tag(&self, own: &str) -> bool {
        self.0.iter().any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_known_by_its_tag() {
        let known = |tags: &[&str]| IfNoneMatch(tags.iter().map(|tag| (*tag).to_owned()).collect()).has(7);
        assert!(known(&["\"7\""]) && known(&["W/\"7\""]) && known(&["\"6\"", "\"7\""]) && known(&["*"]));
        assert!(!known(&[]) && !known(&["\"6\""]) && !known(&["7"]) && !known(&["\"77\""]));
    }
}
