use std::future::{Future, IntoFuture};
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, header};
use serde_json::Value;
use tower::ServiceExt;

use crate::app::TestApp;

/// How somebody proves who they are.
#[derive(Clone, Debug)]
pub enum Credential {
    Token(String),
    Cookie(String),
}

/// A request on its way; await it to send it.
pub struct Call<'a> {
    app: &'a TestApp,
    method: Method,
    target: String,
    headers: Vec<(String, String)>,
    body: Option<Body>,
    peer: Option<IpAddr>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// `null` when the body is not JSON.
    pub json: Value,
    what: String,
}

impl TestApp {
    pub fn call(&self, method: &str, target: impl Into<String>) -> Call<'_> {
        let method = method.parse().expect("a method");
        Call { app: self, method, target: target.into(), headers: Vec::new(), body: None, peer: None }
    }

    pub fn get(&self, target: impl Into<String>) -> Call<'_> {
        self.call("GET", target)
    }

    #[expect(clippy::needless_pass_by_value, reason = "bodies are written where they are sent")]
    pub fn post(&self, target: impl Into<String>, body: Value) -> Call<'_> {
        self.call("POST", target).json(&body)
    }

    #[expect(clippy::needless_pass_by_value, reason = "bodies are written where they are sent")]
    pub fn patch(&self, target: impl Into<String>, body: Value) -> Call<'_> {
        self.call("PATCH", target).json(&body)
    }

    pub fn delete(&self, target: impl Into<String>) -> Call<'_> {
        self.call("DELETE", target)
    }
}

impl Call<'_> {
    /// As whom: [`crate::Staff`] and [`crate::Phone`] have a credential.
    pub fn by(self, who: &impl AsRef<Credential>) -> Self {
        match who.as_ref() {
            Credential::Token(token) => self.header("authorization", &format!("Bearer {token}")),
            Credential::Cookie(token) => {
                let origin = self.app.settings.public_url.clone();
                self.header("cookie", &format!("__Host-cairn={token}")).header("origin", &origin)
            }
        }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// From which network address.
    pub fn from(mut self, address: &str) -> Self {
        self.peer = Some(address.parse().expect("an address"));
        self
    }

    async fn send(self) -> Answer {
        let what = format!("{} {}", self.method, self.target);
        let mut request = Request::builder().method(self.method).uri(self.target);
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        let mut request = request.body(self.body.unwrap_or_default()).expect("a request");
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer, 40_000)));
        }
        let response = self.app.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a whole answer").to_vec();
        let json = serde_json::from_slice(&bytes).unwrap_or_default();
        Answer { status: parts.status.as_u16(), headers: parts.headers, bytes, json, what }
    }
}

impl<'a> IntoFuture for Call<'a> {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl Answer {
    /// The body, if the status is the expected one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.what, String::from_utf8_lossy(&self.bytes));
        self.json
    }

    /// The problem's code, if the answer is a well-formed problem with this status.
    #[track_caller]
    pub fn refused(&self, status: u16) -> &str {
        let text = String::from_utf8_lossy(&self.bytes);
        assert_eq!(self.status, status, "{}: {text}", self.what);
        assert_eq!(self.header(header::CONTENT_TYPE.as_str()), Some("application/problem+json"), "{}", self.what);
        let problem = &self.json;
        assert_eq!(problem["status"], status, "{text}");
        assert!(problem["type"].is_string() && problem["title"].is_string(), "{text}");
        assert!(problem["request_id"].is_string() && problem["errors"].is_array(), "{text}");
        problem["code"].as_str().unwrap_or_else(|| panic!("a problem without a code: {text}"))
    }

    /// The fields that a 422 names.
    #[track_caller]
    pub fn wrong_fields(&self) -> Vec<&str> {
        self.refused(422);
        let errors = self.json["errors"].as_array().expect("errors");
        errors.iter().map(|error| error["field"].as_str().expect("a field")).collect()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("plain text"))
    }

    /// The body as it stands, for what must not be in it.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}
