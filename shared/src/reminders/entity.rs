pub mod reminder {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reminders")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        #[sea_orm(unique_key = "slot")]
        pub item_id: Uuid,
        #[sea_orm(unique_key = "slot")]
        pub original_local: String,
        #[sea_orm(unique_key = "slot")]
        pub client_id: Uuid,
        /// A rule such as `m15`, or what asked for it: `now:…`, `snooze:…`, `moved:…`, `cancelled:…`.
        #[sea_orm(unique_key = "slot")]
        pub rule_key: String,
        #[sea_orm(unique_key = "slot")]
        pub version: i64,
        pub kind: String,
        /// The wall-clock start that it announces; with it a reminder is recognized after a change of zone.
        pub starts_at_local: String,
        pub starts_at: Timestamp,
        pub due_at: Timestamp,
        pub useful_until: Timestamp,
        /// Chosen by the client, or sent by hand: quiet hours do not hold it.
        pub ignores_quiet_hours: bool,
        pub state: String,
        pub reason: Option<String>,
        pub sent_at: Option<Timestamp>,
        pub shown_at: Option<Timestamp>,
        pub clicked_at: Option<Timestamp>,
        pub answered_at: Option<Timestamp>,
        pub tzdata: String,
        pub created_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod delivery {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "deliveries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        #[sea_orm(unique_key = "one_each")]
        pub reminder_id: Option<Uuid>,
        pub client_id: Option<Uuid>,
        #[sea_orm(unique_key = "one_each")]
        pub subscription_id: Uuid,
        pub origin: String,
        pub state: String,
        pub attempts: i64,
        pub next_attempt_at: Timestamp,
        /// Who holds it while it is sent; a late answer of somebody else changes nothing.
        pub lease_token: Option<Uuid>,
        pub lease_until: Option<Timestamp>,
        pub push_status: Option<i64>,
        pub created_at: Timestamp,
        /// Instead of a reminder to a client: an alert to a member of staff.
        pub alert_id: Option<Uuid>,
        pub staff_id: Option<Uuid>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod delivery_event {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "delivery_events")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub delivery_id: Uuid,
        pub at: Timestamp,
        pub event: String,
        pub status: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
