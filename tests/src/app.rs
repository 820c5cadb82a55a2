use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use axum::Router;
use cairn_api::events::{EventHub, Pace};
use cairn_api::running::Health;
use cairn_api::{AppState, Metrics};
use cairn_shared::clock::{Clock, ManualClock, Timestamp};
use cairn_shared::config::Settings;
use cairn_shared::db::{Database, DatabaseUrl, Environment};
use cairn_shared::devices::vapid::VapidKey;
use cairn_shared::identity::Passwords;
use cairn_shared::random::SeededRandom;
use cairn_shared::secrets::Keyring;
use cairn_worker::deliver::{Delivered, deliver_due};
use cairn_worker::push::resolver::SystemResolver;
use cairn_worker::push::{PushSender, Timeouts, VapidSigner};
use cairn_worker::{SilentObserver, WorkerContext};
use chrono::Duration;
use tokio::sync::OnceCell;

use crate::backend::{Backend, Fresh};
use crate::people::Organization;
use crate::push_service::PushService;

/// Monday, 1 March 2027, ten in the morning in New York. Two weeks later the clocks there go forward.
pub const START: &str = "2027-03-01T15:00:00Z";
pub const ORGANIZATION_ZONE: &str = "America/New_York";
pub const PASSWORD: &str = "seven quiet stones";
const PUBLIC_URL: &str = "https://cairn.test";

/// One installation: database, API, worker and push service, at a time that stands still.
pub struct TestApp {
    pub backend: Backend,
    pub url: DatabaseUrl,
    pub database: Database,
    pub clock: Arc<ManualClock>,
    pub state: AppState,
    pub router: Router,
    pub worker: Arc<WorkerContext>,
    pub push: PushService,
    pub settings: Settings,
    /// Where everybody is unless a test says otherwise.
    pub organization: Organization,
    pub(crate) owner: sea_orm::DatabaseConnection,
    /// The statement that reads every table, once it was put together, and the tables' names.
    pub(crate) everything: OnceLock<(String, Vec<String>)>,
    fresh: Fresh,
}

/// What a test can have otherwise than usual.
pub struct Builder {
    backend: Backend,
    start: Timestamp,
    settings: BTreeMap<String, String>,
}

impl Builder {
    #[must_use]
    pub fn at(mut self, moment: &str) -> Self {
        self.start = instant(moment);
        self
    }

    /// A setting by its name in a configuration file.
    #[must_use]
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.insert(name.to_owned(), value.to_owned());
        self
    }

    pub async fn start(self) -> TestApp {
        let fresh = self.backend.create().await;
        let clock = Arc::new(ManualClock::at(self.start));
        let push = PushService::start(clock.clone()).await;
        let mut values = self.settings;
        values.entry("public_url".to_owned()).or_insert_with(|| PUBLIC_URL.to_owned());
        let listed = values.entry("push_allowed_origins".to_owned()).or_default();
        *listed = format!("{listed},{}", push.origin());
        let settings = Settings::from_values(&values).expect("the settings are right");
        let database = open(&fresh.url, &clock, 1).await;
        let state = AppState {
            database: database.clone(),
            passwords: passwords().await,
            public_url: settings.public_url.as_str().into(),
            vapid_public_key: vapid().public_key().as_str().into(),
            push_endpoints: Arc::new(settings.push_endpoints.clone()),
            trusted_proxies: settings
                .trusted_proxies
                .iter()
                .map(|text| text.parse().expect("a network"))
                .collect::<Vec<_>>()
                .into(),
            metrics: Arc::new(Metrics::new()),
            health: Arc::new(Health::default()),
            feed_pace: Arc::default(),
            events: EventHub::new(database.clone(), Pace::default()),
        };
        let worker = context(&database, &settings);
        let owner = crate::rows::connect(&fresh.url).await;
        let organization = Organization::found(&database, "Harbor Recovery").await;
        TestApp {
            backend: self.backend,
            url: fresh.url.clone(),
            router: cairn_api::router(state.clone()),
            worker: Arc::new(worker),
            database,
            clock,
            state,
            push,
            settings,
            organization,
            owner,
            everything: OnceLock::new(),
            fresh,
        }
    }
}

impl TestApp {
    pub async fn start(backend: Backend) -> Self {
        Self::builder(backend).start().await
    }

