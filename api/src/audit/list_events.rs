use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{self, AuditFilter, AuditView};
use cairn_shared::clock::Timestamp;
use cairn_shared::db::PageRequest;
use cairn_shared::scope::Role;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::clients::date_or_null;
use crate::extract::{Caller, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// First local date of the organization.
    #[serde(default, deserialize_with = "date_or_null")]
    #[param(value_type = Option<String>, format = Date)]
    from: Option<NaiveDate>,
    /// The date after the last.
    #[serde(default, deserialize_with = "date_or_null")]
    #[param(value_type = Option<String>, format = Date)]
    to: Option<NaiveDate>,
    /// Who did it: staff or a client.
    actor_id: Option<Uuid>,
    /// Whose record it touched.
    client_id: Option<Uuid>,
    /// A verb, such as `read`, `create` or `search`.
    #[param(max_length = 100)]
    action: Option<String>,
    /// A resource, such as `goal` or `sign_in`.
    #[param(max_length = 100)]
    object_type: Option<String>,
    /// `success`, or what became of it instead, such as `denied`.
    #[param(max_length = 100)]
    outcome: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

/// One row of the log. It holds ids, codes and names of members, never what people wrote.
#[derive(Serialize, ToSchema)]
pub struct AuditEventOut {
    /// Its number; numbers follow the order of commits, without gaps.
    seq: i64,
    at: Timestamp,
    actor: AuditActorOut,
    sign_in_id: Option<Uuid>,
    action: String,
    object_type: String,
    object_id: String,
    client_id: Option<Uuid>,
    purpose: String,
    outcome: String,
    /// The emergency access under which it happened.
    break_glass_id: Option<Uuid>,
    request_id: Option<String>,
    ip: Option<String>,
    #[schema(value_type = Object)]
    detail: Value,
}

#[derive(Serialize, ToSchema)]
pub struct AuditActorOut {
    /// `staff`, `client` or `system`.
    kind: String,
    id: Option<Uuid>,
    /// The name of staff; null for others.
    name: Option<String>,
    /// The roles that staff had then.
    roles: Vec<Role>,
}

impl From<AuditView> for AuditEventOut {
    fn from(view: AuditView) -> Self {
        let AuditView { row, actor_name, detail } = view;
        let roles = row.actor_roles.iter().flat_map(|text| text.split(',')).filter_map(Role::parse).collect();
        Self {
            seq: row.seq,
            at: row.at,
            actor: AuditActorOut { kind: row.actor_kind, id: row.actor_id, name: actor_name, roles },
            sign_in_id: row.sign_in_id,
            action: row.action,
            object_type: row.object_type,
            object_id: row.object_id,
            client_id: row.client_id,
            purpose: row.purpose,
            outcome: row.outcome,
            break_glass_id: row.break_glass_id,
            request_id: row.request_id,
            ip: row.ip,
            detail,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct AuditEventList {
    items: Vec<AuditEventOut>,
    next_cursor: Option<String>,
}

/// Search the audit log of your organization, newest first. For admins; every search is a row of the log itself.
#[utoipa::path(get, path = "/v1/audit-events", operation_id = "list_audit_events", tag = "record", params(AuditQuery),
    responses((status = 200, body = AuditEventList), Problems))]
pub async fn list_audit_events(
    State(state): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<AuditQuery>,
) -> Result<Json<AuditEventList>, Problem> {
    for (field, text) in [("action", &query.action), ("object_type", &query.object_type), ("outcome", &query.outcome)] {
        let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if text.as_ref().is_some_and(|text| text.is_empty() || text.len() > 100 || !text.chars().all(word)) {
            return Err(cairn_shared::Error::invalid(field, "invalid", "a word such as create or sign_in").into());
        }
    }
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "audit-events")?;
    let filter = AuditFilter {
        from: query.from,
        to: query.to,
        actor_id: query.actor_id,
        client_id: query.client_id,
        action: query.action,
        object_type: query.object_type,
        outcome: query.outcome,
    };
    let page = audit::search(&state.database, &caller.scope, &filter, &page).await?.map(AuditEventOut::from);
    Ok(Json(AuditEventList { items: page.items, next_cursor: page.next_cursor }))
}
