use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::person::{self, ProfilePatch, SupportPersonInput};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::{ProfileOut, RightsWire};
use crate::extract::{IfMatch, ValidJson, ValidPath, Write, present};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupportPersonIn {
    /// Of somebody who is there already.
    id: Option<Uuid>,
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    #[serde(default)]
    #[schema(max_length = 100, example = "sister")]
    relation: String,
    #[schema(min_length = 1, max_length = 50)]
    phone: Option<String>,
    #[serde(default)]
    ok_to_contact: bool,
}

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfilePatchIn {
    /// The whole list.
    #[schema(max_items = 30)]
    strengths: Option<Vec<String>>,
    /// The whole list.
    #[schema(max_items = 30)]
    support_network: Option<Vec<SupportPersonIn>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 1000)]
    stage_of_recovery: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<RightsWire>)]
    rights_acknowledged: Option<Option<RightsWire>>,
}

/// Change what is known of a person. For the client, and for specialists who write down what they were told. Members
/// left out stay; lists are given whole.
#[utoipa::path(patch, path = "/v1/clients/{client_id}/profile", operation_id = "update_profile", tag = "person",
    params(("client_id" = Uuid, Path)), request_body = ProfilePatchIn,
    responses((status = 200, body = ProfileOut), Problems))]
pub async fn update_profile(
    write: Write,
    ValidPath(client_id): ValidPath<Uuid>,
    IfMatch(version): IfMatch,
    ValidJson(input): ValidJson<ProfilePatchIn>,
) -> Result<Response, Problem> {
    let person = |person: SupportPersonIn| SupportPersonInput {
        id: person.id,
        name: person.name,
        relation: person.relation,
        phone: person.phone,
        ok_to_contact: person.ok_to_contact,
    };
    let patch = ProfilePatch {
        strengths: input.strengths,
        support_network: input.support_network.map(|people| people.into_iter().map(person).collect()),
        stage_of_recovery: input.stage_of_recovery,
        rights_acknowledged: input.rights_acknowledged.map(|rights| rights.map(Into::into)),
    };
    let mut tx = write.begin().await?;
    let profile = person::update_profile(&mut tx, client_id, version, patch).await?;
    write.done(tx, StatusCode::OK, &ProfileOut::from(profile)).await
}
