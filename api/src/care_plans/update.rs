use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::care_plans::{self, PlanPatch};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::{CarePlanOut, ServiceOrderWire, ServiceWire};
use crate::clients::{date_or_null, present_date};
use crate::extract::{IfMatch, ValidJson, ValidPath, Write, present};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CarePlanPatchIn {
    #[serde(default, deserialize_with = "date_or_null")]
    #[schema(value_type = Option<String>, format = Date)]
    effective_on: Option<NaiveDate>,
    /// `null` for a year.
    #[serde(default, deserialize_with = "present_date")]
    #[schema(value_type = Option<String>, format = Date)]
    expires_on: Option<Option<NaiveDate>>,
    /// `null` for the usual day; one that nobody chose moves with the other dates.
    #[serde(default, deserialize_with = "present_date")]
    #[schema(value_type = Option<String>, format = Date)]
    review_due_on: Option<Option<NaiveDate>>,
    #[schema(max_items = 30)]
    goal_ids: Option<Vec<Uuid>>,
    #[schema(max_items = 20)]
    services: Option<Vec<ServiceWire>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<ServiceOrderWire>)]
    service_order: Option<Option<ServiceOrderWire>>,
}

/// Change a draft. Once submitted, a plan is only followed by a revision (409 `not_a_draft`).
#[utoipa::path(patch, path = "/v1/care-plans/{plan_id}", operation_id = "update_care_plan", tag = "care_plans",
    params(("plan_id" = Uuid, Path)), request_body = CarePlanPatchIn,
    responses((status = 200, body = CarePlanOut), Problems))]
pub async fn update_care_plan(
    write: Write,
    ValidPath(plan_id): ValidPath<Uuid>,
    IfMatch(version): IfMatch,
    ValidJson(input): ValidJson<CarePlanPatchIn>,
) -> Result<Response, Problem> {
    let patch = PlanPatch {
        effective_on: input.effective_on,
        expires_on: input.expires_on,
        review_due_on: input.review_due_on,
        goal_ids: input.goal_ids,
        services: input.services.map(|services| services.into_iter().map(Into::into).collect()),
        service_order: input.service_order.map(|order| order.map(Into::into)),
    };
    let mut tx = write.begin().await?;
    let plan = care_plans::update(&mut tx, plan_id, version, patch).await?;
    write.done(tx, StatusCode::OK, &CarePlanOut::from(plan)).await
}
