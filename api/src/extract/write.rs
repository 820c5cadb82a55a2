use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use cairn_shared::db::ScopedTx;
use cairn_shared::idempotency::{self, KeyedRequest};
use cairn_shared::scope::Scope;
use serde::Serialize;

use super::caller::Caller;
use crate::problem::Problem;
use crate::state::AppState;

/// A write on behalf of the caller. Under an `Idempotency-Key` its answer is kept in the same transaction.
pub struct Write {
    pub scope: Scope,
    state: AppState,
    key: Option<KeyedRequest>,
}

impl FromRequestParts<AppState> for Write {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let key = parts.extensions.get::<KeyedRequest>().cloned();
        Ok(Self { scope: caller.scope, state: state.clone(), key })
    }
}

impl Write {
    pub async fn begin(&self) -> Result<ScopedTx, Problem> {
        Ok(self.state.database.begin_write(&self.scope).await?)
    }

    /// Commits and answers 201 with `Location`.
    pub async fn created<T: Serialize>(self, tx: ScopedTx, location: String, body: &T) -> Result<Response, Problem> {
        let mut response = self.answer(tx, StatusCode::CREATED, Some(body)).await?;
        if let Ok(location) = HeaderValue::from_str(&location) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        Ok(response)
    }

    /// Commits and answers with a body.
    pub async fn done<T: Serialize>(self, tx: ScopedTx, status: StatusCode, body: &T) -> Result<Response, Problem> {
        self.answer(tx, status, Some(body)).await
    }

    /// Answers a repeated write that changed nothing, so nothing of it is audited.
    pub async fn repeated<T: Serialize>(self, tx: ScopedTx, body: &T) -> Result<Response, Problem> {
        let bytes = serde_json::to_vec(body).map_err(cairn_shared::Error::internal)?;
        if let Some(key) = &self.key {
            idempotency::store(&tx, key, StatusCode::OK.as_u16(), &bytes).await?;
        }
        tx.finish().await?;
        Ok(json_response(StatusCode::OK, bytes))
    }

    /// Commits and answers 204.
    pub async fn no_content(self, tx: ScopedTx) -> Result<Response, Problem> {
        self.answer::<()>(tx, StatusCode::NO_CONTENT, None).await
    }

    async fn answer<T: Serialize>(
        self,
        tx: ScopedTx,
        status: StatusCode,
        body: Option<&T>,
    ) -> Result<Response, Problem> {
        let bytes = match body {
            Some(body) => serde_json::to_vec(body).map_err(cairn_shared::Error::internal)?,
            None => Vec::new(),
        };
        if let Some(key) = &self.key {
            idempotency::store(&tx, key, status.as_u16(), &bytes).await?;
        }
        tx.commit().await?;
        Ok(json_response(status, bytes))
    }
}

/// A response of ready-made JSON.
pub fn json_response(status: StatusCode, bytes: Vec<u8>) -> Response {
    let has_body = !bytes.is_empty();
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    if has_body {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    response
}
