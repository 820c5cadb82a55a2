//! Reminders: rows are the schedule. Each is planned from an occurrence, becomes due, is delivered to the client's
//! devices, and ends in exactly one state.

mod claim;
mod decide;
pub mod entity;
mod finish;
mod lease;
mod list;
mod plan;
pub mod quiet_hours;
mod receipts;
mod requests;
pub mod rule;
mod state;
pub mod texts;
pub mod usefulness;

pub use claim::{Batch, Slots, anything_due, claim};
pub(crate) use finish::end_delivery;
pub use finish::{DeliveryOutcome, Finished, finish, settle_overdue};
pub use lease::{App, Claimed};
pub(crate) use lease::{abandoned, lease, receipt_token};
pub use list::{
    DeliveryView, HistoryView, ReminderFilter, ReminderView, leading_by_occurrence, list_reminders, reminded_of,
};
pub use plan::{PLAN_AHEAD_HOURS, PlanSummary, plan_due_items, reconcile_now, replan_after_zone_update, replan_client};
pub use receipts::{Receipt, ReceiptEvent, find_delivery, record_receipt};
pub use requests::{mark_answered, send_now, settle_answered, snooze};
pub use state::{DeliveryState, ReminderState};
