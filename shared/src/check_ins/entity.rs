pub mod check_in_form {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "check_in_forms")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(unique_key = "key")]
        pub organization_id: Uuid,
        /// Names a form that came with the program or with a content pack.
        #[sea_orm(unique_key = "key")]
        pub key: Option<String>,
        pub name: String,
        pub published_version_id: Option<Uuid>,
        /// Every item id that was ever published, joined by commas: none gets another meaning.
        pub used_item_ids: String,
        pub created_by: Option<Uuid>,
        pub created_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod check_in_form_version {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    /// What is asked. Once published it does not change any more; triggers see to that too.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "check_in_form_versions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        #[sea_orm(unique_key = "number")]
        pub form_id: Uuid,
        #[sea_orm(unique_key = "number")]
        pub number: i64,
        /// `draft`, `published` or `retired`.
        pub state: String,
        /// Canonical JSON (RFC 8785), as it is hashed and shown.
        pub schema: String,
        pub ui_schema: String,
        pub instrument: Option<String>,
        pub scorer_version: Option<i64>,
        /// `en`, `es` or `en,es`.
        pub languages: String,
        pub content_hash: Vec<u8>,
        /// Against the version published before: `safe` or `breaking`, and why, as a JSON array.
        pub change: Option<String>,
        pub change_reasons: Option<String>,
        pub created_by: Option<Uuid>,
        pub created_at: Timestamp,
        pub published_at: Option<Timestamp>,
        pub retired_at: Option<Timestamp>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod check_in_schedule {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    /// A client is asked a form again and again. When, and whether it reminds, is said by its agenda item.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "check_in_schedules")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub client_id: Uuid,
        pub form_id: Uuid,
        #[sea_orm(unique)]
        pub item_id: Uuid,
        pub created_by_kind: String,
        pub created_by: Option<Uuid>,
        pub created_at: Timestamp,
        pub ended_at: Option<Timestamp>,
        pub version: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod check_in {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    /// One set of answers. Never rewritten.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "check_ins")]
    pub struct Model {
        /// Made by the phone, so that a check-in that is sent twice is stored once.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub client_id: Uuid,
        pub form_id: Uuid,
        pub form_version_id: Uuid,
        #[sea_orm(unique_key = "day")]
        pub schedule_id: Option<Uuid>,
        /// The occurrence that it answers: both or neither.
        pub item_id: Option<Uuid>,
        pub original_local: Option<String>,
        /// The day that it is about, `YYYY-MM-DD`.
        #[sea_orm(unique_key = "day")]
        pub local_date: String,
        /// Canonical JSON, sealed.
        pub answers: Sealed,
        pub answered_at: Timestamp,
        pub received_at: Timestamp,
        pub language: String,
        /// `client` or `staff`.
        pub recorded_by_kind: String,
        pub recorded_by: Option<Uuid>,
        pub instrument: Option<String>,
        pub scorer_version: Option<i64>,
        /// `scored`, `prorated` or `not_scored`.
        pub score_status: Option<String>,
        pub score: Option<i64>,
        pub band: Option<String>,
        /// Scored items without an answer.
        pub missing: Option<i64>,
        /// The item `mood`, 0 to 10. Without an answer it is absent, never 0.
        pub mood: Option<i64>,
        /// The item `safe`: `safe`, `not_safe`, or absent when it was not answered.
        pub safe_state: Option<String>,
        /// PHQ-9's ninth item, 0 to 3.
        pub item9: Option<i64>,
        /// `high` or `urgent` when the answers call for somebody at once.
        pub safety_severity: Option<String>,
        /// Which crisis resources were shown with it.
        pub resources_version: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
