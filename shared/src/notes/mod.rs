//! Notes: what a specialist writes of a session. A draft cannot be lost; what is signed does not change, by a byte; what comes
//! later is added, and a note that is wrong is voided and followed by another.

mod addenda;
mod billed;
mod body;
mod checks;
mod client;
mod clone;
mod content;
mod cosign;
mod draft;
pub mod entity;
mod facts;
mod group;
mod hints;
mod list;
mod load;
mod names;
mod prefill;
mod render;
mod rules;
mod sign;
mod sources;
mod state;
mod update;
mod void;

pub use addenda::add_addendum;
pub use body::{Activity, BodyPatch, GoalWork, Mark, Progress, Risk, RiskLevel, Source};
pub use checks::{Checks, Warning, check};
pub use client::{add_client_words, sign_as_client};
pub use content::{AddendumContent, FORMAT, SignedGoal, hash_of, read_signed};
pub use cosign::{cosign, cosign_queue, give_back};
pub use draft::{NewNote, create};
pub use group::{GroupNote, GroupPart, write_group};
pub use hints::{Hint, hints};
pub use list::{NoteFilter, list};
pub use load::{AddendumView, CommentView, NoteHead, NoteView, SignatureView, get};
pub use render::{ShownLine, ShownSection, render};
pub use sign::{Signed, SigningInput, sign, sign_session};
pub use state::{AddendumKind, NoteState, SignerRole};
pub use update::update;
pub use void::{replace, void};

pub(crate) use billed::billed;
pub(crate) use list::in_period;
