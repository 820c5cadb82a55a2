//! What a push service's answer means for the message, the subscription and the service. Pure.

use chrono::{DateTime, NaiveDateTime};
use http::HeaderMap;
use http::header::RETRY_AFTER;

/// A service that says "too many requests" without saying until when gets this pause.
const DEFAULT_PAUSE_MS: i64 = 60_000;
/// A pause is honoured, but never longer than a day: a wrong clock somewhere must not silence an origin for ever.
const MAX_PAUSE_MS: i64 = 24 * 3_600_000;
const MIN_PAUSE_MS: i64 = 1000;

/// What came of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushAnswer {
    /// The service took the message. That is no proof that the phone showed it.
    Accepted { status: u16 },
    /// The subscription has ended: remove it.
    Gone { status: u16 },
    /// The service refuses us or what we send (key, clock, headers, a redirect): keep the subscription, tell the
    /// operator, do not retry at once.
    OurFault { status: u16 },
    /// The body is too large: never retry this one.
    TooLarge,
    /// Too many requests: no call to this origin before the pause is over.
    SlowDown { retry_after_ms: i64 },
    /// No answer, or the service is in trouble: try again later, not before the pause if it names one.
    Unavailable { outage: Outage, retry_after_ms: Option<i64> },
    /// Nothing was sent, and trying again would not help.
    NotSent(Refusal),
}

/// Why a service counts as unavailable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage {
    Status(u16),
    Timeout,
    /// No connection, no valid certificate, a reset, or an answer that is not HTTP.
    Connection,
    /// The name led to an address that is not public.
    ForbiddenAddress,
}

/// Why a message was not sent at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The endpoint is not at an allowed push service (any more).
    Endpoint,
    /// The keys of the subscription cannot seal anything.
    Keys,
    /// The payload is empty or too long.
    Payload,
    /// Our own key cannot sign.
    Signature,
}

impl PushAnswer {
    /// The HTTP status, when there was one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Accepted { status }
            | Self::Gone { status }
            | Self::OurFault { status }
            | Self::Unavailable { outage: Outage::Status(status), .. } => Some(*status),
            Self::TooLarge => Some(413),
            Self::SlowDown { .. } => Some(429),
            Self::Unavailable { .. } | Self::NotSent(_) => None,
        }
    }

    /// A short name for histories and metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Accepted { .. } => "accepted",
            Self::Gone { .. } => "gone",
            Self::OurFault { .. } => "our_fault",
            Self::TooLarge => "too_large",
            Self::SlowDown { .. } => "slow_down",
            Self::Unavailable { outage: Outage::Status(_), .. } => "unavailable",
            Self::Unavailable { outage: Outage::Timeout, .. } => "timeout",
            Self::Unavailable { outage: Outage::Connection, .. } => "no_connection",
            Self::Unavailable { outage: Outage::ForbiddenAddress, .. } => "forbidden_address",
            Self::NotSent(Refusal::Endpoint) => "endpoint_refused",
            Self::NotSent(Refusal::Keys) => "bad_keys",
            Self::NotSent(Refusal::Payload) => "bad_payload",
            Self::NotSent(Refusal::Signature) => "cannot_sign",
        }
    }

    pub(super) fn no_answer(outage: Outage) -> Self {
        Self::Unavailable { outage, retry_after_ms: None }
    }
}

/// Reads an answer. `now_ms` (since 1970) turns a date in `Retry-After` into a pause.
pub fn read_answer(status: u16, headers: &HeaderMap, now_ms: i64) -> PushAnswer {
    match status {
        200..=299 => PushAnswer::Accepted { status },
        404 | 410 => PushAnswer::Gone { status },
        413 => PushAnswer::TooLarge,
        429 => PushAnswer::SlowDown { retry_after_ms: retry_after_ms(headers, now_ms).unwrap_or(DEFAULT_PAUSE_MS) },
        // 408: the service gave up waiting for our request, which says nothing about the request.
        408 | 500.. => {
            PushAnswer::Unavailable { outage: Outage::Status(status), retry_after_ms: retry_after_ms(headers, now_ms) }
        }
        _ => PushAnswer::OurFault { status },
    }
}

/// How long until the next attempt, in milliseconds: 2^`attempt` seconds, half of it more or less, always within 5
/// seconds and 5 minutes. `attempt` counts the attempts made, `random` is in [0, 1).
pub fn retry_delay_ms(attempt: u32, random: f64) -> i64 {
    // The doubling is kept within what the spread can reach, so that many messages failing together do not come back
    // together.
    let seconds = 2_f64.powi(i32::try_from(attempt).unwrap_or(i32::MAX)).clamp(10.0, 200.0);
    let spread = 0.5 + random.clamp(0.0, 1.0);
    #[expect(clippy::cast_possible_truncation, reason = "between 5,000 and 300,000")]
    let delay = (seconds * spread * 1000.0) as i64;
    delay
}

