pub mod session {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub specialist_id: Uuid,
        /// The client's key for an individual session; the organization's when several share it.
        pub data_key_id: Uuid,
        /// `individual` or `group`.
        pub kind: String,
        pub state: String,
        pub modality: String,
        /// Two digits of the list of places that payers know.
        pub place_of_service: String,
        pub setting: Option<Sealed>,
        pub occurrence_id: Option<String>,
        pub starts_at: Timestamp,
        pub ends_at: Option<Timestamp>,
        /// Of the place of service.
        pub time_zone: String,
        /// The local date of the start there, `YYYY-MM-DD`.
        pub service_date: String,
        pub excluded_minutes: i64,
        pub excluded_reason: Option<String>,
        pub billable: bool,
        pub non_billable_reason: Option<String>,
        pub service_code: Option<String>,
        /// A JSON list, in the order of the claim.
        pub modifiers: String,
        /// Why it was cancelled or entered in error.
        pub state_reason: Option<Sealed>,
        /// How many signed notes rest on these facts; while there is one, they do not change.
        pub signed_notes: i64,
        pub version: i64,
        pub created_at: Timestamp,
        pub created_by: Option<Uuid>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod session_attendee {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "session_attendees")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        #[sea_orm(unique_key = "one_each")]
        pub session_id: Uuid,
        #[sea_orm(unique_key = "one_each")]
        pub client_id: Uuid,
        pub attendance: String,
        /// Empty: with the start, until the end.
        pub arrived_at: Option<Timestamp>,
        pub left_at: Option<Timestamp>,
        /// A JSON list of codes.
        pub others_present: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
