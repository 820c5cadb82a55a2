use cairn_shared::clock::Timestamp;
use cairn_shared::reminders::{DeliveryState, DeliveryView, HistoryView, ReminderState, ReminderView};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A reminder in a list of occurrences.
#[derive(Serialize, ToSchema)]
pub struct ReminderSummaryOut {
    id: Uuid,
    state: ReminderState,
    reason: Option<String>,
    due_at: Timestamp,
    sent_at: Option<Timestamp>,
    shown_at: Option<Timestamp>,
    clicked_at: Option<Timestamp>,
    answered_at: Option<Timestamp>,
}

impl From<ReminderView> for ReminderSummaryOut {
    fn from(view: ReminderView) -> Self {
        Self {
            id: view.id,
            state: view.state,
            reason: view.reason,
            due_at: view.due_at,
            sent_at: view.sent_at,
            shown_at: view.shown_at,
            clicked_at: view.clicked_at,
            answered_at: view.answered_at,
        }
    }
}

/// A reminder and everything that became of it.
#[derive(Serialize, ToSchema)]
pub struct ReminderOut {
    id: Uuid,
    item_id: Uuid,
    occurrence_id: String,
    due_at: Timestamp,
    /// Sent late until then; after that it is `missed`.
    useful_until: Timestamp,
    state: ReminderState,
    /// Why it ended as it did, where that is not plain.
    reason: Option<String>,
    /// When the first push service took it. Taken is not shown.
    sent_at: Option<Timestamp>,
    shown_at: Option<Timestamp>,
    clicked_at: Option<Timestamp>,
    answered_at: Option<Timestamp>,
    /// One for each device.
    deliveries: Vec<DeliveryOut>,
}

#[derive(Serialize, ToSchema)]
pub struct DeliveryOut {
    id: Uuid,
    subscription_id: Uuid,
    state: DeliveryState,
    attempts: i64,
    /// The push service's newest answer.
    push_status: Option<i64>,
    history: Vec<HistoryOut>,
}

#[derive(Serialize, ToSchema)]
pub struct HistoryOut {
    at: Timestamp,
    event: String,
    status: Option<i64>,
}

#[derive(Serialize, ToSchema)]
pub struct ReminderList {
    pub items: Vec<ReminderOut>,
    pub next_cursor: Option<String>,
}

impl From<ReminderView> for ReminderOut {
    fn from(view: ReminderView) -> Self {
        Self {
            id: view.id,
            item_id: view.occurrence.item_id,
            occurrence_id: view.occurrence.to_string(),
            due_at: view.due_at,
            useful_until: view.useful_until,
            state: view.state,
            reason: view.reason,
            sent_at: view.sent_at,
            shown_at: view.shown_at,
            clicked_at: view.clicked_at,
            answered_at: view.answered_at,
            deliveries: view.deliveries.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<DeliveryView> for DeliveryOut {
    fn from(view: DeliveryView) -> Self {
        Self {
            id: view.id,
            subscription_id: view.subscription_id,
            state: view.state,
            attempts: view.attempts,
            push_status: view.push_status,
            history: view.history.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<HistoryView> for HistoryOut {
    fn from(view: HistoryView) -> Self {
        Self { at: view.at, event: view.event, status: view.status }
    }
}
