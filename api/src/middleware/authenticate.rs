use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cairn_shared::Error;
use cairn_shared::identity::{self, Carrier};

use crate::identity::cookie;
use crate::problem::Problem;
use crate::state::AppState;

/// Finds out who asks. A request without proof goes on as nobody; one with a wrong proof does too, so that public
/// operations answer alike, and handlers that need somebody refuse it.
pub async fn authenticate(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let bearer = bearer(request.headers());
    let from_cookie = cookie::read(request.headers());
    let (token, carrier) = match (bearer, from_cookie) {
        (Some(_), Some(_)) => {
            return Problem::new(StatusCode::BAD_REQUEST, "two_credentials", "A cookie or a token, not both")
                .into_response();
        }
        (Some(token), None) => (token, Carrier::Token),
        (None, Some(token)) => (token, Carrier::Cookie),
        (None, None) => return next.run(request).await,
    };
    if carrier == Carrier::Cookie && !comes_from_our_pages(request.method(), request.headers(), &state.public_url) {
        return Problem::new(
            StatusCode::FORBIDDEN,
            "foreign_origin",
            "This request does not come from Cairn's own pages",
        )
        .into_response();
    }
    match identity::authenticate(&state.database, &token).await {
        Ok(found) if found.carrier == carrier => {
            if let Err(error) = identity::touch(&state.database, &found).await {
                return Problem::from(error).into_response();
            }
            request.extensions_mut().insert(found);
        }
        // A token sent the other way than it was given is not accepted.
        Ok(_) | Err(Error::Unauthorized(_)) => {}
        Err(error) => return Problem::from(error).into_response(),
    }
    next.run(request).await
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// Browsers send cookies along from anywhere; where a request began stands in headers that pages cannot forge.
fn comes_from_our_pages(method: &Method, headers: &HeaderMap, public_url: &str) -> bool {
    if method.is_safe() {
        return true;
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("origin") {
        Some(origin) => origin == public_url,
        None => text("sec-fetch-site") == Some("same-origin"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_cookie_requests_must_begin_on_our_pages() {
        let judge = |method: Method, name: Option<(&'static str, &str)>| {
            let mut headers = HeaderMap::new();
            if let Some((name, value)) = name {
                headers.insert(name, value.parse().expect("a header"));
            }
            comes_from_our_pages(&method, &headers, "https://cairn.test")
        };
        assert!(judge(Method::GET, None));
        assert!(judge(Method::POST, Some(("origin", "https://cairn.test"))));
        assert!(judge(Method::POST, Some(("sec-fetch-site", "same-origin"))));
        assert!(!judge(Method::POST, None));
        assert!(!judge(Method::POST, Some(("origin", "null"))));
        assert!(!judge(Method::DELETE, Some(("origin", "https://cairn.test.evil"))));
        assert!(!judge(Method::PATCH, Some(("sec-fetch-site", "same-site"))));
    }
}
