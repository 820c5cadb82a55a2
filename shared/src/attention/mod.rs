//! What asks for attention: reasons computed from data, explained in words, and settled by people. Never a score.

pub mod entity;
mod facts;
mod kind;
mod list;
mod raise;
mod reasons;
mod refresh;
mod rules;
mod settle;
mod trigger_words;
mod words;

pub use kind::{Kind, ReasonState, Severity};
pub use list::{ReasonFilter, ReasonView, get_reason, list};
pub use raise::{RaisedSafety, SafetyTrigger, raise_safety};
pub(crate) use raise::{acknowledge_help, raise_help, resolve_help};
pub(crate) use refresh::look_soon;
pub use refresh::{Touched, look_again, refresh, refresh_client, refresh_due};
pub use rules::{Rule, RulePatch, holds_trigger_words, list_rules, update_rule};
pub use settle::{acknowledge, close, dismiss};
pub use words::{CODES, explain};
