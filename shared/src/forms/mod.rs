//! What forms are made of, whoever asks them: which answers are valid (JSON Schema), how they are asked (UI schema), and what
//! an edit means for the answers before it. Check-ins and notes are both such forms.

mod change;
mod schema;
mod together;
mod ui;
mod version;

pub use change::{Change, ChangeReason, Items, compare_items, refuse_reused, used_with, verdict};
pub use schema::{AnswerSchema, Constraint, completed};
pub use together::check_together;
pub(crate) use ui::is_item_id;
pub use ui::{Answer, Choice, ChoiceValue, ItemType, UiItem, UiSchema, When, Words};
pub use version::{VersionState, may_manage};
