use std::fmt::Write;
use std::sync::Arc;

use bytes::Bytes;
use cairn_shared::events::{self, Audience, Event};
use cairn_shared::scope::Scope;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::hub::{EventHub, Ticket};

/// An assignment can begin or end by its date, without any event.
const SCOPE_AGE: std::time::Duration = std::time::Duration::from_secs(5);

/// One listener's way through the log: what may be heard, and up to where.
pub struct Stream {
    hub: Arc<EventHub>,
    scope: Scope,
    audience: Audience,
    looked_up: Instant,
    /// The last number that was looked at, told or not.
    cursor: i64,
}

impl Stream {
    pub fn new(hub: Arc<EventHub>, scope: Scope, audience: Audience, cursor: i64) -> Self {
        Self { hub, scope, audience, looked_up: Instant::now(), cursor }
    }

    /// What this listener hears of these events, as the text of a stream.
    async fn tell(&mut self, page: &[Arc<Event>]) -> cairn_shared::Result<String> {
        if self.looked_up.elapsed() >= SCOPE_AGE || page.iter().any(|event| events::changes_scopes(event)) {
            let tx = self.hub.database.begin_read(&self.scope).await?;
            self.audience = Audience::load(&tx).await?;
            tx.finish().await?;
            self.looked_up = Instant::now();
        }
        let mut text = String::new();
        for event in page {
            if self.audience.hears(event) {
                let _ = write!(text, "id: {}\ndata: {}\n\n", event.seq, event.to_json()?);
            }
            self.cursor = event.seq;
        }
        Ok(text)
    }

    /// Everything up to this number, at once.
    pub async fn until(mut self, end: i64) -> cairn_shared::Result<String> {
        let mut text = String::new();
        while self.cursor < end {
            let tx = self.hub.database.begin_read(&self.scope).await?;
            let mut page = events::after(&tx, self.cursor, super::feed::PAGE).await?;
            tx.finish().await?;
            page.retain(|event| event.seq <= end);
            if page.is_empty() {
                break;
            }
            let page: Vec<Arc<Event>> = page.into_iter().map(Arc::new).collect();
            text.push_str(&self.tell(&page).await?);
        }
        let _ = write!(text, "id: {}\n\n", self.cursor);
        Ok(text)
    }

    /// Tells on, until the listener goes or is too slow, the sign-in ends, or the server stops. Whoever comes again with
    /// the last id misses nothing.
    pub(super) async fn run(mut self, ticket: Ticket, out: mpsc::Sender<Result<Bytes, std::io::Error>>) {
        let mut grown = ticket.feed.watch();
        let pace = self.hub.pace;
        let stop = self.hub.stop.clone();
        let mut heartbeat = Instant::now() + pace.heartbeat;
        loop {
            if stop.is_cancelled() || ticket.ended.is_cancelled() {
                return;
            }
            grown.mark_unchanged();
            let page = match ticket.feed.after(&self.hub.database, self.cursor).await {
                Ok(page) => page,
                Err(error) => return tracing::warn!(%error, "a stream ends: events cannot be read"),
            };
            let mut text = match self.tell(&page).await {
                Ok(text) => text,
                Err(error) => return tracing::warn!(%error, "a stream ends: its scope cannot be read"),
            };
            if page.is_empty() {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = ticket.ended.cancelled() => return,
                    () = out.closed() => return,
                    _ = grown.changed() => continue,
                    () = sleep_until(heartbeat) => {
                        // Moves the id on past what this listener does not hear of.
                        let _ = write!(text, ": still here\nid: {}\n\n", self.cursor);
                    }
                }
            }
            if text.is_empty() {
                continue;
            }
            heartbeat = Instant::now() + pace.heartbeat;
            let sent = tokio::select! {
                () = stop.cancelled() => return,
                () = ticket.ended.cancelled() => return,
                sent = timeout(pace.patience, out.send(Ok(Bytes::from(text)))) => sent,
            };
            match sent {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return,
                Err(_) => return tracing::info!("a listener took nothing for too long and was let go"),
            }
        }
    }
}
