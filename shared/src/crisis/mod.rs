//! Where to turn in a crisis: configuration with a version and a date of review. Every
//! organization begins with a list for the United States and sets its own.

mod defaults;
pub mod entity;
mod store;

pub use store::{Action, CrisisResources, Resource, Words, current, overdue, public, publish, ship, ship_to_all};
