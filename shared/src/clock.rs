//! Time is a parameter: everything that needs the present moment is handed a [`Clock`].

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::DeriveValueType;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

/// An instant: whole milliseconds since 1970-01-01T00:00:00Z. On the wire it is RFC 3339 in UTC with three decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Later than any real moment; still far from overflowing when a duration is added.
    pub const FAR_FUTURE: Self = Self(i64::MAX / 4);

    #[must_use]
    pub fn plus(self, duration: chrono::Duration) -> Self {
        Self(self.0.saturating_add(duration.num_milliseconds()))
    }

    #[must_use]
    pub fn minus(self, duration: chrono::Duration) -> Self {
        Self(self.0.saturating_sub(duration.num_milliseconds()))
    }

    /// The same instant for calendar arithmetic. Values that chrono cannot hold become its nearest bound.
    pub fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or(if self.0 < 0 {
            DateTime::<Utc>::MIN_UTC
        } else {
            DateTime::<Utc>::MAX_UTC
        })
    }
}

// The entity macros take a column type of this name for a calendar type.
impl sea_orm::sea_query::DateTimeLikeValue for Timestamp {}

impl From<DateTime<Utc>> for Timestamp {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.timestamp_millis())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_utc().to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        DateTime::parse_from_rfc3339(&text)
            .map(|at| Self::from(at.with_timezone(&Utc)))
            .map_err(|_| serde::de::Error::custom("not an RFC 3339 instant such as 2027-03-08T09:30:00Z"))
    }
}

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl ToSchema for Timestamp {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Timestamp")
    }
}

/// Where the present moment comes from.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;

    /// Whether it tells the time of the world, so that it can be compared with another machine's.
    fn is_real(&self) -> bool {
        true
    }
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> Timestamp {
        Timestamp::from(Utc::now())
    }
}

/// A clock that stands still until it is moved: for tests, simulations and demo data.
pub struct ManualClock(AtomicI64);

impl ManualClock {
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.0))
    }

    pub fn set(&self, now: Timestamp) {
        self.0.store(now.0, Ordering::SeqCst);
    }

    pub fn advance(&self, duration: chrono::Duration) {
        self.0.fetch_add(duration.num_milliseconds(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }

    fn is_real(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_form_is_rfc_3339_with_milliseconds() {
        let at: Timestamp = serde_json::from_str("\"2027-03-08T02:30:00-05:00\"").expect("valid");
        assert_eq!(serde_json::to_string(&at).expect("text"), "\"2027-03-08T07:30:00.000Z\"");
    }

    #[test]
    fn a_date_without_a_zone_is_refused() {
        assert!(serde_json::from_str::<Timestamp>("\"2027-03-08T02:30\"").is_err());
    }
}
