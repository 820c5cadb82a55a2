//! Sending push messages to browsers: RFC 8030 (delivery), RFC 8291 (sealing), RFC 8292 (who we are).
//!
//! [`origins::OriginGates`] says whether a push service may be called now, [`sender::PushSender`] makes the call,
//! [`answer::PushAnswer`] says what came of it.

pub mod address;
pub mod answer;
pub mod breaker;
pub mod encrypt;
pub mod message;
pub mod origins;
pub mod rate;
pub mod resolver;
pub mod sender;
pub mod vapid;

#[cfg(test)]
pub(crate) mod testing;

pub use answer::{Outage, PushAnswer, Refusal, retry_delay_ms};
pub use message::{PushRequest, Topic, Urgency};
pub use origins::{Limits, OriginGates, OriginStatus, Permit, Standing};
pub use sender::{PushSender, SenderError, Timeouts};
pub use vapid::VapidSigner;
