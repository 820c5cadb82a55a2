pub mod payer_profile {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    /// What an organization loaded for a payer. Rows are never changed: the newest version of a start counts.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "payer_profiles")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(unique_key = "version")]
        pub organization_id: Uuid,
        #[sea_orm(unique_key = "version")]
        pub state: String,
        #[sea_orm(unique_key = "version")]
        pub payer: String,
        #[sea_orm(unique_key = "version")]
        pub program: String,
        /// Dates of service, `YYYY-MM-DD`, both inclusive.
        #[sea_orm(unique_key = "version")]
        pub effective_from: String,
        pub effective_to: Option<String>,
        #[sea_orm(unique_key = "version")]
        pub version_number: i64,
        /// Canonical JSON (RFC 8785).
        pub rules: String,
        /// SHA-256 of it, in hexadecimal digits.
        pub rules_hash: String,
        pub created_at: Timestamp,
        pub created_by: Option<Uuid>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod client_coverage {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "client_coverages")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub client_id: Uuid,
        pub state: String,
        pub payer: String,
        pub program: String,
        /// Dates of service, `YYYY-MM-DD`, both inclusive.
        pub starts_on: String,
        pub ends_on: Option<String>,
        pub created_at: Timestamp,
        pub created_by: Option<Uuid>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
