//! Cairn as a whole, on SQLite and on PostgreSQL: each story is told on both.

mod agenda;
mod attention;
mod bad_input;
mod clients;
mod faults;
mod formats;
mod help_requests;
mod identity;
mod matrix;
mod queue;
mod reminders;
mod running;
mod storage;
