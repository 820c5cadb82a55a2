//! The queue: apalis inside its fences. It carries "look now" to one of the processes; what is due, how often it was tried
//! and when to try again stand in our own rows. This folder alone knows apalis.

mod carrier;
mod job;
mod pace;
mod pool;

pub use carrier::Queue;
pub use job::{Job, Task};
pub use pool::migrate;
