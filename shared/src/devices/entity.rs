pub mod activation_code {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "activation_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub client_id: Uuid,
        #[sea_orm(unique)]
        pub code_hmac: Vec<u8>,
        pub created_at: Timestamp,
        pub expires_at: Timestamp,
        pub used_at: Option<Timestamp>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod device {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "devices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub client_id: Option<Uuid>,
        pub staff_id: Option<Uuid>,
        pub name: Sealed,
        pub created_at: Timestamp,
        pub revoked_at: Option<Timestamp>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod push_subscription {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "push_subscriptions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub device_id: Uuid,
        pub client_id: Option<Uuid>,
        pub staff_id: Option<Uuid>,
        /// The key that seals endpoint and keys.
        pub data_key_id: Uuid,
        /// Scheme, host and port of the push service: what delivery is braked by.
        pub origin: String,
        pub endpoint: Sealed,
        #[sea_orm(unique)]
        pub endpoint_hmac: Vec<u8>,
        /// p256dh (65 bytes) then auth (16 bytes), sealed.
        pub keys: Sealed,
        pub created_at: Timestamp,
        pub confirmed_at: Timestamp,
        /// What the browser of a member of staff prefers; clients have a language of their own.
        pub language: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
