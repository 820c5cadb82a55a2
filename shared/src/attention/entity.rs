pub mod attention_rule {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "attention_rules")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        pub enabled: bool,
        /// JSON object of whole numbers; what it lacks is as the rule has it by default.
        pub parameters: String,
        pub version: i64,
        pub updated_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod attention_reason {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "attention_reasons")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub client_id: Uuid,
        pub kind: String,
        /// 1 low, 2 medium, 3 high, 4 urgent.
        pub severity: i64,
        /// When what it says began.
        pub since: Timestamp,
        /// Which sentence explains it, and with what: `parameters` is a JSON object of dates, numbers and codes.
        pub code: String,
        pub parameters: String,
        pub subject_type: Option<String>,
        /// What it is about; empty when it is about the client as a whole.
        pub subject_id: String,
        /// What the data says still holds, or a person has yet to close it. One of a kind and subject stands at a time.
        pub standing: bool,
        pub state: String,
        /// By when somebody should have acknowledged it.
        pub due_at: Option<Timestamp>,
        pub created_at: Timestamp,
        pub acknowledged_at: Option<Timestamp>,
        pub acknowledged_by: Option<Uuid>,
        pub ended_at: Option<Timestamp>,
        /// Nobody when the data ended it.
        pub ended_by: Option<Uuid>,
        pub outcome: Option<String>,
        pub note: Option<Sealed>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod attention_refresh {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "attention_refreshes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: Uuid,
        pub organization_id: Uuid,
        /// When time alone may change a reason.
        pub refresh_at: Option<Timestamp>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
