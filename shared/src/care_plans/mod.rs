//! Plans of care: what was agreed to work on and with which services, in versions that are signed.

mod content;
mod covers;
mod dates;
pub mod entity;
mod load;
mod on_date;
mod revision;
mod sign;
mod state;
mod submit;
mod write;

pub use content::{PlanGoal, Service, ServiceOrder};
pub(crate) use covers::covers_of;
pub use covers::{Cover, OrderDates};
pub use load::{PlanView, Signature, get, list};
pub use on_date::in_force_on;
pub(crate) use revision::goal_changed;
pub use revision::revise;
pub use sign::sign;
pub use state::{PlanState, SignerRole};
pub use submit::submit;
pub use write::{NewPlan, PlanPatch, create, update};
