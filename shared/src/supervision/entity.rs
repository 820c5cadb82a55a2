pub mod supervision_entry {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    /// One supervision that took place. It counts when both have signed.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "supervision_log")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub supervisor_id: Uuid,
        pub staff_id: Uuid,
        /// A local date of the organization.
        pub held_on: String,
        pub minutes: i64,
        /// `individual`, `group` or `observation`.
        pub mode: String,
        /// Sealed with the organization's data key.
        pub topics: Option<Sealed>,
        pub supervisor_signed_at: Timestamp,
        pub staff_signed_at: Option<Timestamp>,
        pub created_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
