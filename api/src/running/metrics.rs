use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: Outcome,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq)]
struct Outcome(String);

impl EncodeLabelValue for Outcome {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), std::fmt::Error> {
        self.0.as_str().encode(encoder)
    }
}

/// The metrics of a process, for Prometheus. Labels are templates and states, never ids.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    request_seconds: Family<RouteLabels, Histogram>,
    deliveries: Family<OutcomeLabels, Counter>,
    lateness: Histogram,
    missed: Counter,
    queue_depth: Gauge,
    pool_open: Gauge,
    pool_idle: Gauge,
}

impl Metrics {
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("cairn");
        let requests = Family::default();
        registry.register("http_requests", "Requests by route template", requests.clone());
        let seconds = || Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0]);
        let request_seconds = Family::new_with_constructor(seconds as fn() -> Histogram);
        registry.register("http_request_seconds", "Time to answer", request_seconds.clone());
        let deliveries = Family::default();
        registry.register("deliveries", "Deliveries by how they ended or went on", deliveries.clone());
        let lateness = Histogram::new([0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0]);
        registry.register("reminder_lateness_seconds", "Accepted by the push service, after due", lateness.clone());
        let missed = Counter::default();
        registry.register("reminders_missed", "Reminders that could not be sent while of use", missed.clone());
        let (queue_depth, pool_open, pool_idle) = (Gauge::default(), Gauge::default(), Gauge::default());
        registry.register("queue_depth", "Jobs waiting in the queue", queue_depth.clone());
        registry.register("database_connections_open", "Open connections of the pool", pool_open.clone());
        registry.register("database_connections_idle", "Idle connections of the pool", pool_idle.clone());
        Self { registry, requests, request_seconds, deliveries, lateness, missed, queue_depth, pool_open, pool_idle }
    }

    pub fn observe_request(&self, method: &str, route: &str, status: u16, seconds: f64) {
        let labels = RequestLabels { method: method.to_owned(), route: route.to_owned(), status };
        self.requests.get_or_create(&labels).inc();
        self.request_seconds.get_or_create(&RouteLabels { route: route.to_owned() }).observe(seconds);
    }

    pub fn observe_delivery(&self, outcome: &str) {
        self.deliveries.get_or_create(&OutcomeLabels { outcome: Outcome(outcome.to_owned()) }).inc();
    }

    pub fn observe_missed(&self, count: usize) {
        self.missed.inc_by(count as u64);
    }

    pub fn observe_lateness(&self, seconds: f64) {
        self.lateness.observe(seconds);
    }

    pub fn set_queue_depth(&self, depth: i64) {
        self.queue_depth.set(depth);
    }

    pub fn set_pool(&self, open: u32, idle: usize) {
        self.pool_open.set(i64::from(open));
        self.pool_idle.set(i64::try_from(idle).unwrap_or(i64::MAX));
    }

    /// The text that Prometheus reads.
    pub fn render(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}
