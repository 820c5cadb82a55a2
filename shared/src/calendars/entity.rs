pub mod calendar_import {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    /// A file that is, or was, worked on in the background.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "calendar_imports")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub client_id: Option<Uuid>,
        pub created_by_kind: String,
        pub created_by: Option<Uuid>,
        pub data_key_id: Uuid,
        pub reminder_minutes: Option<i64>,
        /// `waiting`, `done` or `failed`.
        pub state: String,
        pub file: Option<Sealed>,
        /// Events in the file, and how many of them have been looked at.
        pub total: i64,
        pub done: i64,
        pub imported: i64,
        pub updated: i64,
        pub unchanged: i64,
        pub cancelled: i64,
        /// What was left out and why, as JSON.
        pub skipped: Option<Sealed>,
        pub error: Option<String>,
        pub created_at: Timestamp,
        pub finished_at: Option<Timestamp>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod imported_series {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    /// Which item an event of another program became.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "imported_series")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        /// The client whose calendar it is, or the organization itself.
        #[sea_orm(primary_key, auto_increment = false)]
        pub owner_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub uid_hmac: Vec<u8>,
        pub item_id: Uuid,
        pub sequence: i64,
        /// DTSTAMP or LAST-MODIFIED.
        pub stamp: Option<Timestamp>,
        /// Tells whether anything is different.
        pub fingerprint: Vec<u8>,
        /// By the calendar it came from.
        pub cancelled: bool,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod calendar_feed {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    /// A secret address from which somebody's agenda can be read.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "calendar_feeds")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        /// `client` or `staff`.
        pub owner_kind: String,
        pub owner_id: Uuid,
        /// The phone that asked for it.
        pub device_id: Option<Uuid>,
        #[sea_orm(unique)]
        pub token_hash: Vec<u8>,
        /// `none`, `kind`, `initials` or `title`.
        pub detail: String,
        pub created_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod calendar_settings {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    /// What an organization allows its calendars to say.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "calendar_settings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        /// Staff may have clients' initials in their feeds.
        pub initials: bool,
        pub version: i64,
        pub updated_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
