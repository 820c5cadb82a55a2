//! A push service on loopback: takes its time, says 201, and remembers what arrived when.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use cairn_shared::clock::{Clock, SystemClock};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

type Arrivals = Arc<Mutex<HashMap<usize, Vec<i64>>>>;

pub struct PushService {
    /// What is allowed as `CAIRN_PUSH_ALLOWED_ORIGINS`.
    pub origin: String,
    arrivals: Arrivals,
    task: JoinHandle<()>,
}

#[derive(Clone)]
struct Shared {
    arrivals: Arrivals,
    takes: Duration,
}

impl PushService {
    /// Starts a service that answers after `takes`.
    pub async fn start(takes: Duration) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let arrivals = Arrivals::default();
        let shared = Shared { arrivals: Arc::clone(&arrivals), takes };
        let router = Router::new().route("/push/{phone}", post(take)).with_state(shared);
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("the push service stopped: {error}");
            }
        });
        Ok(Self { origin, arrivals, task })
    }

    /// The address of one phone.
    pub fn endpoint(&self, phone: usize) -> String {
        format!("{}/push/{phone}", self.origin)
    }

    /// For each phone the moments, in milliseconds since 1970, at which something arrived for it.
    pub fn arrivals(&self) -> HashMap<usize, Vec<i64>> {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many phones have got something.
    pub fn reached(&self) -> usize {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    pub fn forget(&self) {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Drop for PushService {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take(State(shared): State<Shared>, Path(phone): Path<usize>, _message: Bytes) -> StatusCode {
    let now = SystemClock.now().0;
    shared.arrivals.lock().unwrap_or_else(PoisonError::into_inner).entry(phone).or_default().push(now);
    tokio::time::sleep(shared.takes).await;
    StatusCode::CREATED
}
