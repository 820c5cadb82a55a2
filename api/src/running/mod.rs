//! What tells operators how the server does: health and metrics.

mod health;
pub mod live;
mod metrics;
pub mod ready;

pub use health::{Health, Pulse};

pub use metrics::Metrics;
