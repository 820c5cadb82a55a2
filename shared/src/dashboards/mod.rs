//! What staff see at a glance: rows over clients, kept up to date by the commits that change them.

mod caseload;
mod coming;
pub mod csv;
mod day;
pub mod entity;
mod follow;
mod numbers;
mod order;
mod progress;
mod rebuild;
mod refresh;
mod saved_views;
mod sparkline;
mod suppress;

pub use caseload::{CaseloadRow, NextAppointment, ReasonView, caseload, caseload_ids, caseload_rows};
pub use day::{Day, DayTotals, day};
pub(crate) use follow::{follow, follow_reminders};
pub use numbers::{Measure, Numbers, numbers};
pub use order::{CaseloadFilter, CaseloadSort};
pub use progress::{Progress, Range, Series, progress};
pub use rebuild::{rebuild, refresh_old};
pub use saved_views::{SavedView, list_views, remove_view, save_view};
pub use sparkline::{DAYS as SPARKLINE_DAYS, dates, sparkline};
pub use suppress::{SMALLEST, Shown, suppress};
