use std::fmt::{self, Formatter};
use std::marker::PhantomData;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use cairn_shared::error::FieldError;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use validator::{Validate, ValidationErrors, ValidationErrorsKind};

use crate::problem::Problem;
use crate::state::AppState;

/// A JSON body, read and checked. Unreadable text is a 400; a member that is missing, unknown or wrong is a 422 that
/// names it.
pub struct ValidJson<T>(pub T);

impl<T: DeserializeOwned + Validate> FromRequest<AppState> for ValidJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = content_type.and_then(|text| text.split(';').next()).map(str::trim);
        if !essence.is_some_and(|essence| essence.eq_ignore_ascii_case("application/json")) {
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(Problem::new(status, "not_json", "The body must be application/json"));
        }
        let bytes = Bytes::from_request(request, state).await?;
        let value: T = read_json(&bytes)?;
        value.validate().map_err(|errors| {
            let mut fields = Vec::new();
            flatten("", &errors, &mut fields);
            Problem::from(cairn_shared::Error::Invalid(fields))
        })?;
        Ok(Self(value))
    }
}

fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let mut track = serde_path_to_error::Track::new();
    let value = object(serde_path_to_error::Deserializer::new(&mut reader, &mut track)).map_err(|cause| {
        if cause.is_data() {
            let path = track.path().to_string();
            let (field, code, message) = explain(&path, &cause.to_string());
            Problem::field(StatusCode::UNPROCESSABLE_ENTITY, field, code, message)
        } else {
            unreadable()
        }
    })?;
    reader.end().map_err(|_| unreadable())?;
    Ok(value)
}

/// Reads an object that must not be told as a list, which serde would take for its members in their order.
pub fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Object<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
        type Value = T;

        fn expecting(&self, to: &mut Formatter<'_>) -> fmt::Result {
            to.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map))
        }
    }

    deserializer.deserialize_map(Object(PhantomData))
}

fn unreadable() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "not_json", "The body is not readable JSON")
}

/// Turns serde's words into a field, a code and a message that repeats no value.
fn explain(path: &str, message: &str) -> (String, &'static str, String) {
    let quoted = message.split('`').nth(1).unwrap_or_default();
    let inside = |member: &str| if path == "." { member.to_owned() } else { format!("{path}.{member}") };
    if message.starts_with("unknown field") {
        // The path ends with the unknown member already.
        let field = if path.ends_with(quoted) { path.to_owned() } else { inside(quoted) };
        (field, "unknown_member", "there is no such member".to_owned())
    } else if message.starts_with("missing field") {
        (inside(quoted), "required", "is required".to_owned())
    } else if message.starts_with("unknown variant") {
        let expected = message.split(", expected ").nth(1).unwrap_or_default();
        let expected = expected.split(" at line").next().unwrap_or_default().replace('`', "");
        (path.to_owned(), "unknown_value", format!("must be {expected}"))
    } else {
        let expected = message.rsplit("expected ").next().unwrap_or_default();
        let expected = expected.split(" at line").next().unwrap_or_default();
        let message =
            if message.contains("expected ") { format!("must be {expected}") } else { "is not valid".to_owned() };
        (path.to_owned(), "invalid", message)
    }
}

fn flatten(prefix: &str, errors: &ValidationErrors, found: &mut Vec<FieldError>) {
    for (name, kind) in errors.errors() {
        let path = if prefix.is_empty() { name.to_string() } else { format!("{prefix}.{name}") };
        match kind {
            ValidationErrorsKind::Field(errors) => {
                for error in errors {
                    let message =
                        error.message.clone().map_or_else(|| "is not valid".to_owned(), |text| text.to_string());
                    found.push(FieldError::new(path.clone(), "invalid", message));
                }
            }
            ValidationErrorsKind::Struct(inner) => flatten(&path, inner, found),
            ValidationErrorsKind::List(list) => {
                for (index, inner) in list {
                    flatten(&format!("{path}[{index}]"), inner, found);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "only read")]
        inner: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[expect(dead_code, reason = "only read")]
        number: i64,
    }

    fn body(text: &[u8]) -> serde_json::Value {
        let problem = read_json::<Sample>(text).expect_err("refused");
        serde_json::json!({ "code": problem.code(), "debug": format!("{problem:?}") })
    }

    #[test]
    fn errors_name_the_member_and_repeat_no_value() {
        for (text, field) in [
            (&br#"{"inner":[{"number":"secret"}]}"#[..], "inner[0].number"),
            (br#"{"inner":[{}]}"#, "inner[0].number"),
            (br#"{"inner":[{"number":1,"x":2}]}"#, "inner[0].x"),
            (br"{}", "inner"),
            (br#"[[{"number":1}]]"#, "."),
            (b"null", "."),
        ] {
            let found = body(text)["debug"].to_string();
            assert!(found.contains(&format!("field: \\\"{field}\\\"")), "{found}");
            assert!(!found.contains("secret"), "{found}");
        }
    }

    #[test]
    fn what_is_no_json_is_unreadable() {
        let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
        for text in [&b"{"[..], b"", b"\xff\xfe", b"{\"inner\":[]} x", &deep] {
            assert!(read_json::<Sample>(text).is_err());
        }
    }
}
