//! Goals: in the words of the client, with small steps and, where one is wanted, a target that can be measured. What
//! staff write of a goal is a proposal until the client decides.

mod agenda_link;
mod create;
mod decide;
mod edit;
pub mod entity;
mod input;
mod load;
mod progress;
mod propose;
mod status;
mod steps;
mod summary;

pub(crate) use agenda_link::{Link, check_link, link_step, step_answered, unlink_item};
pub use create::create;
pub use decide::{Decision, decide, withdraw};
pub use edit::update;
pub use input::{GoalPatch, NewGoal, StepInput, Target};
pub(crate) use load::snapshots;
pub use load::{GoalView, StepView, get, list};
pub use progress::{NewProgress, ProgressView, list_progress, record_progress};
pub use propose::{ProposalKind, ProposalState, ProposalView, list_client_proposals, list_goal_proposals, propose};
pub use status::{Achievement, LifeArea, Lifecycle};
pub use steps::mark_step;
pub use summary::ProgressSummary;
