pub mod help_settings {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "help_settings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        pub escalation_minutes: i64,
        /// JSON list of week days with hours, on the organization's clocks; nothing: never watched round the clock.
        pub staffed_hours: Option<String>,
        pub on_call_version: i64,
        pub version: i64,
        pub updated_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod help_request {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "help_requests")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub client_id: Uuid,
        pub state: String,
        pub message: Option<Sealed>,
        /// The happening that the client asked for help with.
        pub occurrence_id: Option<String>,
        /// Whether somebody was there when it was asked.
        pub staffed: bool,
        pub due_at: Timestamp,
        pub created_at: Timestamp,
        pub claimed_at: Option<Timestamp>,
        pub claimed_by: Option<Uuid>,
        pub closed_at: Option<Timestamp>,
        pub closed_by: Option<Uuid>,
        pub outcome: Option<String>,
        pub note: Option<Sealed>,
        pub version: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
