use cairn_shared::clock::Timestamp;
use cairn_shared::on_call::{Entry, OnCall};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Somebody is on call from one moment to another. Among those on call at once the lower position is asked first.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OnCallEntry {
    staff_id: Uuid,
    starts_at: Timestamp,
    ends_at: Timestamp,
    #[schema(minimum = 1, maximum = 1000)]
    position: i64,
}

impl From<Entry> for OnCallEntry {
    fn from(entry: Entry) -> Self {
        Self { staff_id: entry.staff_id, starts_at: entry.starts_at, ends_at: entry.ends_at, position: entry.position }
    }
}

impl From<OnCallEntry> for Entry {
    fn from(entry: OnCallEntry) -> Self {
        Self { staff_id: entry.staff_id, starts_at: entry.starts_at, ends_at: entry.ends_at, position: entry.position }
    }
}

#[derive(Serialize, ToSchema)]
pub struct OnCallOut {
    entries: Vec<OnCallEntry>,
    version: i64,
}

impl From<OnCall> for OnCallOut {
    fn from(list: OnCall) -> Self {
        Self { entries: list.entries.into_iter().map(OnCallEntry::from).collect(), version: list.version }
    }
}
