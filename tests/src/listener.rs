//! Follows the stream of events, as a browser does.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use cairn_api::AppState;
use cairn_api::events::{EventHub, Pace};
use cairn_shared::db::{Database, DatabaseUrl};
use futures::StreamExt;
use serde_json::Value;
use tokio::time::timeout;
use tower::ServiceExt;

use crate::app::{TestApp, open};
use crate::call::Credential;

/// Nothing that a test waits for takes so long.
const LONGEST: Duration = Duration::from_secs(20);

/// An API of another process on the same database.
pub struct OtherApi {
    pub router: Router,
    pub state: AppState,
    database: Database,
}

impl OtherApi {
    pub async fn close(self) {
        self.state.events.close();
        drop(self.router);
        drop(self.state);
        self.database.close().await;
    }
}

impl TestApp {
    pub async fn another_api(&self, seed: u64) -> OtherApi {
        self.another_api_by(&self.url, seed).await
    }

    /// The same, with other times than usual between what no event causes.
    pub async fn another_api_at(&self, pace: Pace, seed: u64) -> OtherApi {
        self.other_api(&self.url, pace, seed).await
    }

    /// The same, with the database at another address.
    pub async fn another_api_by(&self, url: &DatabaseUrl, seed: u64) -> OtherApi {
        self.other_api(url, Pace::default(), seed).await
    }

    async fn other_api(&self, url: &DatabaseUrl, pace: Pace, seed: u64) -> OtherApi {
        let database = open(url, &self.clock, seed).await;
        let events = EventHub::new(database.clone(), pace);
        let state = AppState { database: database.clone(), events, ..self.state.clone() };
        OtherApi { router: cairn_api::router(state.clone()), state, database }
    }
}

/// An open stream.
pub struct Listener {
    body: BodyDataStream,
    text: String,
    /// The last id that was told; what a browser sends when it comes again.
    pub last_id: Option<String>,
}

/// A message of the stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub id: String,
    /// Empty for what is not named.
    pub event: String,
    pub data: Value,
}

impl Message {
    pub fn seq(&self) -> i64 {
        self.data["seq"].as_i64().expect("a number")
    }

    pub fn kind(&self) -> &str {
        self.data["type"].as_str().unwrap_or_default()
    }
}

impl Listener {
    /// Opens the stream at an API, after `last_id` when there is one, and waits for its first words.
    pub async fn open(router: &Router, by: &impl AsRef<Credential>, last_id: Option<&str>) -> Self {
        let mut request = Request::builder().uri("/v1/events");
        request = match by.as_ref() {
            Credential::Token(token) => request.header("authorization", format!("Bearer {token}")),
            Credential::Cookie(token) => request.header("cookie", format!("__Host-cairn={token}")),
        };
        if let Some(id) = last_id {
            request = request.header("last-event-id", id);
        }
        let response =
            router.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let last_id = last_id.map(str::to_owned);
        let mut listener = Self { body: response.into_body().into_data_stream(), text: String::new(), last_id };
        let chunk = timeout(LONGEST, listener.body.next()).await.expect("first words").expect("some").expect("whole");
        listener.text.push_str(core::str::from_utf8(&chunk).expect("text"));
        // The first block only says where the stream begins, unless it says that everything is to be read anew.
        if !listener.text.contains("event:") {
            assert!(listener.block().is_none());
        }
        listener
    }

    /// The next whole block as a message; a block without data only moves the id on.
    fn block(&mut self) -> Option<Message> {
        let end = self.text.find("\n\n")?;
        let block: String = self.text.drain(..end + 2).collect();
        let (mut event, mut data) = (String::new(), String::new());
        for line in block.lines() {
            match line.split_once(": ").or_else(|| line.split_once(':')) {
                Some(("id", id)) => self.last_id = Some(id.to_owned()),
                Some(("event", name)) => name.clone_into(&mut event),
                Some(("data", text)) => data.push_str(text),
                _ => {}
            }
        }
        let data = serde_json::from_str(&data).ok()?;
        Some(Message { id: self.last_id.clone().unwrap_or_default(), event, data })
    }

    /// The next message; `None` when the stream ended.
    pub async fn next(&mut self) -> Option<Message> {
        timeout(LONGEST, async {
            loop {
                while self.text.contains("\n\n") {
                    if let Some(message) = self.block() {
                        return Some(message);
                    }
                }
                match self.body.next().await {
                    Some(chunk) => self.text.push_str(core::str::from_utf8(&chunk.ok()?).expect("text")),
                    None => return None,
                }
            }
        })
        .await
        .expect("the stream says something")
    }

    /// Messages up to the one of this type, which must come.
    pub async fn until(&mut self, kind: &str) -> Vec<Message> {
        let mut heard = Vec::new();
        loop {
            let message = self.next().await.unwrap_or_else(|| panic!("the stream ended before {kind}: {heard:?}"));
            let found = message.kind() == kind;
            heard.push(message);
            if found {
                return heard;
            }
        }
    }

    /// Reads on until the stream ends.
    pub async fn rest(mut self) -> Vec<Message> {
        let mut heard = Vec::new();
        while let Some(message) = self.next().await {
            heard.push(message);
        }
        heard
    }
}
