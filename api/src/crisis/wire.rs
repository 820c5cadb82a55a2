use cairn_shared::crisis::{CrisisResources, Resource};
use serde::Serialize;
use utoipa::ToSchema;

/// Where to turn in a crisis, first to last.
#[derive(Serialize, ToSchema)]
pub struct CrisisResourcesOut {
    version: i64,
    /// By then the organization wants to have looked whether it still holds.
    #[schema(value_type = String, format = Date)]
    review_due_on: String,
    items: Vec<Resource>,
}

impl From<CrisisResources> for CrisisResourcesOut {
    fn from(list: CrisisResources) -> Self {
        Self { version: list.version, review_due_on: list.review_due_on.to_string(), items: list.resources }
    }
}
