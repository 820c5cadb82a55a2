pub mod care_plan {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "care_plans")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        #[sea_orm(unique_key = "version")]
        pub client_id: Uuid,
        #[sea_orm(unique_key = "version")]
        pub version_number: i64,
        /// `draft`, `awaiting_signatures`, `in_force` or `superseded`. Past `expires_on` a plan in force has ended.
        pub state: String,
        /// Local dates of the organization, `YYYY-MM-DD`; the last day is inclusive.
        pub effective_on: String,
        pub expires_on: String,
        pub review_due_on: String,
        /// Canonical JSON: what kind of service, and how often.
        pub services: Sealed,
        pub ordered_by: Option<Sealed>,
        pub ordered_on: Option<String>,
        pub order_valid_from: Option<String>,
        pub order_valid_to: Option<String>,
        /// What is signed: canonical JSON (RFC 8785), written when the plan was submitted and never again.
        pub content: Option<Sealed>,
        /// SHA-256 of it, in hexadecimal digits.
        pub content_hash: Option<String>,
        pub replaces: Option<Uuid>,
        /// A goal was added or changed since.
        pub needs_revision: bool,
        pub created_by: Option<Uuid>,
        pub version: i64,
        pub created_at: Timestamp,
        pub submitted_at: Option<Timestamp>,
        pub in_force_at: Option<Timestamp>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod care_plan_goal {
    use sea_orm::entity::prelude::*;

    use crate::secrets::Sealed;

    /// A goal as the plan has it: a copy, which later changes of the goal do not touch.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "care_plan_goals")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        #[sea_orm(unique_key = "one_each")]
        pub plan_id: Uuid,
        #[sea_orm(unique_key = "one_each")]
        pub goal_id: Uuid,
        pub position: i64,
        pub title: Sealed,
        pub measure: Option<Sealed>,
        pub value: Option<f64>,
        pub unit: Option<Sealed>,
        /// `YYYY-MM-DD`
        pub due_on: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod care_plan_signature {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "care_plan_signatures")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        #[sea_orm(unique_key = "one_each")]
        pub plan_id: Uuid,
        /// `client`, `specialist` or `professional`.
        #[sea_orm(unique_key = "one_each")]
        pub role: String,
        /// A client or a member of staff, by role.
        pub signer_id: Uuid,
        /// As the signer wrote it.
        pub name: Sealed,
        pub signed_at: Timestamp,
        /// Of what was signed.
        pub content_hash: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
