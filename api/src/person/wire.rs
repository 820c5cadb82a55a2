use cairn_shared::clock::Timestamp;
use cairn_shared::person::{DocumentKind, DocumentView, ProfileView, Rights, SectionView, SupportPerson};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::clients::date;

/// Somebody whom the client counts on.
#[derive(Serialize, ToSchema)]
pub struct SupportPersonOut {
    id: Uuid,
    name: String,
    relation: String,
    phone: Option<String>,
    /// May staff call them?
    ok_to_contact: bool,
}

impl From<SupportPerson> for SupportPersonOut {
    fn from(person: SupportPerson) -> Self {
        let SupportPerson { id, name, relation, phone, ok_to_contact } = person;
        Self { id, name, relation, phone, ok_to_contact }
    }
}

/// Which text on rights and duties was acknowledged, and on what day.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RightsWire {
    #[schema(min_length = 1, max_length = 50)]
    version: String,
    #[serde(deserialize_with = "date")]
    #[schema(value_type = String, format = Date)]
    date: NaiveDate,
}

impl From<RightsWire> for Rights {
    fn from(wire: RightsWire) -> Self {
        Self { version: wire.version, date: wire.date }
    }
}

/// What is known of a person beside their goals.
#[derive(Serialize, ToSchema)]
pub struct ProfileOut {
    strengths: Vec<String>,
    support_network: Vec<SupportPersonOut>,
    /// In their own words.
    stage_of_recovery: Option<String>,
    rights_acknowledged: Option<RightsWire>,
    /// Parents and guardians of a young client; not written by any operation yet.
    guardians: Vec<SupportPersonOut>,
    /// 0 before anything was written.
    pub version: i64,
    updated_at: Option<Timestamp>,
}

impl From<ProfileView> for ProfileOut {
    fn from(view: ProfileView) -> Self {
        let rights = view.rights_acknowledged;
        Self {
            strengths: view.strengths,
            support_network: view.support_network.into_iter().map(Into::into).collect(),
            stage_of_recovery: view.stage_of_recovery,
            rights_acknowledged: rights.map(|rights| RightsWire { version: rights.version, date: rights.date }),
            guardians: view.guardians.into_iter().map(Into::into).collect(),
            version: view.version,
            updated_at: view.updated_at,
        }
    }
}

/// A text in the languages that Cairn speaks.
#[derive(Serialize, ToSchema)]
pub struct HeadingOut {
    en: String,
    es: String,
}

#[derive(Serialize, ToSchema)]
pub struct SectionOut {
    key: String,
    title: HeadingOut,
    text: String,
    /// May staff who work with the person read it?
    shared: bool,
}

impl From<SectionView> for SectionOut {
    fn from(view: SectionView) -> Self {
        Self {
            key: view.heading.key.to_owned(),
            title: HeadingOut { en: view.heading.en.to_owned(), es: view.heading.es.to_owned() },
            text: view.text,
            shared: view.shared,
        }
    }
}

/// A person's own plan. Its writer sees every section; staff see those that are shared.
#[derive(Serialize, ToSchema)]
pub struct PlanDocumentOut {
    kind: DocumentKind,
    sections: Vec<SectionOut>,
    /// 0 before anything was written.
    pub version: i64,
    updated_at: Option<Timestamp>,
}

impl From<DocumentView> for PlanDocumentOut {
    fn from(view: DocumentView) -> Self {
        Self {
            kind: view.kind,
            sections: view.sections.into_iter().map(Into::into).collect(),
            version: view.version,
            updated_at: view.updated_at,
        }
    }
}
