pub mod credential {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "credentials")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(unique_key = "number")]
        pub organization_id: Uuid,
        pub user_id: Uuid,
        /// The state that gave it, two capitals.
        #[sea_orm(unique_key = "number")]
        pub state: String,
        #[sea_orm(unique_key = "number")]
        pub credential_type: String,
        /// Sealed with the organization's data key.
        pub number: Sealed,
        #[sea_orm(unique_key = "number")]
        pub number_hmac: Vec<u8>,
        pub issuer: String,
        /// Local dates of the organization, `YYYY-MM-DD`; the last day is inclusive.
        pub issued_on: String,
        pub expires_on: Option<String>,
        /// What was said last; the changes tell what held on a date.
        pub status: String,
        pub version: i64,
        pub created_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod credential_change {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    /// What a credential was from a day on. Rows are added, never changed.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "credential_changes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub credential_id: Uuid,
        pub status: String,
        pub effective_on: String,
        pub expires_on: Option<String>,
        pub created_at: Timestamp,
        pub created_by: Option<Uuid>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod credential_notice {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    /// That the coming end of a credential was told, at one of its stages.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "credential_notices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        #[sea_orm(unique_key = "once")]
        pub credential_id: Uuid,
        #[sea_orm(unique_key = "once")]
        pub expires_on: String,
        #[sea_orm(unique_key = "once")]
        pub days_before: i64,
        pub created_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
