//! Cairn as a whole, on SQLite and on PostgreSQL: each story is told on both.

mod agenda;
mod clients;
mod formats;
mod identity;
mod matrix;
mod queue;
mod reminders;
mod storage;
