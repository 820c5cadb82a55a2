use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::agenda::{self, ItemPatch};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::{ItemOut, ReminderWire, ScopeQuery};
use crate::extract::{IfMatch, ValidJson, ValidPath, ValidQuery, Write, present};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemPatchIn {
    #[schema(min_length = 1, max_length = 200)]
    title: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 500)]
    location: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 4000)]
    notes: Option<Option<String>>,
    starts_at_local: Option<String>,
    time_zone: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 10080)]
    duration_minutes: Option<Option<i64>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 500)]
    recurrence: Option<Option<String>>,
    #[schema(max_items = 5)]
    reminders: Option<Vec<ReminderWire>>,
}

/// Change one occurrence, this and the following, or all that have not begun. Members left out stay; `null` empties.
/// A new start moves; reminders follow in the same moment, and a client who was reminded already hears of it.
#[utoipa::path(patch, path = "/v1/agenda-items/{item_id}", operation_id = "update_agenda_item", tag = "agenda",
    params(("item_id" = Uuid, Path), ScopeQuery), request_body = ItemPatchIn,
    responses((status = 200, body = ItemOut), Problems))]
pub async fn update_agenda_item(
    write: Write,
    ValidPath(item_id): ValidPath<Uuid>,
    ValidQuery(scope): ValidQuery<ScopeQuery>,
    IfMatch(version): IfMatch,
    ValidJson(input): ValidJson<ItemPatchIn>,
) -> Result<Response, Problem> {
    let patch = ItemPatch {
        title: input.title,
        location: input.location,
        notes: input.notes,
        starts_at_local: input.starts_at_local,
        time_zone: input.time_zone,
        duration_minutes: input.duration_minutes,
        recurrence: input.recurrence,
        reminders: input.reminders.map(|rules| rules.into_iter().map(Into::into).collect()),
    };
    let edit_scope = scope.read(item_id)?;
    let mut tx = write.begin().await?;
    let view = agenda::edit(&mut tx, item_id, edit_scope, version, patch).await?;
    let out = ItemOut::new(view, &write.scope);
    write.done(tx, StatusCode::OK, &out).await
}
