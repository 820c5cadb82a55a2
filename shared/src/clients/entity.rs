pub mod client {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "clients")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub data_key_id: Uuid,
        pub preferred_name: Sealed,
        pub legal_name: Option<Sealed>,
        pub strengths: Option<Sealed>,
        pub email: Option<Sealed>,
        pub email_hmac: Option<Vec<u8>>,
        pub phone: Option<Sealed>,
        pub phone_hmac: Option<Vec<u8>>,
        pub time_zone: String,
        pub language: String,
        /// Minutes of the local day; both or neither.
        pub quiet_from: Option<i64>,
        pub quiet_to: Option<i64>,
        pub daily_cap: Option<i64>,
        pub notification_detail: String,
        pub detail_chosen_at: Option<Timestamp>,
        pub paused_until: Option<Timestamp>,
        pub version: i64,
        pub created_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod assignment {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "assignments")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub client_id: Uuid,
        pub staff_id: Uuid,
        /// Local dates of the organization, `YYYY-MM-DD`, both inclusive.
        pub starts_on: String,
        pub ends_on: Option<String>,
        pub created_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
