pub mod goal {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "goals")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub client_id: Uuid,
        /// `client` or `staff`.
        pub created_by_kind: String,
        pub created_by: Option<Uuid>,
        pub title: Sealed,
        pub why: Option<Sealed>,
        pub life_area: String,
        pub lifecycle_status: String,
        pub achievement_status: Option<String>,
        pub target_measure: Option<Sealed>,
        pub target_value: Option<f64>,
        pub target_unit: Option<Sealed>,
        /// `YYYY-MM-DD`
        pub target_due_on: Option<String>,
        /// Of the newest progress that had a value.
        pub progress_value: Option<f64>,
        pub progress_value_at: Option<Timestamp>,
        /// When progress was last recorded, and how often.
        pub progress_at: Option<Timestamp>,
        pub progress_count: i64,
        pub open_proposal_id: Option<Uuid>,
        /// Grows when what the goal says changes; a proposal is made for one of these.
        pub content_version: i64,
        /// Grows with every change, progress included.
        pub version: i64,
        pub created_at: Timestamp,
        pub updated_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod goal_step {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "goal_steps")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub client_id: Uuid,
        pub goal_id: Uuid,
        pub position: i64,
        pub title: Sealed,
        /// `YYYY-MM-DD`
        pub due_on: Option<String>,
        pub done_at: Option<Timestamp>,
        /// The item that holds a time for it.
        pub agenda_item_id: Option<Uuid>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod goal_proposal {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "goal_proposals")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub client_id: Uuid,
        pub goal_id: Uuid,
        /// `new` or `change`.
        pub kind: String,
        /// Canonical JSON of the members that would change.
        pub changes: Sealed,
        pub reason: Option<Sealed>,
        pub state: String,
        /// Of the goal, when this was proposed.
        pub content_version: i64,
        pub proposed_by: Uuid,
        pub created_at: Timestamp,
        pub decided_at: Option<Timestamp>,
        /// The client's words to the decision.
        pub note: Option<Sealed>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod goal_progress {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "goal_progress")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub client_id: Uuid,
        pub goal_id: Uuid,
        /// In the unit of the goal's target.
        pub value: Option<f64>,
        pub note: Option<Sealed>,
        pub achievement_status: Option<String>,
        pub step_id: Option<Uuid>,
        pub step_done: Option<bool>,
        pub recorded_at: Timestamp,
        /// `client` or `staff`.
        pub recorded_by_kind: String,
        pub recorded_by: Option<Uuid>,
        pub created_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
