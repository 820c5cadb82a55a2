use sea_orm::entity::prelude::*;

use crate::clock::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organizations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(unique)]
    pub name: String,
    pub time_zone: String,
    pub second_factor: String,
    pub data_key_id: Uuid,
    /// Its people are invented.
    pub demo: bool,
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
