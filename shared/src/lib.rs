//! The domain of Cairn: one folder a feature, each holding its types, rules, entities and queries.
//!
//! Nothing in this crate knows HTTP or the job queue. Store functions take a [`db::ScopedTx`], which carries the
//! organization, the actor and the moment, so no query can be written without them.

pub mod agenda;
pub mod alerts;
pub mod attention;
pub mod audit;
pub mod availability;
pub mod billing;
pub mod break_glass;
pub mod calendars;
pub mod care_plans;
pub mod check_ins;
pub mod clients;
pub mod clock;
pub mod config;
pub mod credentials;
pub mod crisis;
pub mod dashboards;
pub mod db;
pub mod devices;
pub mod error;
pub mod events;
pub mod forms;
pub mod goals;
pub mod help_requests;
pub mod idempotency;
pub mod identity;
pub mod note_templates;
pub mod notes;
pub mod on_call;
pub mod organizations;
pub mod packets;
pub mod payers;
pub mod person;
pub mod policy;
pub mod random;
pub mod reminders;
pub mod scope;
pub mod secrets;
pub mod sessions;
pub mod supervision;
mod text;
mod words;

pub use clock::{Clock, Timestamp};
pub use error::{Error, FieldError, Result};
pub use scope::{Actor, Role, Scope};
