use cairn_shared::break_glass::{BreakGlassView, EmergencyPurpose, Outcome};
use cairn_shared::clock::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::attention::PersonOut;

/// Emergency access that somebody took.
#[derive(Serialize, ToSchema)]
pub struct BreakGlassOut {
    id: Uuid,
    client_id: Uuid,
    staff: PersonOut,
    purpose: EmergencyPurpose,
    reason: String,
    created_at: Timestamp,
    expires_at: Timestamp,
    /// Null until somebody has reviewed it.
    review: Option<ReviewOut>,
}

#[derive(Serialize, ToSchema)]
pub struct ReviewOut {
    by: PersonOut,
    at: Timestamp,
    outcome: Outcome,
    note: Option<String>,
}

impl From<BreakGlassView> for BreakGlassOut {
    fn from(view: BreakGlassView) -> Self {
        Self {
            id: view.id,
            client_id: view.client_id,
            staff: PersonOut::new(view.staff),
            purpose: view.purpose,
            reason: view.reason,
            created_at: view.created_at,
            expires_at: view.expires_at,
            review: view.review.map(|review| ReviewOut {
                by: PersonOut::new(review.by),
                at: review.at,
                outcome: review.outcome,
                note: review.note,
            }),
        }
    }
}
