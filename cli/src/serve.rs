use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use cairn_api::events::{EventHub, Pace};
use cairn_api::running::{Health, Pulse};
use cairn_api::{AppState, Metrics, serve_metrics};
use cairn_shared::clock::Timestamp;
use cairn_shared::crisis;
use cairn_shared::identity::Passwords;
use cairn_shared::{check_ins, note_templates};
use cairn_worker::queue::Queue;
use cairn_worker::{Observer, WorkerContext, run as run_worker};
use clap::Args;
use tokio_util::sync::CancellationToken;

use crate::start::{Installation, open, settings};
use crate::{Failure, Outcome, demo, logging, migrate};

#[derive(Args)]
pub struct ServeArguments {
    /// Fill an empty installation with invented people, and print how to sign in as them
    #[arg(long)]
    demo: bool,
}

/// Everything in one process.
pub async fn serve(config: Option<&Path>, arguments: ServeArguments) -> Outcome {
    let settings = settings(config)?;
    logging::start(&settings.log)?;
    migrate::migrate(&settings).await?;
    let installation = open(settings).await?;
    // For organizations that are older than what comes with the program.
    check_ins::ship_to_all(&installation.database).await?;
    note_templates::ship_to_all(&installation.database).await?;
    crisis::ship_to_all(&installation.database).await?;
    let welcome = if arguments.demo { Some(demo::welcome(&installation).await?) } else { None };
    let process = Process::start(installation, true)?;
    process.run(true, true, welcome).await
}

/// The API alone.
pub async fn api(config: Option<&Path>) -> Outcome {
    let settings = settings(config)?;
    logging::start(&settings.log)?;
    Process::start(open(settings).await?, false)?.run(true, false, None).await
}

/// The worker alone.
pub async fn worker(config: Option<&Path>) -> Outcome {
    let settings = settings(config)?;
    logging::start(&settings.log)?;
    Process::start(open(settings).await?, true)?.run(false, true, None).await
}

struct Process {
    installation: Installation,
    state: AppState,
    pulse: Option<Pulse>,
}

/// Tells metrics and health of this process how the worker does.
struct Report {
    metrics: Arc<Metrics>,
    pulse: Pulse,
}

impl Observer for Report {
    fn beat(&self, now: Timestamp) {
        self.pulse.beat(now);
    }

    fn delivery(&self, outcome: &str) {
        self.metrics.observe_delivery(outcome);
    }

    fn missed(&self, count: usize) {
        self.metrics.observe_missed(count);
    }

    fn lateness(&self, seconds: f64) {
        self.metrics.observe_lateness(seconds);
    }

    fn queue_depth(&self, depth: i64) {
        self.metrics.set_queue_depth(depth);
    }
}

impl Process {
    fn start(installation: Installation, with_worker: bool) -> anyhow::Result<Self> {
        // The one provider of cryptography for TLS in this process; a second call would only say that it is set.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let Installation { settings, database, vapid } = &installation;
        let env = &database.env;
        let health = Arc::new(Health::default());
        let pulse = with_worker.then(|| health.pulse("worker", env.clock.now()));
        let proxies =
            settings.trusted_proxies.iter().map(|text| parse_proxy(text)).collect::<anyhow::Result<Vec<_>>>()?;
        let state = AppState {
            database: database.clone(),
            passwords: Arc::new(Passwords::new(env.keys.pepper(), &*env.random)?),
            public_url: settings.public_url.as_str().into(),
            vapid_public_key: vapid.public_key().as_str().into(),
            push_endpoints: Arc::new(settings.push_endpoints.clone()),
            trusted_proxies: proxies.into(),
            metrics: Arc::new(Metrics::new()),
            health,
            feed_pace: Arc::default(),
            events: EventHub::new(database.clone(), Pace::default()),
        };
        Ok(Self { installation, state, pulse })
    }

    async fn run(self, with_api: bool, with_worker: bool, welcome: Option<String>) -> Outcome {
        let stop = CancellationToken::new();
        listen_for_signals(stop.clone())?;
        let settings = self.installation.settings.clone();
        let mut parts: Vec<tokio::task::JoinHandle<anyhow::Result<()>>> = Vec::new();
        if let Some(address) = settings.metrics_listen {
            let (state, stop) = (self.state.clone(), stop.clone());
            parts.push(tokio::spawn(async move { Ok(serve_metrics(address, state, stop).await?) }));
        }
        if with_worker {
            let queue = Queue::connect(&settings.database_url).await?;
            let pulse = self.pulse.clone().context("a worker without a pulse")?;
            let observer = Arc::new(Report { metrics: Arc::clone(&self.state.metrics), pulse });
            let mut context =
                WorkerContext::new(self.installation.database.clone(), &settings, &self.installation.vapid, observer)?;
            context.stop = stop.clone();
            parts.push(tokio::spawn(async move { Ok(run_worker(Arc::new(context), queue).await?) }));
        }
        if with_api {
            let (state, stop, settings) = (self.state.clone(), stop.clone(), settings.clone());
            parts.push(tokio::spawn(async move {
                let public_url = settings.public_url.clone();
                let greet = move |address: SocketAddr| {
                    tracing::info!(%address, "listening");
                    println!("Cairn is ready.\n  Phone app  {public_url}/app/\n  API        {public_url}/docs");
                    if let Some(welcome) = welcome {
                        println!("{welcome}");
                    }
                };
                Ok(cairn_api::serve(settings.listen, settings.tls, state, stop, greet).await?)
            }));
        }
        let mut failure: Option<anyhow::Error> = None;
        let mut parts = futures::stream::FuturesUnordered::from_iter(parts);
        while let Some(ended) = futures::StreamExt::next(&mut parts).await {
            // Whichever part ends first, the others follow.
            stop.cancel();
            if let Err(error) = ended.map_err(anyhow::Error::from).and_then(|result| result) {
                failure.get_or_insert(error);
            }
        }
        self.installation.database.close().await;
        match failure {
            Some(error) => Err(Failure { code: 1, error }),
            None => Ok(()),
        }
    }
}

fn parse_proxy(text: &str) -> anyhow::Result<ipnet::IpNet> {
    text.parse::<ipnet::IpNet>()
        .or_else(|_| text.parse::<std::net::IpAddr>().map(ipnet::IpNet::from))
        .with_context(|| format!("CAIRN_TRUSTED_PROXIES: {text} is neither an address nor a network"))
}

/// Ctrl-C and SIGTERM begin an orderly end.
fn listen_for_signals(stop: CancellationToken) -> anyhow::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping: what is on the wire comes to its end");
        stop.cancel();
    });
    Ok(())
}
