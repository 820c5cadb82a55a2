//! The phone app's files, inside the binary: compressed beforehand, cached for ever when their name has a hash.

use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../web/apps/client/dist/"]
#[allow_missing = true]
struct ClientApp;

pub async fn home() -> Redirect {
    Redirect::temporary("/app/")
}

/// A file of the app; every other address below /app/ opens the app itself, which knows its own pages.
pub async fn client_app(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches("/app").trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    if let Some(response) = file(path, &headers) {
        return response;
    }
    let looks_like_a_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'))
        && !path.starts_with("r/")
        && !path.starts_with("item/");
    if looks_like_a_file {
        return StatusCode::NOT_FOUND.into_response();
    }
    file("index.html", &headers).unwrap_or_else(|| {
        (StatusCode::NOT_FOUND, "The app is not built into this program: run `make build`.").into_response()
    })
}

fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let compressed = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(coding, _)| accepts.split(',').any(|entry| entry.trim().split(';').next() == Some(coding)))
        .find_map(|(coding, ending)| ClientApp::get(&format!("{path}{ending}")).map(|file| (file, Some(coding))));
    let (file, coding) = match compressed {
        Some(found) => found,
        None => (ClientApp::get(path)?, None),
    };
    Some(respond(path, file, coding, headers))
}

fn respond(path: &str, file: EmbeddedFile, coding: Option<&'static str>, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}{}\"", hash_text(&file), coding.unwrap_or_default());
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()) == Some(tag.as_str());
    let mut response =
        if known { StatusCode::NOT_MODIFIED.into_response() } else { file.data.into_owned().into_response() };
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    let lasting = path.starts_with("assets/");
    let cache = if lasting { "public, max-age=31536000, immutable" } else { "no-cache" };
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    answer.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some(coding) = coding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        answer.insert(header::ETAG, tag);
    }
    response
}

fn hash_text(file: &EmbeddedFile) -> String {
    file.metadata.sha256_hash()[..12].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
