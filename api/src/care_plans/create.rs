use axum::response::Response;
use cairn_shared::care_plans::{self, NewPlan};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::{CarePlanOut, ServiceOrderWire, ServiceWire};
use crate::clients::{date, date_or_null};
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCarePlanIn {
    #[serde(deserialize_with = "date")]
    #[schema(value_type = String, format = Date)]
    effective_on: NaiveDate,
    /// The last day; a year when left out, three at most.
    #[serde(default, deserialize_with = "date_or_null")]
    #[schema(value_type = Option<String>, format = Date)]
    expires_on: Option<NaiveDate>,
    /// When left out, 90 days before the end, and not later than 275 days after the start.
    #[serde(default, deserialize_with = "date_or_null")]
    #[schema(value_type = Option<String>, format = Date)]
    review_due_on: Option<NaiveDate>,
    /// Goals of the client, in the order of the plan.
    #[serde(default)]
    #[schema(max_items = 30)]
    goal_ids: Vec<Uuid>,
    #[serde(default)]
    #[schema(max_items = 20)]
    services: Vec<ServiceWire>,
    service_order: Option<ServiceOrderWire>,
}

/// Begin a plan of care, as a draft. For specialists; a client has one unfinished plan at a time (409 `plan_open`).
#[utoipa::path(post, path = "/v1/clients/{client_id}/care-plans", operation_id = "create_care_plan", tag = "care_plans",
    params(("client_id" = Uuid, Path)), request_body = NewCarePlanIn,
    responses((status = 201, body = CarePlanOut), Problems))]
pub async fn create_care_plan(
    write: Write,
    ValidPath(client_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<NewCarePlanIn>,
) -> Result<Response, Problem> {
    let new = NewPlan {
        effective_on: input.effective_on,
        expires_on: input.expires_on,
        review_due_on: input.review_due_on,
        goal_ids: input.goal_ids,
        services: input.services.into_iter().map(Into::into).collect(),
        service_order: input.service_order.map(Into::into),
    };
    let mut tx = write.begin().await?;
    let out = CarePlanOut::from(care_plans::create(&mut tx, client_id, new).await?);
    write.created(tx, format!("/v1/care-plans/{}", out.id), &out).await
}
