use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, Set};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::entity::participation;
use super::local::{OccurrenceId, format_local};
use super::occurrence::{OccurrenceView, find, get_occurrence};
use crate::attention::{self, Touched};
use crate::audit::AuditEvent;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::policy::Act;

/// Whether a client came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Attendance {
    Attended,
    NoShow,
    /// Let us know beforehand.
    Excused,
}

impl Attendance {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Attended => "attended",
            Self::NoShow => "no_show",
            Self::Excused => "excused",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Attended, Self::NoShow, Self::Excused].into_iter().find(|attendance| attendance.as_str() == text)
    }
}

/// Records whether a client came. Staff only.
pub async fn record_attendance(
    tx: &mut ScopedTx,
    id: OccurrenceId,
    client_id: Option<Uuid>,
    attendance: Attendance,
) -> Result<OccurrenceView> {
    let found = find(tx, id, client_id, Act::WriteAgenda).await?;
    if tx.scope().client_id().is_some() {
        return Err(Error::Forbidden("staff_only"));
    }
    if found.happening.starts_at() > tx.now() && attendance != Attendance::Excused {
        return Err(Error::invalid("attendance", "not_started", "this has not started yet"));
    }
    let row = participation::ActiveModel {
        item_id: Set(id.item_id),
        original_local: Set(format_local(id.original_local)),
        client_id: Set(found.client_id),
        organization_id: Set(tx.organization_id()),
        response: Set(None),
        note: Set(None),
        answered_at: Set(None),
        responded_at: Set(None),
        snoozed_until: Set(None),
        attendance: Set(Some(attendance.as_str().to_owned())),
        attendance_at: Set(Some(tx.now())),
    };
    participation::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([
                participation::Column::ItemId,
                participation::Column::OriginalLocal,
                participation::Column::ClientId,
            ])
            .update_columns([participation::Column::Attendance, participation::Column::AttendanceAt])
            .to_owned(),
        )
        .exec_without_returning(tx.conn())
        .await?;
    tx.record(
        AuditEvent::new("record_attendance", "occurrence", id)
            .client(found.client_id)
            .detail(json!({ "attendance": attendance })),
    );
    attention::refresh(tx, found.client_id, Touched::Attendance).await?;
    get_occurrence(tx, id, Some(found.client_id)).await
}
