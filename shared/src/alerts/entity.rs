pub mod escalation {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "escalations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        /// Nobody when it is about a member of staff.
        pub client_id: Option<Uuid>,
        /// `attention_reason`, `help_request`, `break_glass` or `credential`.
        pub subject_type: String,
        #[sea_orm(unique)]
        pub subject_id: Uuid,
        pub severity: i64,
        /// `running`, `settled` or `exhausted`.
        pub state: String,
        /// Steps taken so far, counted over all rounds.
        pub step: i64,
        /// How often the on-call list was begun.
        pub round: i64,
        pub interval_minutes: i64,
        /// When the next step is due.
        pub next_at: Option<Timestamp>,
        pub started_at: Timestamp,
        pub settled_at: Option<Timestamp>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod alert {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "alerts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        #[sea_orm(unique_key = "once_a_round")]
        pub escalation_id: Uuid,
        #[sea_orm(unique_key = "once_a_round")]
        pub staff_id: Uuid,
        pub step: i64,
        #[sea_orm(unique_key = "once_a_round")]
        pub round: i64,
        pub urgent: bool,
        pub state: String,
        pub useful_until: Timestamp,
        pub created_at: Timestamp,
        pub sent_at: Option<Timestamp>,
        pub shown_at: Option<Timestamp>,
        pub clicked_at: Option<Timestamp>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
