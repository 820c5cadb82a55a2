use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::check_ins;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::wire::{CheckInOut, FormContentOut};
use crate::extract::{Caller, ValidPath, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RenderQuery {
    /// With `true` the answer holds the form as it was answered, byte for byte the same for ever.
    #[serde(default)]
    render: bool,
}

/// A check-in, and on wish what was asked.
#[derive(Serialize, ToSchema)]
pub struct RenderedCheckInOut {
    #[serde(flatten)]
    check_in: CheckInOut,
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<FormContentOut>,
}

/// One check-in.
#[utoipa::path(get, path = "/v1/check-ins/{check_in_id}", operation_id = "get_check_in", tag = "check-ins",
    params(("check_in_id" = Uuid, Path), RenderQuery), responses((status = 200, body = RenderedCheckInOut), Problems))]
pub async fn get_check_in(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(id): ValidPath<Uuid>,
    ValidQuery(query): ValidQuery<RenderQuery>,
) -> Result<Json<RenderedCheckInOut>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let (view, version) = if query.render {
        let (view, version) = check_ins::render(&tx, id).await?;
        (view, Some(version))
    } else {
        (check_ins::get_check_in(&tx, id).await?, None)
    };
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::CheckIns, &[view.client_id]).await?;
    let check_in = CheckInOut::new(&view, &caller.scope)?;
    let form = version.as_ref().map(FormContentOut::new).transpose()?;
    Ok(Json(RenderedCheckInOut { check_in, form }))
}
