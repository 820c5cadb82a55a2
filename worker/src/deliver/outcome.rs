use cairn_shared::clock::Timestamp;
use cairn_shared::reminders::DeliveryOutcome;
use chrono::Duration;

use crate::push::{PushAnswer, retry_delay_ms};

/// Without a word of the push service on when to come back.
const AFTER_OUR_FAULT: Duration = Duration::minutes(5);

/// What an answer means for the delivery. `random` in `[0, 1)` spreads the tries.
pub(super) fn outcome(answer: &PushAnswer, attempt: i64, now: Timestamp, random: f64) -> DeliveryOutcome {
    let backoff = retry_delay_ms(u32::try_from(attempt).unwrap_or(u32::MAX), random);
    let retry = |status, at_least: i64| DeliveryOutcome::Retry { status, at: Timestamp(now.0 + backoff.max(at_least)) };
    let status = answer.status();
    match answer {
        PushAnswer::Accepted { status } => DeliveryOutcome::Accepted { status: *status },
        PushAnswer::Gone { status } => DeliveryOutcome::Gone { status: *status },
        // Our key or our clock: an operator can mend it while the reminder is still of use.
        PushAnswer::OurFault { status: 401 | 403 } => retry(status, AFTER_OUR_FAULT.num_milliseconds()),
        PushAnswer::OurFault { .. } | PushAnswer::TooLarge | PushAnswer::NotSent(_) => {
            DeliveryOutcome::Refused { status }
        }
        PushAnswer::SlowDown { retry_after_ms } => retry(status, *retry_after_ms),
        PushAnswer::Unavailable { retry_after_ms, .. } => retry(status, retry_after_ms.unwrap_or(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::push::Outage;

    #[test]
    fn answers_decide_whether_and_when_to_try_again() {
        let now = Timestamp(1_000_000);
        let of = |answer: PushAnswer| outcome(&answer, 1, now, 0.5);
        assert_eq!(of(PushAnswer::Accepted { status: 201 }), DeliveryOutcome::Accepted { status: 201 });
        assert_eq!(of(PushAnswer::Gone { status: 410 }), DeliveryOutcome::Gone { status: 410 });
        assert_eq!(of(PushAnswer::OurFault { status: 400 }), DeliveryOutcome::Refused { status: Some(400) });
        assert_eq!(of(PushAnswer::OurFault { status: 302 }), DeliveryOutcome::Refused { status: Some(302) });
        let DeliveryOutcome::Retry { at, .. } = of(PushAnswer::OurFault { status: 403 }) else { panic!("tried again") };
        assert!(at.0 >= now.0 + 300_000);
        let DeliveryOutcome::Retry { at, status } = of(PushAnswer::SlowDown { retry_after_ms: 90_000 }) else {
            panic!("tried again")
        };
        assert_eq!((at.0, status), (now.0 + 90_000, Some(429)));
        let away = PushAnswer::Unavailable { outage: Outage::Timeout, retry_after_ms: None };
        let DeliveryOutcome::Retry { at, .. } = of(away) else { panic!("tried again") };
        assert!((5_000..=300_000).contains(&(at.0 - now.0)));
    }
}
