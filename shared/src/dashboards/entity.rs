pub mod client_summary {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    /// What lists over clients show of one client: one row for each client, kept by the commits that change it.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "client_summaries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: Uuid,
        pub organization_id: Uuid,
        /// Start of the last appointment or meeting that the client came to.
        pub last_contact_at: Option<Timestamp>,
        pub last_check_in_at: Option<Timestamp>,
        /// The last fourteen local days with a mood, `YYYY-MM-DD=tenths`, by date, joined by commas.
        pub moods: String,
        pub goals_in_progress: i64,
        /// Coming appointments and meetings that the client was reminded of and has not answered.
        pub unconfirmed_reminders: i64,
        pub next_item_id: Option<Uuid>,
        pub next_original_local: Option<String>,
        pub next_starts_at: Option<Timestamp>,
        /// Of the open reasons: 0 none, 1 low, 2 medium, 3 high, 4 urgent.
        pub top_severity: i64,
        pub attention_since: Option<Timestamp>,
        pub open_help_request_id: Option<Uuid>,
        /// When the mere passing of time makes this row old.
        pub refresh_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod saved_view {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "saved_views")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub staff_id: Uuid,
        pub name: Sealed,
        /// Parameters of the list, as JSON: codes and ids.
        pub filter: String,
        pub created_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
