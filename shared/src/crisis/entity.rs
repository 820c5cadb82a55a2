pub mod crisis_resources {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "crisis_resources")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: i64,
        /// JSON list of resources, as it is shown.
        pub content: String,
        /// Local date, `YYYY-MM-DD`.
        pub review_due_on: String,
        pub created_at: Timestamp,
        pub created_by: Uuid,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
