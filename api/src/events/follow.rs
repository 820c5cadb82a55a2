use std::fmt::Write;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use cairn_shared::events::{self, Audience, Start};
use futures::stream;
use serde::Deserialize;
use tokio::sync::mpsc;
use utoipa::{IntoParams, ToSchema};

use super::stream::Stream;
use crate::extract::{Caller, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// Chunks on their way to one listener; each holds at most a page of events.
const BUFFER: usize = 4;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// `false` tells what is there and ends, instead of waiting for more.
    #[serde(default = "yes")]
    follow: bool,
}

/// One event of the stream, as its lines are put together.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it tells the document what the stream is made of")]
pub struct EventFrame {
    id: Option<String>,
    /// The kind of thing that happened, or `reset`
    event: Option<String>,
    /// JSON: `{"seq", "type", "object_id", "client_id", "at"}`, of `reset` only `{"seq"}`
    data: Option<String>,
    /// Milliseconds to wait before coming again
    retry: Option<u32>,
}

fn yes() -> bool {
    true
}

/// What happens to the clients that you may read about, as server-sent events, in the order in which it was written
/// down. `data` is `{"seq", "type", "object_id", "client_id", "at"}`; read the thing itself to learn more. Come again
/// with the last id and nothing is lost or told twice; an id that is unknown or older than a day answers `event: reset`,
/// which means: look at everything anew.
#[utoipa::path(get, path = "/v1/events", operation_id = "follow_events", tag = "events",
    params(EventsQuery, ("Last-Event-ID" = Option<String>, Header, description = "Go on after this event")),
    responses((status = 200, body = EventFrame, content_type = "text/event-stream"), Problems))]
pub async fn follow_events(
    State(state): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<EventsQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let hub = &state.events;
    // First a place, so that nothing which happens from here on is missed.
    let ticket = if query.follow { Some(hub.join(&caller.scope, caller.authenticated.sign_in_id)?) } else { None };
    // Header values that are not text are no ids of ours.
    let last = headers.get("last-event-id").map(|value| value.to_str().unwrap_or("unknown"));
    let tx = state.database.begin_read(&caller.scope).await?;
    let start = events::start(&tx, last.filter(|last| !last.is_empty())).await?;
    let end = events::head(&tx).await?;
    let audience = Audience::load(&tx).await?;
    tx.finish().await?;

    let mut text = String::from("retry: 1000\n");
    let cursor = match start {
        Start::After(seq) => {
            let _ = write!(text, "id: {seq}\n\n");
            seq
        }
        Start::Reset(seq) => {
            let _ = write!(text, "id: {seq}\nevent: reset\ndata: {{\"seq\":{seq}}}\n\n");
            seq
        }
    };
    let stream = Stream::new(Arc::clone(hub), caller.scope, audience, cursor);
    let body = if let Some(ticket) = ticket {
        let (sender, receiver) = mpsc::channel(BUFFER);
        // The channel is empty: this cannot fail.
        let _ = sender.try_send(Ok(Bytes::from(text)));
        tokio::spawn(stream.run(ticket, sender));
        Body::from_stream(stream::unfold(receiver, async |mut receiver| Some((receiver.recv().await?, receiver))))
    } else {
        text.push_str(&stream.until(end).await?);
        Body::from(text)
    };
    let mut response = Response::new(body);
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // Proxies that gather answers would hold events back.
    answer.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}
