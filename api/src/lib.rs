//! The HTTP API: one folder a feature, one file an operation. Handlers hold no rule and no SQL; they read the request,
//! call the domain in one transaction, and write the answer.

pub mod agenda;
pub mod alerts;
mod app;
pub mod attention;
pub mod audit;
mod availability;
pub mod billing;
pub mod break_glass;
pub mod calendars;
pub mod care_plans;
pub mod check_ins;
pub mod clients;
pub mod credentials;
pub mod crisis;
pub mod dashboards;
pub mod devices;
pub mod events;
mod extract;
pub mod goals;
pub mod help_requests;
pub mod identity;
mod middleware;
pub mod note_templates;
pub mod notes;
pub mod on_call;
mod openapi;
pub mod packets;
pub mod payers;
pub mod person;
mod problem;
pub mod reminders;
mod router;
pub mod running;
mod serve;
pub mod sessions;
mod state;
pub mod supervision;

pub use openapi::document;
pub use problem::Problem;
pub use router::router;
pub use running::Metrics;
pub use serve::{ServeError, serve, serve_metrics};
pub use state::AppState;
