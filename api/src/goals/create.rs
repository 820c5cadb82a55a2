use axum::response::Response;
use cairn_shared::goals::{self, LifeArea, NewGoal, StepInput};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::{GoalOut, TargetWire};
use crate::clients::date_or_null;
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStepIn {
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    #[serde(default, deserialize_with = "date_or_null")]
    #[schema(value_type = Option<String>, format = Date)]
    due: Option<NaiveDate>,
}

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGoalIn {
    /// In the client's own words.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    #[schema(max_length = 2000)]
    why: Option<String>,
    life_area: LifeArea,
    target: Option<TargetWire>,
    #[serde(default)]
    #[schema(max_items = 50)]
    steps: Vec<NewStepIn>,
}

/// Set a goal. A client's own is active at once; one that staff write is a proposal until the client decides.
#[utoipa::path(post, path = "/v1/clients/{client_id}/goals", operation_id = "create_goal", tag = "goals",
    params(("client_id" = Uuid, Path)), request_body = NewGoalIn,
    responses((status = 201, body = GoalOut), Problems))]
pub async fn create_goal(
    write: Write,
    ValidPath(client_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<NewGoalIn>,
) -> Result<Response, Problem> {
    let steps = input.steps.into_iter();
    let new = NewGoal {
        title: input.title,
        why: input.why,
        life_area: input.life_area,
        target: input.target.map(Into::into),
        steps: steps.map(|step| StepInput { id: None, title: step.title, due: step.due }).collect(),
    };
    let mut tx = write.begin().await?;
    let out = GoalOut::from(goals::create(&mut tx, client_id, new).await?);
    write.created(tx, format!("/v1/goals/{}", out.id), &out).await
}
