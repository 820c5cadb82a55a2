use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use cairn_shared::clock::Timestamp;
use cairn_shared::config::Settings;
use cairn_shared::db::Database;
use cairn_shared::devices::vapid::VapidKey;
use thiserror::Error;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::push::{Limits, OriginGates, PushSender, SenderError, VapidSigner};

/// Who is told how the work goes: metrics and health of the process.
pub trait Observer: Send + Sync {
    /// The loop is alive.
    fn beat(&self, now: Timestamp);
    /// A delivery ended or was put off: `accepted`, `gone`, `retry`, ...
    fn delivery(&self, outcome: &str);
    /// So many reminders became useless before they could be sent.
    fn missed(&self, count: usize);
    /// Seconds between due and accepted.
    fn lateness(&self, seconds: f64);
    /// Jobs that wait in the queue.
    fn queue_depth(&self, depth: i64);
}

/// For tests and simulations.
pub struct SilentObserver;

impl Observer for SilentObserver {
    fn beat(&self, _: Timestamp) {}
    fn delivery(&self, _: &str) {}
    fn missed(&self, _: usize) {}
    fn lateness(&self, _: f64) {}
    fn queue_depth(&self, _: i64) {}
}

#[derive(Debug, Error)]
pub enum WorkerError {
    #[error("the extra certificate authority cannot be read: {0}")]
    ExtraCa(std::io::Error),
    #[error(transparent)]
    Sender(#[from] SenderError),
    #[error("the VAPID key cannot be used: {0}")]
    Vapid(String),
    #[error("the queue: {0}")]
    Queue(String),
    #[error("no work was possible for five minutes")]
    Dead,
}

/// What the worker's parts share.
pub struct WorkerContext {
    pub database: Database,
    pub sender: PushSender,
    pub gates: OriginGates,
    /// Where `/app/r/{delivery_id}` lies.
    pub public_url: String,
    pub observer: Arc<dyn Observer>,
    /// Deliveries on the wire at once, over all push services.
    pub in_flight: usize,
    /// Cancelled when the process stops: nothing new is taken on.
    pub stop: CancellationToken,
    /// The newest attempt to deliver ended with an error.
    pub(crate) failing: AtomicBool,
    /// One delivery loop at a time in a process; a second caller finds that the work is being done.
    pub(crate) delivering: Mutex<()>,
}

impl WorkerContext {
    pub fn new(
        database: Database,
        settings: &Settings,
        vapid: &VapidKey,
        observer: Arc<dyn Observer>,
    ) -> Result<Self, WorkerError> {
        let extra_ca = match &settings.push_extra_ca {
            Some(path) => Some(std::fs::read(path).map_err(WorkerError::ExtraCa)?),
            None => None,
        };
        let signer =
            VapidSigner::new(vapid, &settings.vapid_subject).map_err(|error| WorkerError::Vapid(error.to_string()))?;
        let sender = PushSender::new(settings.push_endpoints.clone(), signer, extra_ca.as_deref())?;
        let limits = Limits { max_in_flight: settings.push_max_in_flight, max_rate: settings.push_max_rate };
        Ok(Self {
            database,
            sender,
            gates: OriginGates::new(limits),
            public_url: settings.public_url.clone(),
            observer,
            // One push service that hangs must not hold up the others.
            in_flight: settings.push_max_in_flight.saturating_mul(4),
            stop: CancellationToken::new(),
            failing: AtomicBool::new(false),
            delivering: Mutex::new(()),
        })
    }
}
