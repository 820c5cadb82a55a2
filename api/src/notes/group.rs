use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::notes::{self, GroupNote};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::patch::{GroupNotePartIn, GroupNoteSharedIn};
use super::wire::{NoteList, NoteOut};
use crate::extract::{ValidJson, ValidPath, Write, object};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupNoteIn {
    template_version_id: Option<Uuid>,
    #[serde(default, deserialize_with = "object")]
    shared: GroupNoteSharedIn,
    /// By client. Who is not in it was not there.
    #[schema(value_type = std::collections::HashMap<String, GroupNotePartIn>)]
    parts: BTreeMap<Uuid, GroupNotePartIn>,
}

/// Write the drafts of a group in one pass: one shared part, a part for each person, and whoever has none is marked as not
/// having come. Begins the notes that are not there yet, changes the others; all of it or nothing.
#[utoipa::path(post, path = "/v1/sessions/{session_id}/group-note", operation_id = "write_group_notes", tag = "notes",
    params(("session_id" = Uuid, Path)), request_body = GroupNoteIn, responses((status = 200, body = NoteList), Problems))]
pub async fn write_group_notes(
    write: Write,
    ValidPath(session_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<GroupNoteIn>,
) -> Result<Response, Problem> {
    let group = GroupNote {
        template_version_id: input.template_version_id,
        shared: input.shared.into(),
        parts: input.parts.into_iter().map(|(id, part)| (id, part.into())).collect(),
    };
    let mut tx = write.begin().await?;
    let notes = notes::write_group(&mut tx, session_id, group).await?;
    let list = NoteList { items: notes.into_iter().map(NoteOut::staff).collect(), next_cursor: None };
    write.done(tx, StatusCode::OK, &list).await
}
