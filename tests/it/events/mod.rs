//! The stream of events: who hears what, and that nothing is lost or told twice.

mod ending;
mod hearing;
mod resuming;
