//! The second factor of staff: codes of an authenticator app, and recovery codes for when that is lost. Sealed, throttled,
//! and no code good twice.

mod check;
mod enrol;
mod recovery;
mod step_up;
pub mod totp;

pub use check::{Proof, prove};
pub use enrol::{Enrolment, State, begin, confirm, remove, renew_recovery_codes, reset, state};
pub use step_up::{STEP_UP_LASTS, SteppedUp, is_fresh, step_up};
