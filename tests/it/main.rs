//! Cairn as a whole, on SQLite and on PostgreSQL: each story is told on both.

mod agenda;
mod clients;
mod identity;
mod matrix;
mod reminders;
mod storage;
