//! Credentials of staff: what a state says that somebody may do, from when to when, with every change of it.

pub mod entity;
mod expiring;
mod held;
mod notices;
mod store;

pub use expiring::{Expiring, STAGES, expiring, stage};
pub use held::{CredentialSnapshot, Histories, Standing, held_on, histories_of, refuse_lapsed};
pub use notices::notice_expiring;
pub(crate) use notices::of_notice;
pub use store::{CredentialPatch, CredentialView, NewCredential, StatusChange, create, get, list, update};

use crate::words::words;

words! {
    /// What the issuer says of a credential. Past its end it counts as lapsed, whatever was said last.
    #[schema(as = CredentialStatus)]
    Status {
        Active = "active",
        Lapsed = "lapsed",
        Suspended = "suspended",
        Revoked = "revoked",
    }
}
