use cairn_shared::clock::Timestamp;
use cairn_shared::devices::endpoint::SubscriptionKeys;
use cairn_shared::random;
use cairn_shared::reminders::usefulness::Urgency as Useful;
use cairn_shared::reminders::{Claimed, DeliveryOutcome, Finished};

use super::outcome::outcome;
use super::payload::payload;
use crate::context::WorkerContext;
use crate::push::{PushAnswer, PushRequest, Refusal, Topic, Urgency};

/// A moment's pause for a delivery that found no free place after all.
const NO_PLACE_MS: i64 = 1_000;

/// Sends one claimed delivery, outside any transaction, and says what is to be written down.
pub async fn send(context: &WorkerContext, claimed: Claimed) -> Finished {
    let clock = &context.database.env.clock;
    let now = clock.now();
    let finished = |outcome| Finished { delivery_id: claimed.delivery_id, lease_token: claimed.lease_token, outcome };
    let Some(permit) = context.gates.enter(&claimed.origin, now.0) else {
        return finished(DeliveryOutcome::Retry { status: None, at: Timestamp(now.0 + NO_PLACE_MS) });
    };
    let answer = match request(context, &claimed) {
        Some(request) => context.sender.send(&request, now.0).await,
        None => PushAnswer::NotSent(Refusal::Keys),
    };
    let now = clock.now();
    permit.settle(&answer, now.0);
    let result = outcome(&answer, claimed.attempts, now, fraction(context));
    observe(context, &claimed, &answer, result, now);
    finished(result)
}

fn request(context: &WorkerContext, claimed: &Claimed) -> Option<PushRequest> {
    Some(PushRequest {
        endpoint: claimed.endpoint.clone(),
        keys: SubscriptionKeys::from_bytes(&claimed.keys).ok()?,
        payload: payload(claimed, &context.public_url),
        ttl_seconds: claimed.ttl_seconds,
        urgency: match claimed.urgency {
            Useful::High => Urgency::High,
            Useful::Normal => Urgency::Normal,
        },
        topic: Topic::new(&claimed.topic),
    })
}

fn fraction(context: &WorkerContext) -> f64 {
    let bytes = random::bytes::<4>(&*context.database.env.random);
    f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}

/// Ids and statuses only: an endpoint is a secret of the phone.
fn observe(context: &WorkerContext, claimed: &Claimed, answer: &PushAnswer, result: DeliveryOutcome, now: Timestamp) {
    let delivery_id = claimed.delivery_id;
    match result {
        DeliveryOutcome::Accepted { .. } => {
            #[expect(clippy::cast_precision_loss, reason = "seconds of lateness, far below 2^52 ms")]
            context.observer.lateness((now.0 - claimed.due_at.0) as f64 / 1000.0);
            context.observer.delivery("accepted");
        }
        DeliveryOutcome::Gone { .. } => context.observer.delivery("gone"),
        DeliveryOutcome::Refused { status } => {
            tracing::error!(%delivery_id, status, answer = answer.name(), "a push service refused a message for good");
            context.observer.delivery("failed");
        }
        DeliveryOutcome::Retry { status, .. } => {
            let attempt = claimed.attempts;
            tracing::warn!(%delivery_id, status, attempt, answer = answer.name(), "a push will be tried again");
            context.observer.delivery("retry");
        }
    }
}
