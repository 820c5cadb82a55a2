//! One push message, before it is sealed.

use std::fmt;

use cairn_shared::devices::endpoint::SubscriptionKeys;

/// Longest payload in bytes. Push services take bodies of 4,096 bytes, sealing and padding included (RFC 8030 section
/// 7.2).
pub const MAX_PAYLOAD: usize = 3000;
/// Longest topic in characters (RFC 8030 section 5.4).
pub const MAX_TOPIC: usize = 32;

/// How much of a sleeping phone's battery a message is worth (RFC 8030 section 5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    VeryLow,
    Low,
    Normal,
    High,
}

impl Urgency {
    /// The value of the `Urgency` header.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::VeryLow => "very-low",
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

/// Names what a message is about: one still waiting at the push service is replaced by a newer one of the same topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic(String);

impl Topic {
    /// `None` unless the text has 1 to 32 characters of the base64url alphabet.
    pub fn new(text: &str) -> Option<Self> {
        let fits = (1..=MAX_TOPIC).contains(&text.len());
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        (fits && plain).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is sent, and to which device.
#[derive(Clone)]
pub struct PushRequest {
    /// As the browser gave it. Checked again before every call, so an origin taken out of the configuration is not
    /// called any more.
    pub endpoint: String,
    pub keys: SubscriptionKeys,
    pub payload: Vec<u8>,
    /// How long the push service may keep the message for a phone that is off.
    pub ttl_seconds: u32,
    pub urgency: Urgency,
    pub topic: Option<Topic>,
}

/// Shows nothing of the person or the device.
impl fmt::Debug for PushRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PushRequest({} bytes, ttl {} s, {})", self.payload.len(), self.ttl_seconds, self.urgency.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_short_and_base64url() {
        for text in ["a", "AZaz09-_", &"x".repeat(32)] {
            assert_eq!(Topic::new(text).unwrap().as_str(), text);
        }
        for text in ["", &"x".repeat(33), "a b", "a=", "a/b", "\u{e9}", "a\r\n"] {
            assert_eq!(Topic::new(text), None, "{text:?}");
        }
    }
}
