pub mod profile {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    /// Lists are canonical JSON inside the seal.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "profiles")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: Uuid,
        pub organization_id: Uuid,
        pub strengths: Option<Sealed>,
        pub support_network: Option<Sealed>,
        pub stage_of_recovery: Option<Sealed>,
        pub rights_version: Option<String>,
        /// `YYYY-MM-DD`
        pub rights_acknowledged_on: Option<String>,
        /// Parents and guardians of a young client; nothing writes them yet.
        pub guardians: Option<Sealed>,
        pub version: i64,
        pub updated_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod plan_document {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    /// One version of a client's own wellness or safety plan; the newest counts.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "plan_documents")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        #[sea_orm(unique_key = "version")]
        pub client_id: Uuid,
        /// `wellness` or `safety`.
        #[sea_orm(unique_key = "version")]
        pub kind: String,
        #[sea_orm(unique_key = "version")]
        pub version: i64,
        /// Canonical JSON inside the seal.
        pub sections: Sealed,
        pub created_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
