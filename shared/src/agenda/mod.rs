//! The agenda: what was written down (items and their schedules), and what happens when (occurrences).

mod attendance;
mod bulk;
mod calls;
mod cancel;
mod capacity;
mod conflicts;
mod create;
mod edit;
pub mod entity;
pub(crate) mod for_check_ins;
pub(crate) mod for_sessions;
mod input;
mod item;
mod kind;
mod list;
mod load;
mod local;
mod occurrence;
pub mod recurrence;
mod respond;
mod series;
pub mod zone;

pub use attendance::{Attendance, record_attendance};
pub use bulk::{BulkAct, BulkPreview, BulkRow, MAX_BULK, apply_changes, preview_changes};
pub use calls::{CallRow, Standing, calls_of_day};
pub use cancel::cancel;
pub use conflicts::{Conflict, busy_times};
pub use create::create;
pub use edit::{ItemPatch, edit};
pub use input::{NewItem, ReminderInput};
pub use item::{ItemView, get_item};
pub(crate) use item::{lock_items, open_texts};
pub use kind::Kind;
pub(crate) use list::widened;
pub use list::{AgendaFilter, AgendaRow, MAX_DAYS, client_agenda, organization_agenda};
pub(crate) use load::load_where;
pub use load::{Item, load};
pub use local::{OccurrenceId, format_local, parse_local};
pub(crate) use occurrence::row_id as occurrence_row_id;
pub use occurrence::{OccurrenceView, Participant, get_occurrence, title_of};
pub use respond::{Answer, NewAnswer, Response, respond};
pub use series::{Happening, Override, Schedule, Window, happening_at, happenings};

/// How much of a series a change is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditScope {
    This(chrono::NaiveDateTime),
    Following(chrono::NaiveDateTime),
    All,
}
