use axum::response::Response;
use cairn_shared::clients::{self, Language, NewClient, NotificationDetail, QuietHoursInput};
use cairn_shared::clock::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::{ClientOut, QuietHoursWire, sees_record};
use crate::extract::{ValidJson, Write, present};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClientIn {
    #[schema(min_length = 1, max_length = 200)]
    preferred_name: String,
    #[schema(min_length = 1, max_length = 200)]
    legal_name: Option<String>,
    #[schema(max_length = 4000)]
    strengths: Option<String>,
    /// Matches the client to attendees of imported calendars.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// To call when a reminder does not arrive.
    #[schema(max_length = 40)]
    phone: Option<String>,
    /// An IANA name such as `America/Boise`.
    time_zone: String,
    #[serde(default)]
    language: Language,
    /// `null` for none; left out, 21:00 to 08:00.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<QuietHoursWire>)]
    quiet_hours: Option<Option<QuietHoursWire>>,
    /// Most reminders a day; never holds appointments and meetings.
    #[schema(minimum = 1, maximum = 50)]
    daily_cap: Option<i64>,
    /// What a lock screen may show: anything but `none` is the client's own choice.
    #[serde(default)]
    notification_detail: NotificationDetail,
    paused_until: Option<Timestamp>,
    /// Who will work with the client; a specialist who adds one is assigned at once.
    #[serde(default)]
    #[validate(length(max = 20, message = "at most 20 specialists"))]
    #[schema(max_items = 20)]
    specialist_ids: Vec<Uuid>,
}

/// Add a client. For specialists and schedulers.
#[utoipa::path(post, path = "/v1/clients", operation_id = "create_client", tag = "clients",
    request_body = NewClientIn, responses((status = 201, body = ClientOut), Problems))]
pub async fn create_client(write: Write, ValidJson(input): ValidJson<NewClientIn>) -> Result<Response, Problem> {
    let new = NewClient {
        preferred_name: input.preferred_name,
        legal_name: input.legal_name,
        strengths: input.strengths,
        email: input.email,
        phone: input.phone,
        time_zone: input.time_zone,
        language: input.language,
        quiet_hours: match input.quiet_hours {
            None => Some(QuietHoursInput::usual()),
            Some(given) => given.map(Into::into),
        },
        daily_cap: input.daily_cap,
        notification_detail: input.notification_detail,
        paused_until: input.paused_until,
        specialist_ids: input.specialist_ids,
    };
    let sees_record = sees_record(&write.scope);
    let mut tx = write.begin().await?;
    let client = clients::create(&mut tx, new).await?;
    let location = format!("/v1/clients/{}", client.id);
    write.created(tx, location, &ClientOut::new(client, sees_record)).await
}
