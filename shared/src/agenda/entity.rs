pub mod agenda_item {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agenda_items")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        /// The client's key when the item is one client's; the organization's when several share it.
        pub data_key_id: Uuid,
        pub kind: String,
        /// `client` or `staff`.
        pub created_by_kind: String,
        pub created_by: Option<Uuid>,
        pub cancelled_at: Option<Timestamp>,
        pub version: i64,
        /// Reminders due before this moment are planned.
        pub planned_until: Timestamp,
        pub created_at: Timestamp,
        /// Empty for what has not changed since.
        pub changed_at: Option<Timestamp>,
        /// The goal, and the step of it, that this is a part of.
        pub goal_id: Option<Uuid>,
        pub step_id: Option<Uuid>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod agenda_schedule {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    /// One stretch of an item's life: what it says and when it recurs.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agenda_schedules")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub item_id: Uuid,
        pub title: Sealed,
        pub location: Option<Sealed>,
        pub notes: Option<Sealed>,
        /// `YYYY-MM-DDTHH:MM`
        pub starts_at_local: String,
        /// An IANA name, or `client` for the zone of each client.
        pub time_zone: String,
        pub duration_minutes: Option<i64>,
        pub recurrence: Option<String>,
        /// Keys of reminder rules, joined by commas.
        pub reminders: String,
        /// Original local starts from this one on (inclusive) and up to that one (exclusive).
        pub from_local: Option<String>,
        pub until_local: Option<String>,
        /// Nothing of it happens outside these instants.
        pub first_at: Timestamp,
        pub last_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod agenda_item_client {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agenda_item_clients")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub item_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: Uuid,
        pub organization_id: Uuid,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod agenda_item_staff {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agenda_item_staff")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub item_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub staff_id: Uuid,
        pub organization_id: Uuid,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod occurrence {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    /// Exists only for an occurrence that was moved, cancelled or changed by itself.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "occurrences")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub item_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub original_local: String,
        pub organization_id: Uuid,
        pub cancelled_at: Option<Timestamp>,
        pub moved_to_local: Option<String>,
        pub duration_minutes: Option<i64>,
        pub title: Option<Sealed>,
        pub location: Option<Sealed>,
        pub notes: Option<Sealed>,
        pub version: i64,
        pub updated_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod participation {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    /// One client's part in one occurrence: their answer, and whether they came.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "participations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub item_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub original_local: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: Uuid,
        pub organization_id: Uuid,
        pub response: Option<String>,
        pub note: Option<Sealed>,
        /// When the answer was given; empty when that was `responded_at`, its arrival.
        pub answered_at: Option<Timestamp>,
        pub responded_at: Option<Timestamp>,
        pub snoozed_until: Option<Timestamp>,
        pub attendance: Option<String>,
        pub attendance_at: Option<Timestamp>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
