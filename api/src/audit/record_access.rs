use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{self, DataClass, RecordAccess, note_read};
use cairn_shared::clock::Timestamp;
use cairn_shared::db::PageRequest;
use cairn_shared::scope::Role;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::extract::{Caller, ValidPath, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecordAccessQuery {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

/// Somebody looked at the record, or changed it.
#[derive(Serialize, ToSchema)]
pub struct RecordAccessOut {
    at: Timestamp,
    by: RecordReaderOut,
    /// What was done: `read`, `create`, `update` and the like.
    action: String,
    /// With what part of the record.
    data_class: String,
    /// Why: `treatment`, `operations` or `patient_request`.
    purpose: String,
    /// It was emergency access: by somebody who does not work with the client, for a reason that others review.
    break_glass: bool,
}

#[derive(Serialize, ToSchema)]
pub struct RecordReaderOut {
    name: String,
    /// The roles that the person had then.
    roles: Vec<Role>,
}

impl From<RecordAccess> for RecordAccessOut {
    fn from(access: RecordAccess) -> Self {
        Self {
            at: access.at,
            by: RecordReaderOut { name: access.by_name, roles: access.by_roles },
            action: access.action,
            data_class: access.data_class,
            purpose: access.purpose,
            break_glass: access.break_glass,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct RecordAccessList {
    items: Vec<RecordAccessOut>,
    next_cursor: Option<String>,
}

/// Who of the staff looked at your record or changed it, when and why, newest first. For clients.
#[utoipa::path(get, path = "/v1/me/record-access", operation_id = "list_my_record_access", tag = "record",
    params(RecordAccessQuery), responses((status = 200, body = RecordAccessList), Problems))]
pub async fn list_my_record_access(
    State(state): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<RecordAccessQuery>,
) -> Result<Json<RecordAccessList>, Problem> {
    let client_id = caller.scope.client_id().ok_or(cairn_shared::Error::Forbidden("clients_only"))?;
    list(&state, &caller, client_id, query).await
}

/// Who of the staff looked at a client's record or changed it. For the client, admins and supervisors.
#[utoipa::path(get, path = "/v1/clients/{client_id}/record-access", operation_id = "list_record_access", tag = "record",
    params(("client_id" = Uuid, Path), RecordAccessQuery),
    responses((status = 200, body = RecordAccessList), Problems))]
pub async fn list_record_access(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(client_id): ValidPath<Uuid>,
    ValidQuery(query): ValidQuery<RecordAccessQuery>,
) -> Result<Json<RecordAccessList>, Problem> {
    list(&state, &caller, client_id, query).await
}

async fn list(
    state: &AppState,
    caller: &Caller,
    client_id: Uuid,
    query: RecordAccessQuery,
) -> Result<Json<RecordAccessList>, Problem> {
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "record-access")?;
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = audit::record_access(&tx, client_id, &page).await?.map(RecordAccessOut::from);
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::RecordAccess, &[client_id]).await?;
    Ok(Json(RecordAccessList { items: page.items, next_cursor: page.next_cursor }))
}
