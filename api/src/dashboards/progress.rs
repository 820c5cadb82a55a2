use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::dashboards::{self, Range, Series};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::extract::{Caller, ValidPath, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProgressQuery {
    #[param(inline)]
    range: Range,
}

#[derive(Serialize, ToSchema)]
pub struct ProgressOut {
    client_id: Uuid,
    range: Range,
    /// First local date of the client's zone.
    #[schema(value_type = String, format = Date)]
    from: NaiveDate,
    /// The client's today; part of the range.
    #[schema(value_type = String, format = Date)]
    to: NaiveDate,
    series: Vec<SeriesOut>,
    goals: Vec<GoalSeriesOut>,
    /// All local days with a check-in, ever.
    days_shown_up: i64,
}

#[derive(Serialize, ToSchema)]
pub struct SeriesOut {
    /// `mood`, or an instrument such as `phq9`
    measure: String,
    /// `0-10` or `score`
    unit: String,
    /// One point for each day of the range; otherwise one for each day with an answer.
    every_day: bool,
    points: Vec<PointOut>,
}

#[derive(Serialize, ToSchema)]
pub struct PointOut {
    #[schema(value_type = String, format = Date)]
    date: NaiveDate,
    /// null: there is none. Never zero for it.
    value: Option<f64>,
}

/// Values that were noted for a goal with a target.
#[derive(Serialize, ToSchema)]
pub struct GoalSeriesOut {
    goal_id: Uuid,
    points: Vec<PointOut>,
}

impl From<Series> for SeriesOut {
    fn from(series: Series) -> Self {
        let points = series.points.into_iter().map(|(date, value)| PointOut { date, value }).collect();
        Self { measure: series.measure, unit: series.unit, every_day: series.every_day, points }
    }
}

/// A client's way over two weeks, three months or a year, with days without an answer as gaps.
#[utoipa::path(get, path = "/v1/clients/{client_id}/progress", operation_id = "get_progress", tag = "dashboards",
    params(("client_id" = Uuid, Path), ProgressQuery), responses((status = 200, body = ProgressOut), Problems))]
pub async fn get_progress(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(client_id): ValidPath<Uuid>,
    ValidQuery(query): ValidQuery<ProgressQuery>,
) -> Result<Json<ProgressOut>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let progress = dashboards::progress(&tx, client_id, query.range).await?;
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::CheckIns, &[client_id]).await?;
    let mut goals: Vec<GoalSeriesOut> = progress
        .goals
        .into_iter()
        .map(|(goal_id, points)| GoalSeriesOut {
            goal_id,
            points: points.into_iter().map(|(date, value)| PointOut { date, value: Some(value) }).collect(),
        })
        .collect();
    goals.sort_by_key(|goal| goal.goal_id);
    Ok(Json(ProgressOut {
        client_id: progress.client_id,
        range: query.range,
        from: progress.from,
        to: progress.to,
        series: progress.series.into_iter().map(Into::into).collect(),
        goals,
        days_shown_up: progress.days_shown_up,
    }))
}
