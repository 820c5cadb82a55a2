//! Cairn as a whole, on SQLite and on PostgreSQL: each story is told on both.

mod agenda;
mod attention;
mod bad_input;
mod billing;
mod care_plans;
mod check_ins;
mod clients;
mod credentials;
mod dashboards;
mod events;
mod faults;
mod formats;
mod goals;
mod help_requests;
mod identity;
mod matrix;
mod notes;
mod payers;
mod person;
mod queue;
mod record;
mod reminders;
mod running;
mod sessions;
mod storage;
mod supervision;
