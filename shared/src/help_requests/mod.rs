//! A client asks for help; staff claim it and say how it ended.

mod ask;
mod close;
pub mod entity;
mod hours;
mod list;
mod notice;
mod settings;
mod state;

pub use ask::{Ask, ask, ask_for_occurrence};
pub(crate) use close::{check_note, mark_escalated};
pub use close::{claim, close};
pub use hours::{StaffedHours, WeekDay};
pub use list::{HelpRequestFilter, HelpRequestView, get, list};
pub use notice::notice;
pub use settings::{HelpSettings, SettingsPatch, get_settings, staffed_now, update_settings};
pub(crate) use settings::{load as load_settings, save as save_settings};
pub use state::{HelpOutcome, HelpState};
