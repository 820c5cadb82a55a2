pub mod audit_event {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_events")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        pub at: Timestamp,
        pub actor_kind: String,
        pub actor_id: Option<Uuid>,
        pub sign_in_id: Option<Uuid>,
        pub action: String,
        pub object_type: String,
        pub object_id: String,
        pub client_id: Option<Uuid>,
        pub purpose: String,
        pub outcome: String,
        pub request_id: Option<String>,
        pub ip: Option<String>,
        /// Canonical JSON (RFC 8785); names of members and codes, never contents.
        pub detail: String,
        pub hash: Vec<u8>,
        /// The roles that staff had then, by comma; null in rows from before roles were kept, and for others.
        pub actor_roles: Option<String>,
        /// The emergency access under which it happened.
        pub break_glass_id: Option<Uuid>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod audit_head {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_heads")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        pub seq: i64,
        pub hash: Vec<u8>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod audit_read {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_reads")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub sign_in_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub data_class: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub time_window: i64,
        pub organization_id: Uuid,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
