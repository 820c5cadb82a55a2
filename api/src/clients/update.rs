use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::clients::{self, ClientPatch, Language, NotificationDetail};
use cairn_shared::clock::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::{ClientOut, QuietHoursWire, sees_record};
use crate::extract::{IfMatch, ValidJson, ValidPath, Write, present};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientPatchIn {
    #[schema(min_length = 1, max_length = 200)]
    preferred_name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    legal_name: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 4000)]
    strengths: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 254)]
    email: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 40)]
    phone: Option<Option<String>>,
    time_zone: Option<String>,
    language: Option<Language>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<QuietHoursWire>)]
    quiet_hours: Option<Option<QuietHoursWire>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 50)]
    daily_cap: Option<Option<i64>>,
    notification_detail: Option<NotificationDetail>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Timestamp>)]
    paused_until: Option<Option<Timestamp>>,
}

/// Change a client. Members left out stay; `null` empties. Clients change their own wishes; a new zone or new quiet
/// hours move the coming reminders at once.
#[utoipa::path(patch, path = "/v1/clients/{client_id}", operation_id = "update_client", tag = "clients",
    params(("client_id" = Uuid, Path)), request_body = ClientPatchIn,
    responses((status = 200, body = ClientOut), Problems))]
pub async fn update_client(
    write: Write,
    ValidPath(client_id): ValidPath<Uuid>,
    IfMatch(version): IfMatch,
    ValidJson(input): ValidJson<ClientPatchIn>,
) -> Result<Response, Problem> {
    let patch = ClientPatch {
        preferred_name: input.preferred_name,
        legal_name: input.legal_name,
        strengths: input.strengths,
        email: input.email,
        phone: input.phone,
        time_zone: input.time_zone,
        language: input.language,
        quiet_hours: input.quiet_hours.map(|hours| hours.map(Into::into)),
        daily_cap: input.daily_cap,
        notification_detail: input.notification_detail,
        paused_until: input.paused_until,
    };
    let sees_record = sees_record(&write.scope);
    let mut tx = write.begin().await?;
    let client = clients::update(&mut tx, client_id, version, patch).await?;
    write.done(tx, StatusCode::OK, &ClientOut::new(client, sees_record)).await
}
