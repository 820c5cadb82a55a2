use cairn_shared::clients::{ClientView, Language, NotificationDetail};
use cairn_shared::clock::Timestamp;
use cairn_shared::identity::StaffView;
use cairn_shared::scope::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A member of staff.
#[derive(Serialize, ToSchema)]
pub struct UserOut {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub name: String,
    pub email: String,
    pub roles: Vec<Role>,
}

impl From<StaffView> for UserOut {
    fn from(view: StaffView) -> Self {
        let StaffView { id, organization_id, name, email, roles } = view;
        Self { id, organization_id, name, email, roles }
    }
}

/// Local wall-clock times between which the phone stays silent, such as 21:00 to 08:00.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHoursWire {
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "21:00")]
    pub from: String,
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "08:00")]
    pub to: String,
}

/// A client. What only staff may see is left out for the client.
#[derive(Serialize, ToSchema)]
pub struct ClientOut {
    pub id: Uuid,
    pub preferred_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strengths: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    pub time_zone: String,
    pub language: Language,
    pub quiet_hours: Option<QuietHoursWire>,
    pub daily_cap: Option<i64>,
    pub notification_detail: NotificationDetail,
    pub paused_until: Option<Timestamp>,
    /// A phone that reminders can reach.
    pub has_device: bool,
    pub version: i64,
    pub created_at: Timestamp,
}

impl ClientOut {
    /// What a reader sees: names and strengths are for those who work with the client.
    pub fn new(view: ClientView, sees_record: bool) -> Self {
        let time = |time: chrono::NaiveTime| time.format("%H:%M").to_string();
        Self {
            id: view.id,
            preferred_name: view.preferred_name,
            legal_name: view.legal_name.filter(|_| sees_record),
            strengths: view.strengths.filter(|_| sees_record),
            email: view.email,
            phone: view.phone,
            time_zone: view.time_zone,
            language: view.language,
            quiet_hours: view
                .quiet_hours
                .map(|hours| QuietHoursWire { from: time(hours.from()), to: time(hours.to()) }),
            daily_cap: view.daily_cap,
            notification_detail: view.notification_detail,
            paused_until: view.paused_until,
            has_device: view.has_device,
            version: view.version,
            created_at: view.created_at,
        }
    }
}
