//! Errors as RFC 9457 problems. What a client can mend names the field; of a defect it learns only the request's id.

use axum::Json;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cairn_shared::error::{Error, FieldError};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// The body of every error (RFC 9457), `application/problem+json`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// Stable address of the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// Stable word for programs.
    pub code: String,
    /// What is wrong with which member of the request; empty when it is no member.
    pub errors: Vec<ProblemField>,
    /// Tell it to whoever runs the server: the log has the same.
    pub request_id: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemField {
    pub field: String,
    pub code: String,
    pub message: String,
}

/// The problems that any operation can answer.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used, in the OpenAPI document")]
pub enum Problems {
    /// The request cannot be read.
    #[response(status = 400, content_type = "application/problem+json")]
    Unreadable(ProblemBody),
    /// No valid sign-in.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(ProblemBody),
    /// Known to you, but not yours to do.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemBody),
    /// Not there, or not for you to know of.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemBody),
    /// The state of things forbids it.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(ProblemBody),
    /// `If-Match` named another version.
    #[response(status = 412, content_type = "application/problem+json")]
    PreconditionFailed(ProblemBody),
    /// The body is larger than 256 KiB.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(ProblemBody),
    /// The body is not `application/json`.
    #[response(status = 415, content_type = "application/problem+json")]
    UnsupportedMediaType(ProblemBody),
    /// Members are missing, unknown or wrong; `errors` names each.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(ProblemBody),
    /// Too many failures; `Retry-After` says for how long to wait.
    #[response(status = 429, content_type = "application/problem+json")]
    Throttled(ProblemBody),
    /// The database is busy or away; `Retry-After` says when to try again.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemBody),
    /// The disk is full.
    #[response(status = 507, content_type = "application/problem+json")]
    StorageFull(ProblemBody),
}

/// An error on its way to the client.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: String,
    title: String,
    errors: Vec<FieldError>,
    retry_after: Option<i64>,
}

impl Problem {
    pub fn new(status: StatusCode, code: impl Into<String>, title: impl Into<String>) -> Self {
        Self { status, code: code.into(), title: title.into(), errors: Vec::new(), retry_after: None }
    }

    pub fn field(status: StatusCode, field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        let errors = vec![FieldError::new(field, code, message)];
        Self { errors, ..Self::new(status, code, title_of(status)) }
    }

    pub fn not_found() -> Self {
        Error::NotFound.into()
    }

    pub fn unauthorized(code: &'static str) -> Self {
        Error::Unauthorized(code).into()
    }

    pub fn code(&self) -> &str {
        &self.code
    }
}

fn title_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "The request cannot be read",
        StatusCode::UNAUTHORIZED => title_of_unauthorized(""),
        StatusCode::FORBIDDEN => "Not yours to do",
        StatusCode::NOT_FOUND => "Not found",
        StatusCode::METHOD_NOT_ALLOWED => "Not with this method",
        StatusCode::CONFLICT => "The state of things forbids it",
        StatusCode::PRECONDITION_FAILED => "It has changed meanwhile",
        StatusCode::PAYLOAD_TOO_LARGE => "The body is too large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "The body must be application/json",
        StatusCode::UNPROCESSABLE_ENTITY => "Something in the request is wrong",
        StatusCode::TOO_MANY_REQUESTS => "Too many tries; wait a little",
        StatusCode::SERVICE_UNAVAILABLE => "Busy; try again soon",
        StatusCode::INSUFFICIENT_STORAGE => "The disk is full",
        _ => "Something went wrong here",
    }
}

fn title_of_unauthorized(code: &str) -> &'static str {
    match code {
        "invalid_credentials" => "That email, password or code is not right",
        "second_factor_required" => "The code of the second factor is needed too",
        _ => "Sign in first",
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let plain = |status: StatusCode, code: &str| Self::new(status, code, title_of(status));
        match error {
            Error::NotFound => plain(StatusCode::NOT_FOUND, "not_found"),
            Error::Forbidden(code) => plain(StatusCode::FORBIDDEN, code),
            Error::Unauthorized(code) => Self::new(StatusCode::UNAUTHORIZED, code, title_of_unauthorized(code)),
            Error::Invalid(errors) => {
                let code = errors.first().map_or("invalid", |error| error.code);
                Self { errors, ..plain(StatusCode::UNPROCESSABLE_ENTITY, code) }
            }
            Error::Conflict(code, message) => Self::new(StatusCode::CONFLICT, code, message),
            Error::ConflictIn(code, error) => {
                Self { errors: vec![error.clone()], ..Self::new(StatusCode::CONFLICT, code, error.message) }
            }
            Error::PreconditionFailed => plain(StatusCode::PRECONDITION_FAILED, "version_changed"),
            Error::Throttled { retry_after } => {
                Self { retry_after: Some(retry_after), ..plain(StatusCode::TOO_MANY_REQUESTS, "too_many_failures") }
            }
            Error::Unavailable(cause) => {
                tracing::warn!(%cause, "the database is away");
                Self { retry_after: Some(2), ..plain(StatusCode::SERVICE_UNAVAILABLE, "unavailable") }
            }
            Error::StorageFull => {
                tracing::error!("the disk is full");
                Self { retry_after: Some(30), ..plain(StatusCode::INSUFFICIENT_STORAGE, "storage_full") }
            }
            Error::Internal(cause) => {
                tracing::error!(%cause, "internal error");
                plain(StatusCode::INTERNAL_SERVER_ERROR, "internal")
            }
        }
    }
}

impl From<PathRejection> for Problem {
    fn from(_: PathRejection) -> Self {
        Self::not_found()
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", title_of(StatusCode::PAYLOAD_TOO_LARGE))
        } else {
            Self::new(StatusCode::BAD_REQUEST, "unreadable", title_of(StatusCode::BAD_REQUEST))
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = ProblemBody {
            kind: format!("https://cairn.invalid/problems/{}", self.code),
            title: self.title,
            status: self.status.as_u16(),
            code: self.code,
            errors: self
                .errors
                .into_iter()
                .map(|error| ProblemField { field: error.field, code: error.code.to_owned(), message: error.message })
                .collect(),
            request_id: crate::middleware::current_request_id(),
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
