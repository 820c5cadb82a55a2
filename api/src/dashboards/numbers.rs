use axum::Json;
use axum::extract::State;
use cairn_shared::dashboards::{self, Measure};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::extract::{Caller, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NumbersQuery {
    /// The first day of the first month.
    #[param(value_type = String, format = Date, pattern = r"^20[0-9]{2}-(0[1-9]|1[0-2])-01$", example = "2027-01-01")]
    from: NaiveDate,
    /// The first day of the month after the last.
    #[param(value_type = String, format = Date, pattern = r"^20[0-9]{2}-(0[1-9]|1[0-2])-01$", example = "2027-04-01")]
    to: NaiveDate,
}

#[derive(Serialize, ToSchema)]
pub struct NumbersOut {
    #[schema(value_type = String, format = Date)]
    from: NaiveDate,
    #[schema(value_type = String, format = Date)]
    to: NaiveDate,
    measures: Vec<MeasureOut>,
}

/// All clients, cut into groups of which each belongs to one.
#[derive(Serialize, ToSchema)]
pub struct MeasureOut {
    measure: &'static str,
    total: NumberOut,
    groups: Vec<GroupOut>,
}

#[derive(Serialize, ToSchema)]
pub struct GroupOut {
    group: &'static str,
    #[serde(flatten)]
    number: NumberOut,
}

#[derive(Serialize, ToSchema)]
pub struct NumberOut {
    /// How many clients; null when left out.
    value: Option<u64>,
    /// Left out because it is under 11, or because one that is could be computed from it.
    suppressed: bool,
}

impl From<Option<u64>> for NumberOut {
    fn from(value: Option<u64>) -> Self {
        Self { value, suppressed: value.is_none() }
    }
}

impl From<Measure> for MeasureOut {
    fn from(measure: Measure) -> Self {
        let groups = measure.groups.into_iter().zip(measure.shown.groups);
        Self {
            measure: measure.key,
            total: measure.shown.total.into(),
            groups: groups.map(|(group, value)| GroupOut { group, number: value.into() }).collect(),
        }
    }
}

/// How the organization does, over whole months. Groups of fewer than 11 clients are left out, with as many others as it
/// takes that nobody can compute them.
#[utoipa::path(get, path = "/v1/dashboard/organization", operation_id = "get_organization_numbers", tag = "dashboards",
    params(NumbersQuery), responses((status = 200, body = NumbersOut), Problems))]
pub async fn get_organization_numbers(
    State(state): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<NumbersQuery>,
) -> Result<Json<NumbersOut>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let numbers = dashboards::numbers(&tx, query.from, query.to).await?;
    tx.finish().await?;
    let measures = numbers.measures.into_iter().map(Into::into).collect();
    Ok(Json(NumbersOut { from: numbers.from, to: numbers.to, measures }))
}
