use axum::response::Response;
use cairn_shared::agenda::NewItem;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::create_item::create;
use super::wire::{ItemOut, NewItemKind, ReminderWire};
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClientItemIn {
    #[serde(default)]
    #[schema(max_items = 20)]
    staff_ids: Vec<Uuid>,
    kind: NewItemKind,
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// Local time to the minute, such as `2027-03-08T09:30`.
    #[schema(example = "2027-03-08T09:30")]
    starts_at_local: String,
    /// An IANA name, or `client` for the zone of each client, wherever they are.
    time_zone: String,
    #[schema(minimum = 1, maximum = 10080)]
    duration_minutes: Option<i64>,
    /// An RRULE (RFC 5545): DAILY, WEEKLY, MONTHLY or YEARLY.
    #[schema(max_length = 500, example = "FREQ=WEEKLY;BYDAY=MO")]
    recurrence: Option<String>,
    #[serde(default)]
    #[schema(max_items = 5)]
    reminders: Vec<ReminderWire>,
    #[schema(max_length = 500)]
    location: Option<String>,
    #[schema(max_length = 4000)]
    notes: Option<String>,
    /// The goal of the client that this is a part of.
    goal_id: Option<Uuid>,
    /// The step of the goal that this holds the time for. When it happens once, "done" does the step.
    step_id: Option<Uuid>,
}

/// Put an item on one client's agenda. Clients put routines and to-dos on their own.
#[utoipa::path(post, path = "/v1/clients/{client_id}/agenda-items", operation_id = "create_client_agenda_item",
    tag = "agenda", params(("client_id" = Uuid, Path)), request_body = NewClientItemIn,
    responses((status = 201, body = ItemOut), Problems))]
pub async fn create_client_agenda_item(
    write: Write,
    ValidPath(client_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<NewClientItemIn>,
) -> Result<Response, Problem> {
    let new = NewItem {
        client_ids: vec![client_id],
        staff_ids: input.staff_ids,
        kind: input.kind.into(),
        title: input.title,
        location: input.location,
        notes: input.notes,
        starts_at_local: input.starts_at_local,
        time_zone: input.time_zone,
        duration_minutes: input.duration_minutes,
        recurrence: input.recurrence,
        reminders: input.reminders.into_iter().map(Into::into).collect(),
        goal_id: input.goal_id,
        step_id: input.step_id,
    };
    create(write, new).await
}
