//! The worker: plans reminders, delivers what is due, tidies up. Our own rows say what is due; the queue only carries
//! "look now", and everything goes on, a little slower, when it is stopped.

mod attention;
mod calendars;
mod context;
pub mod deliver;
mod maintenance;
mod plan;
pub mod push;
pub mod queue;
mod run;

pub use attention::watch_once;
pub use calendars::import_waiting;
pub use context::{Observer, SilentObserver, WorkerContext, WorkerError};
pub use maintenance::tidy;
pub use plan::plan_all;
pub use run::run;
