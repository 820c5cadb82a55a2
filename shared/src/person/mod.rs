//! The person: strengths, people who support them, and the plans that they write for themselves.

mod document;
pub mod entity;
mod profile;
mod sections;
mod versions;

pub use document::{DocumentView, get_document, put_document};
pub use profile::{ProfilePatch, ProfileView, Rights, SupportPerson, SupportPersonInput, get_profile, update_profile};
pub use sections::{DocumentKind, Section, SectionView};
pub use versions::{VersionView, list_name as versions_list_name, list_versions};