    pub fn builder(backend: Backend) -> Builder {
        Builder { backend, start: instant(START), settings: BTreeMap::new() }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets time pass. Nothing else happens by that.
    pub fn advance(&self, duration: Duration) {
        self.clock.advance(duration);
    }

    /// Goes to a moment, such as `2027-03-14T07:30:00Z`.
    pub fn travel_to(&self, moment: &str) {
        self.clock.set(instant(moment));
    }

    /// Delivers what is due, as the worker does.
    pub async fn deliver(&self) -> Delivered {
        deliver_due(&self.worker).await.expect("delivery runs")
    }

    /// Plans what is coming, as the worker does once a minute.
    pub async fn plan(&self) -> cairn_shared::reminders::PlanSummary {
        cairn_worker::plan_all(&self.database).await.expect("planning runs")
    }

    /// Takes what time alone brings: steps of escalations, reasons that a date opens or ends.
    pub async fn watch(&self) -> usize {
        cairn_worker::watch_once(&self.database).await.expect("watching runs")
    }

    /// Lets time pass in steps, planning and delivering after each: what a running worker does.
    pub async fn live(&self, duration: Duration, step: Duration) {
        let end = self.now().plus(duration);
        while self.now() < end {
            self.clock.set(self.now().plus(step).min(end));
            self.plan().await;
            self.deliver().await;
        }
    }

    /// A worker of another process on the same database.
    pub async fn another_worker(&self, seed: u64) -> Arc<WorkerContext> {
        let database = open(&self.url, &self.clock, seed).await;
        Arc::new(context(&database, &self.settings))
    }

    /// A worker on the same pools with other settings.
    pub fn worker_with(&self, change: impl FnOnce(&mut Settings)) -> WorkerContext {
        let mut settings = self.settings.clone();
        change(&mut settings);
        context(&self.database, &settings)
    }

    /// A worker that waits only so long for a push service.
    pub fn impatient_worker(&self, total: std::time::Duration) -> WorkerContext {
        let mut worker = self.worker_with(|_| {});
        let signer = VapidSigner::new(vapid(), &self.settings.vapid_subject).expect("a signer");
        let timeouts = Timeouts { connect: total, total };
        let policy = self.settings.push_endpoints.clone();
        worker.sender = PushSender::with(policy, signer, None, timeouts, Arc::new(SystemResolver)).expect("a sender");
        worker
    }

    /// Gives the database back. Without it a failed test leaves its database for a look.
    pub async fn close(self) {
        drop(self.router);
        drop(self.worker);
        drop(self.state);
        self.database.close().await;
        self.owner.close().await.expect("closed");
        self.fresh.remove().await;
    }
}

fn instant(text: &str) -> Timestamp {
    let moment: chrono::DateTime<chrono::Utc> = text.parse().expect("a moment such as 2027-03-01T15:00:00Z");
    moment.into()
}

pub(crate) async fn open(url: &DatabaseUrl, clock: &Arc<ManualClock>, seed: u64) -> Database {
    let env = Environment { clock: clock.clone(), random: Arc::new(SeededRandom::new(seed)), keys: keys() };
    Database::connect(url, env, 8).await.expect("the database opens")
}

fn context(database: &Database, settings: &Settings) -> WorkerContext {
    WorkerContext::new(database.clone(), settings, vapid(), Arc::new(SilentObserver)).expect("a worker")
}

pub(crate) fn keys() -> Arc<Keyring> {
    Arc::new(Keyring::from_bytes(&[1; 32], &[2; 32], &[3; 32], &[4; 32]))
}

fn vapid() -> &'static VapidKey {
    static KEY: OnceLock<VapidKey> = OnceLock::new();
    KEY.get_or_init(|| VapidKey::generate(&ring::rand::SystemRandom::new()).expect("a key"))
}

/// Hashing is slow by design, so it is done once.
async fn passwords() -> Arc<Passwords> {
    static PASSWORDS: OnceCell<Arc<Passwords>> = OnceCell::const_new();
    let make = async || {
        let made = Passwords::new(keys().pepper(), &SeededRandom::new(7)).expect("ready");
        Arc::new(made)
    };
    PASSWORDS.get_or_init(make).await.clone()
}

/// The hash of [`PASSWORD`].
pub(crate) async fn password_hash() -> String {
    static HASH: OnceCell<String> = OnceCell::const_new();
    let make = async || passwords().await.hash(PASSWORD, &SeededRandom::new(8)).await.expect("hashed");
    HASH.get_or_init(make).await.clone()
}
