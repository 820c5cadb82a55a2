use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::billing;
use cairn_shared::db::PageRequest;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::wire::ReadinessLineOut;
use crate::clients::date;
use crate::extract::{Caller, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReadinessQuery {
    /// First date of service.
    #[serde(deserialize_with = "date")]
    #[param(value_type = String, format = Date)]
    from: NaiveDate,
    /// The date of service after the last; at most 62 days later.
    #[serde(deserialize_with = "date")]
    #[param(value_type = String, format = Date)]
    to: NaiveDate,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct ReadinessList {
    items: Vec<ReadinessLineOut>,
    next_cursor: Option<String>,
}

/// The billable sessions that took place, with their units, how these were reckoned, and every rule that a line fails,
/// with what to do about it. For specialists, supervisors and billers.
#[utoipa::path(get, path = "/v1/billing/readiness", operation_id = "list_billing_readiness", tag = "billing",
    params(ReadinessQuery), responses((status = 200, body = ReadinessList), Problems))]
pub async fn list_billing_readiness(
    State(state): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<ReadinessQuery>,
) -> Result<Json<ReadinessList>, Problem> {
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "readiness")?;
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = billing::readiness(&tx, (query.from, query.to), &page).await?;
    tx.finish().await?;
    let clients: BTreeSet<Uuid> = page.items.iter().map(|line| line.client_id).collect();
    let clients: Vec<Uuid> = clients.into_iter().collect();
    note_read(&state.database, &caller.scope, DataClass::Billing, &clients).await?;
    let page = page.map(ReadinessLineOut::from);
    Ok(Json(ReadinessList { items: page.items, next_cursor: page.next_cursor }))
}
