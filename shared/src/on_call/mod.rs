//! Who is on call when, and in what order.

pub mod entity;
mod list;

pub use list::{Entry, OnCall, get, now, replace};
