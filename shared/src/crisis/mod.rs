//! Where to turn in a crisis: configuration with a version and a date of review. What an organization has not set itself
//! is a list for the United States.

mod defaults;
pub mod entity;
mod store;

pub use store::{Action, CrisisResources, Resource, Words, current, overdue, public, publish};
