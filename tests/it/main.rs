//! Cairn as a whole, on SQLite and on PostgreSQL: each story is told on both.

mod agenda;
mod bad_input;
mod clients;
mod faults;
mod formats;
mod identity;
mod matrix;
mod queue;
mod record;
mod reminders;
mod running;
mod storage;
