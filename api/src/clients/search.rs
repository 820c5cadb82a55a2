use axum::Json;
use axum::extract::State;
use cairn_shared::db::PageRequest;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::list::{ClientList, list};
use crate::extract::{Caller, ValidJson};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchIn {
    /// Part of a name, in any case.
    #[validate(length(min = 1, max = 200, message = "1 to 200 characters"))]
    #[schema(min_length = 1, max_length = 200)]
    text: String,
    #[schema(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

/// The clients that you may see and whose name contains a text, oldest first. A POST, because names have no place in
/// addresses: those are written into logs on the way.
#[utoipa::path(post, path = "/v1/clients/search", operation_id = "search_clients", tag = "clients",
    request_body = SearchIn, responses((status = 200, body = ClientList), Problems))]
pub async fn search_clients(
    State(state): State<AppState>,
    caller: Caller,
    ValidJson(input): ValidJson<SearchIn>,
) -> Result<Json<ClientList>, Problem> {
    let page = PageRequest::read(input.limit, input.cursor.as_deref(), "clients")?;
    list(&state, &caller, &page, Some(&input.text)).await
}
