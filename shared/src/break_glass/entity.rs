use sea_orm::entity::prelude::*;

use crate::clock::Timestamp;
use crate::secrets::Sealed;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "break_glass")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub client_id: Uuid,
    pub staff_id: Uuid,
    /// It lasts no longer than the sign-in that it was taken with.
    pub sign_in_id: Uuid,
    pub purpose: String,
    /// Sealed with the client's data key, like the note of the review.
    pub reason: Sealed,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub reviewed_at: Option<Timestamp>,
    pub reviewed_by: Option<Uuid>,
    pub outcome: Option<String>,
    pub note: Option<Sealed>,
}

impl ActiveModelBehavior for ActiveModel {}
