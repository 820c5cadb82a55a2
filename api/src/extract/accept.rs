use axum::http::{HeaderMap, header};

/// Whether comma-separated values are named in `Accept`, and JSON is not.
pub fn wants_sheet(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kinds = || accept.split(',').map(|entry| entry.split(';').next().unwrap_or_default().trim());
    kinds().any(|kind| kind == "text/csv") && !kinds().any(|kind| kind == "application/json")
}
