use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use cairn_shared::clients::Language;

use crate::problem::Problem;
use crate::state::AppState;

/// The language that whoever reads prefers among ours (RFC 9110 section 12.5.4); English when they name neither.
pub struct ReaderLanguage(pub Language);

impl FromRequestParts<AppState> for ReaderLanguage {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        let value = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Ok(Self(preferred(value.unwrap_or_default())))
    }
}

fn preferred(accepted: &str) -> Language {
    let mut best: Option<(f64, Language)> = None;
    for part in accepted.split(',') {
        let (tag, weight) = part.split_once(';').unwrap_or((part, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Some(1.0), |text| text.parse::<f64>().ok()).unwrap_or(0.0);
        let primary = tag.trim().split('-').next().unwrap_or_default();
        let language = if primary.eq_ignore_ascii_case("es") {
            Language::Es
        } else if primary.eq_ignore_ascii_case("en") {
            Language::En
        } else {
            continue;
        };
        if weight > 0.0 && best.is_none_or(|(known, _)| weight > known) {
            best = Some((weight, language));
        }
    }
    best.map_or(Language::En, |(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reader_chooses_between_the_two() {
        for (text, language) in [
            ("", Language::En),
            ("es", Language::Es),
            ("es-MX,es;q=0.9,en;q=0.8", Language::Es),
            ("en-US,es;q=0.9", Language::En),
            ("fr, es;q=0.5, en;q=0.7", Language::En),
            ("de;q=1, es;q=0", Language::En),
            ("es;q=x", Language::En),
        ] {
            assert_eq!(preferred(text), language, "{text}");
        }
    }
}
