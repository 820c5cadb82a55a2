use sea_orm::entity::prelude::*;

use crate::clock::Timestamp;

/// When somebody works, and when not after all.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staff_availability")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub staff_id: Uuid,
    pub organization_id: Uuid,
    /// An IANA name.
    pub time_zone: String,
    /// Working hours of a week, as JSON.
    pub hours: String,
    /// Stretches of local time, as JSON.
    pub time_off: String,
    pub version: i64,
    pub updated_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
