use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::person::{self, DocumentKind, Section};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::PlanDocumentOut;
use crate::extract::{IfMatch, ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SectionIn {
    /// Wellness: `toolbox`, `daily`, `triggers`, `early_signs`, `breaking_down`, `crisis`, `after_crisis`. Safety:
    /// `warning_signs`, `coping`, `people_and_places`, `people_to_ask`, `professionals`, `safer_surroundings`, `reasons`.
    key: String,
    #[schema(max_length = 4000)]
    text: String,
    /// Private when left out.
    #[serde(default)]
    shared: bool,
}

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanDocumentIn {
    #[schema(max_items = 7)]
    sections: Vec<SectionIn>,
}

/// Write your own plan anew, as its next version. Only the person does that. Sections left out become empty and private;
/// staff read those that are shared, and lose sight of one, its older versions too, when it is taken back.
#[utoipa::path(put, path = "/v1/clients/{client_id}/plans/{kind}", operation_id = "put_plan_document", tag = "person",
    params(("client_id" = Uuid, Path), ("kind" = DocumentKind, Path)), request_body = PlanDocumentIn,
    responses((status = 200, body = PlanDocumentOut), Problems))]
pub async fn put_plan_document(
    write: Write,
    ValidPath((client_id, kind)): ValidPath<(Uuid, DocumentKind)>,
    IfMatch(version): IfMatch,
    ValidJson(input): ValidJson<PlanDocumentIn>,
) -> Result<Response, Problem> {
    let sections = input.sections.into_iter();
    let sections =
        sections.map(|section| Section { key: section.key, text: section.text, shared: section.shared }).collect();
    let mut tx = write.begin().await?;
    let document = person::put_document(&mut tx, client_id, kind, version, sections).await?;
    write.done(tx, StatusCode::OK, &PlanDocumentOut::from(document)).await
}
