pub mod note {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    /// A note of one session for one client. Once signed its words do not change any more; triggers see to that too.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub session_id: Uuid,
        pub client_id: Uuid,
        pub author_id: Uuid,
        pub template_version_id: Uuid,
        /// `draft`, `signed`, `awaiting_cosign`, `cosigned` or `voided`.
        pub state: String,
        /// Canonical JSON, sealed: the draft, or the exact text that was signed.
        pub content: Sealed,
        /// SHA-256 of what was signed, in hexadecimal digits.
        pub content_hash: Option<String>,
        /// Of the session, `YYYY-MM-DD`.
        pub service_date: String,
        pub starts_at: Timestamp,
        pub late_entry: bool,
        /// The voided note that this one takes the place of.
        pub replaces_note_id: Option<Uuid>,
        pub signed_at: Option<Timestamp>,
        /// A supervisor gave it back with a comment, and the author has not answered yet.
        pub returned_at: Option<Timestamp>,
        pub voided_at: Option<Timestamp>,
        pub voided_by: Option<Uuid>,
        pub void_reason: Option<Sealed>,
        pub version: i64,
        pub created_at: Timestamp,
        pub updated_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod note_signature {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "note_signatures")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        #[sea_orm(unique_key = "one_each")]
        pub note_id: Uuid,
        /// `author`, `cosigner` or `client`.
        #[sea_orm(unique_key = "one_each")]
        pub role: String,
        pub signer_id: Uuid,
        /// As it was typed.
        pub name: Sealed,
        pub signed_at: Timestamp,
        pub content_hash: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod note_addendum {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    /// What was added to a note whose words were fixed. Never rewritten.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "note_addenda")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        #[sea_orm(unique_key = "number")]
        pub note_id: Uuid,
        #[sea_orm(unique_key = "number")]
        pub number: i64,
        /// `addendum`, `correction`, `late_entry` or `client_words`.
        pub kind: String,
        pub author_id: Uuid,
        /// Canonical JSON, sealed.
        pub content: Sealed,
        pub content_hash: String,
        pub created_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod note_comment {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    /// Why a supervisor gave a note back.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "note_comments")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub note_id: Uuid,
        pub author_id: Uuid,
        pub text: Sealed,
        pub created_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
