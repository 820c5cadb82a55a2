//! Check-ins: forms in versions that do not change, schedules that ask a client again and again, and the answers.

mod cache;
mod change;
mod content;
pub mod entity;
mod form;
mod forms;
mod record;
mod safety;
mod schedules;
mod scoring;
mod view;

pub use crate::forms::{
    Answer, AnswerSchema, Change, ChangeReason, Choice, ChoiceValue, ItemType, UiItem, UiSchema, VersionState, When,
    Words,
};
pub use cache::FormCache;
pub use content::{Imported, Pack, import, ship, ship_to_all};
pub use form::{Content, NewContent, Scoring};
pub use forms::{FormView, VersionView, add_version, create_form, get_form, get_version, list_forms, publish, retire};
pub use record::{NewCheckIn, Recorded, record};
pub use safety::{Flags, Severity, flags};
pub(crate) use schedules::schedules_of_items;
pub use schedules::{
    NewSchedule, SchedulePatch, ScheduleState, ScheduleView, create_schedule, list_schedules, update_schedule,
};
pub use scoring::{Instrument, Score, ScoreStatus, score};
pub use view::{
    CheckInFilter, CheckInView, Glance, ScoreView, get_check_in, latest, latest_until, list_check_ins, recent, render,
};
