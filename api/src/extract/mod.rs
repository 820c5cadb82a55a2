//! How handlers get what they need: who asks, and a checked body, query or path.

mod accept;
mod caller;
mod etag;
mod json;
mod language;
mod patch;
mod path;
mod query;
mod write;

pub use accept::wants_sheet;
pub use caller::{Caller, Enrolling, Fresh, Origin};
pub use etag::{IfNoneMatch, tagged};
pub use json::{ValidJson, object};
pub use language::ReaderLanguage;
pub use patch::{IfMatch, present};
pub use path::ValidPath;
pub use query::ValidQuery;
pub use write::{Write, json_response};
