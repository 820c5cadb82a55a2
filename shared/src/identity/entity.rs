pub mod staff {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "staff")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        #[sea_orm(unique)]
        pub email_hmac: Vec<u8>,
        pub email: Sealed,
        pub name: Sealed,
        pub password_hash: String,
        pub disabled_at: Option<Timestamp>,
        pub created_at: Timestamp,
        /// When a second factor was enrolled; it is asked for from then on.
        pub second_factor_at: Option<Timestamp>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod staff_role {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "staff_roles")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub staff_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub role: String,
        pub organization_id: Uuid,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod supervision {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "supervisions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub supervisor_id: Uuid,
        pub staff_id: Uuid,
        /// Local dates of the organization, `YYYY-MM-DD`, both inclusive.
        pub starts_on: String,
        pub ends_on: Option<String>,
        pub created_at: Timestamp,
        pub supervisor_type: Option<String>,
        pub is_primary: bool,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod sign_in {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_ins")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub staff_id: Option<Uuid>,
        pub client_id: Option<Uuid>,
        pub device_id: Option<Uuid>,
        #[sea_orm(unique)]
        pub token_hash: Vec<u8>,
        /// `token` (Bearer) or `cookie`.
        pub carrier: String,
        pub created_at: Timestamp,
        pub last_used_at: Timestamp,
        /// Milliseconds without use after which it ends.
        pub idle_limit: i64,
        pub expires_at: Option<Timestamp>,
        pub ended_at: Option<Timestamp>,
        /// When the person last proved who they are: at sign-in, and at every step-up.
        pub proved_at: Option<Timestamp>,
        /// The end of the latest emergency access that was taken with this sign-in.
        pub break_glass_until: Option<Timestamp>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod throttle {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "throttles")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Vec<u8>,
        pub failures: i64,
        pub last_failure_at: Timestamp,
        pub blocked_until: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod second_factor {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "second_factors")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        #[sea_orm(unique_key = "staff_state")]
        pub staff_id: Uuid,
        /// `pending` until its first code was given, then `active`.
        #[sea_orm(unique_key = "staff_state")]
        pub state: String,
        /// Twenty bytes, sealed with the organization's data key.
        pub secret: Sealed,
        /// The newest time step of which a code was accepted; none up to it is accepted again.
        pub last_step: i64,
        pub created_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod recovery_code {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "recovery_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        #[sea_orm(unique_key = "staff_code")]
        pub staff_id: Uuid,
        #[sea_orm(unique_key = "staff_code")]
        pub code_hmac: Vec<u8>,
        pub used_at: Option<Timestamp>,
        pub created_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
