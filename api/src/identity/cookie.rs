//! The cookie that carries a sign-in for browsers: bound to this host, out of reach of scripts.

use axum::http::{HeaderMap, HeaderValue, header};
use cairn_shared::identity::Token;

pub const NAME: &str = "__Host-cairn";
/// A device credential lives for 180 unused days; the server decides, the cookie must only not end before.
const MAX_AGE_SECONDS: u32 = 400 * 24 * 3600;

pub fn read(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == NAME && !value.is_empty()).then(|| value.to_owned()))
}

/// Staff's cookie ends with the browser; a phone's stays.
pub fn set(headers: &mut HeaderMap, token: &Token, lasting: bool) {
    let age = if lasting { format!("; Max-Age={MAX_AGE_SECONDS}") } else { String::new() };
    append(headers, &format!("{NAME}={}; Path=/; Secure; HttpOnly; SameSite=Lax{age}", token.0));
}

pub fn clear(headers: &mut HeaderMap) {
    append(headers, &format!("{NAME}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"));
}

fn append(headers: &mut HeaderMap, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.append(header::SET_COOKIE, value);
    }
}
