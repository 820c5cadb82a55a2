//! Whatever is sent: an answer of the 400s that names the field, nothing written, nothing of it in the log.

mod agenda;
mod bodies;
mod subscriptions;
