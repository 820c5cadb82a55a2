pub mod note_template {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "note_templates")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(unique_key = "key")]
        pub organization_id: Uuid,
        /// Names a template that came with the program.
        #[sea_orm(unique_key = "key")]
        pub key: Option<String>,
        pub name: String,
        pub published_version_id: Option<Uuid>,
        /// Every item id that was ever published, joined by commas: none gets another meaning.
        pub used_item_ids: String,
        pub created_by: Option<Uuid>,
        pub created_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod note_template_version {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;

    /// What a note asks for. Once published it does not change any more; triggers see to that too.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "note_template_versions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        #[sea_orm(unique_key = "number")]
        pub template_id: Uuid,
        #[sea_orm(unique_key = "number")]
        pub number: i64,
        /// `draft`, `published` or `retired`.
        pub state: String,
        /// Canonical JSON (RFC 8785), as it is hashed and shown.
        pub content: String,
        /// SHA-256 of it, in hexadecimal digits.
        pub content_hash: String,
        /// Against the version published before: `safe` or `breaking`, and why, as a JSON array.
        pub change: Option<String>,
        pub change_reasons: Option<String>,
        pub created_by: Option<Uuid>,
        pub created_at: Timestamp,
        pub published_at: Option<Timestamp>,
        pub retired_at: Option<Timestamp>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod note_phrase {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    /// Words that an organization offers to those who write notes.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "note_phrases")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        /// `tag` or `phrase`.
        pub kind: String,
        pub domain: String,
        /// Canonical JSON with a text for each language, sealed with the organization's key.
        pub words: Sealed,
        pub created_by: Option<Uuid>,
        pub created_at: Timestamp,
        pub retired_at: Option<Timestamp>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
