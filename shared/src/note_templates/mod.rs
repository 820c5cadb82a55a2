//! Note templates: what a note of a session asks for, in versions that do not change once published; and the phrases and tags
//! that help to write one.

mod content;
pub mod entity;
mod load;
mod part;
mod phrases;
mod shipped;
mod write;

pub use content::{NewTemplateContent, Section, TemplateContent, compare};
pub(crate) use load::{TemplateVersion, default_version, open_version, published_version};
pub use load::{TemplateVersionView, TemplateView, get, get_version, list};
pub use part::{Domain, Part};
pub use phrases::{NewPhrase, PhraseKind, PhraseView, add_phrase, list_phrases, retire_phrase};
pub use shipped::{ship, ship_to_all};
pub use write::{add_version, create, publish, retire};
