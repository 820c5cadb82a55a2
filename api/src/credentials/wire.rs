use cairn_shared::clock::Timestamp;
use cairn_shared::credentials::{CredentialView, Expiring, Status, StatusChange};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// From a day on a credential was this.
#[derive(Serialize, ToSchema)]
pub struct StatusChangeOut {
    status: Status,
    #[schema(value_type = String, format = Date)]
    effective_on: NaiveDate,
    #[schema(value_type = Option<String>, format = Date)]
    expires_on: Option<NaiveDate>,
    created_at: Timestamp,
}

impl From<StatusChange> for StatusChangeOut {
    fn from(change: StatusChange) -> Self {
        let StatusChange { status, effective_on, expires_on, created_at } = change;
        Self { status, effective_on, expires_on, created_at }
    }
}

/// What somebody was certified to do. Dates are local dates of the organization, inclusive.
#[derive(Serialize, ToSchema)]
pub struct CredentialOut {
    pub id: Uuid,
    staff_id: Uuid,
    state: String,
    #[serde(rename = "type")]
    credential_type: String,
    number: String,
    issuer: String,
    #[schema(value_type = String, format = Date)]
    issued_on: NaiveDate,
    #[schema(value_type = Option<String>, format = Date)]
    expires_on: Option<NaiveDate>,
    /// Today.
    status: Status,
    history: Vec<StatusChangeOut>,
    version: i64,
    created_at: Timestamp,
}

impl From<CredentialView> for CredentialOut {
    fn from(view: CredentialView) -> Self {
        Self {
            id: view.id,
            staff_id: view.user_id,
            state: view.state,
            credential_type: view.credential_type,
            number: view.number,
            issuer: view.issuer,
            issued_on: view.issued_on,
            expires_on: view.expires_on,
            status: view.status,
            history: view.history.into_iter().map(Into::into).collect(),
            version: view.version,
            created_at: view.created_at,
        }
    }
}

/// That the coming end was told.
#[derive(Serialize, ToSchema)]
pub struct NoticeOut {
    /// 90, 60, 30, 14, 7 or 1.
    days_before: i64,
    created_at: Timestamp,
}

/// A credential that ends soon, or has ended and was not renewed.
#[derive(Serialize, ToSchema)]
pub struct ExpiringOut {
    credential_id: Uuid,
    staff_id: Uuid,
    name: String,
    state: String,
    #[serde(rename = "type")]
    credential_type: String,
    #[schema(value_type = String, format = Date)]
    expires_on: NaiveDate,
    /// Below zero when the last day has passed.
    days_left: i64,
    notices: Vec<NoticeOut>,
}

impl From<Expiring> for ExpiringOut {
    fn from(expiring: Expiring) -> Self {
        let notices = expiring.notices.into_iter();
        Self {
            credential_id: expiring.credential_id,
            staff_id: expiring.user_id,
            name: expiring.name,
            state: expiring.state,
            credential_type: expiring.credential_type,
            expires_on: expiring.expires_on,
            days_left: expiring.days_left,
            notices: notices.map(|(days_before, created_at)| NoticeOut { days_before, created_at }).collect(),
        }
    }
}