/// `Retry-After` (RFC 9110 section 10.2.3) as a pause: seconds, or a date in any of the three forms of section 5.6.7.
fn retry_after_ms(headers: &HeaderMap, now_ms: i64) -> Option<i64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let pause = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse::<i64>().map_or(MAX_PAUSE_MS, |seconds| seconds.saturating_mul(1000))
    } else {
        http_date_ms(text)?.saturating_sub(now_ms)
    };
    Some(pause.clamp(MIN_PAUSE_MS, MAX_PAUSE_MS))
}

fn http_date_ms(text: &str) -> Option<i64> {
    ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .map(|date| DateTime::timestamp_millis(&date.and_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110, less 90.5 seconds.
    const NOW_MS: i64 = 784_111_777_000 - 90_500;

    fn read(status: u16, retry_after: Option<&str>) -> PushAnswer {
        let headers = retry_after.map(|text| (RETRY_AFTER, text.parse().unwrap())).into_iter().collect();
        read_answer(status, &headers, NOW_MS)
    }

    fn unavailable(status: u16, retry_after_ms: Option<i64>) -> PushAnswer {
        PushAnswer::Unavailable { outage: Outage::Status(status), retry_after_ms }
    }

    #[test]
    fn each_status_has_its_meaning() {
        for status in [200, 201, 202, 204] {
            assert_eq!(read(status, None), PushAnswer::Accepted { status });
        }
        for status in [404, 410] {
            assert_eq!(read(status, None), PushAnswer::Gone { status });
        }
        for status in [300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 405, 406, 411, 415, 418, 421, 431, 451] {
            assert_eq!(read(status, Some("5")), PushAnswer::OurFault { status });
        }
        assert_eq!(read(413, Some("5")), PushAnswer::TooLarge);
        for status in [408, 500, 501, 502, 503, 504, 507, 599, 999] {
            assert_eq!(read(status, None), unavailable(status, None));
        }
    }

    #[test]
    fn retry_after_is_read_in_all_its_forms() {
        let forms = [
            ("120", 120_000),
            (" 7 ", 7_000),
            ("0", 1000),
            ("86400", MAX_PAUSE_MS),
            ("86401", MAX_PAUSE_MS),
            ("99999999999999999999999", MAX_PAUSE_MS),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 90_500),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 90_500),
            ("Sun Nov  6 08:49:37 1994", 90_500),
            ("Sun, 06 Nov 1994 08:48:06 GMT", 1000),
            ("Sat, 05 Nov 1994 08:49:37 GMT", 1000),
            ("Fri, 06 Nov 2054 08:49:37 GMT", MAX_PAUSE_MS),
        ];
        for (text, pause) in forms {
            assert_eq!(read(429, Some(text)), PushAnswer::SlowDown { retry_after_ms: pause }, "{text}");
            assert_eq!(read(503, Some(text)), unavailable(503, Some(pause)), "{text}");
        }
    }

    #[test]
    fn a_retry_after_that_says_nothing_counts_as_absent() {
        for text in [
            "",
            "soon",
            "-5",
            "1.5",
            "+3",
            "1e3",
            "0x10",
            "Sun, 06 Nov 1994",
            "Mon, 06 Nov 1994 08:49:37 GMT",
            "Sun, 32 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(read(429, Some(text)), PushAnswer::SlowDown { retry_after_ms: DEFAULT_PAUSE_MS }, "{text}");
            assert_eq!(read(500, Some(text)), unavailable(500, None), "{text}");
        }
        assert_eq!(read(429, None), PushAnswer::SlowDown { retry_after_ms: DEFAULT_PAUSE_MS });
    }

    #[test]
    fn the_retry_delay_doubles_spreads_and_stays_within_its_bounds() {
        let middle: Vec<i64> = (0..10).map(|attempt| retry_delay_ms(attempt, 0.5)).collect();
        assert_eq!(middle, [10_000, 10_000, 10_000, 10_000, 16_000, 32_000, 64_000, 128_000, 200_000, 200_000]);
        assert_eq!((retry_delay_ms(6, 0.0), retry_delay_ms(6, 0.999_999)), (32_000, 95_999));
        for attempt in (0..70).chain([1000, u32::MAX]) {
            for random in [0.0, 0.25, 0.5, 0.75, 0.999_999, 1.0, -1.0] {
                let delay = retry_delay_ms(attempt, random);
                assert!((5_000..=300_000).contains(&delay), "{attempt} {random} {delay}");
            }
        }
    }

    #[test]
    fn answers_have_names_and_statuses() {
        assert_eq!((read(201, None).name(), read(201, None).status()), ("accepted", Some(201)));
        assert_eq!((read(429, None).name(), read(429, None).status()), ("slow_down", Some(429)));
        let timeout = PushAnswer::no_answer(Outage::Timeout);
        assert_eq!((timeout.name(), timeout.status()), ("timeout", None));
    }
}
