//! The audit log as a stream that screens follow: ids only, to those who may read what an event tells of.

mod audience;
mod read;

pub use audience::{Audience, changes_scopes, needed};
pub use read::{Event, Start, after, head, start};
