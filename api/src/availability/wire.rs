use cairn_shared::availability::{Availability, TimeOff, WorkingHours};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// When a member of staff works.
#[derive(Serialize, ToSchema)]
pub struct AvailabilityOut {
    staff_id: Uuid,
    time_zone: String,
    /// Of every week.
    hours: Vec<WorkingHours>,
    time_off: Vec<TimeOff>,
    pub version: i64,
}

impl From<Availability> for AvailabilityOut {
    fn from(availability: Availability) -> Self {
        Self {
            staff_id: availability.staff_id,
            time_zone: availability.zone.name().to_owned(),
            hours: availability.hours,
            time_off: availability.time_off,
            version: availability.version,
        }
    }
}
