//! Says who we are to a push service (RFC 8292): the `Authorization` header.
//!
//! One signature serves all messages to an origin until it nears its end, because signing costs more than sealing.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use cairn_shared::devices::vapid::VapidKey;
use http::HeaderValue;
use web_push::{PartialVapidSignatureBuilder, SubscriptionInfo, SubscriptionKeys, VapidSignatureBuilder};

/// RFC 8292 section 2 allows 24 hours; half of it leaves room for clocks that are wrong.
const LIFETIME_S: i64 = 12 * 3600;
/// Signed anew when less than this remains.
const MARGIN_S: i64 = 3600;
/// Origins remembered. Anybody may register a made-up name under an allowed parent, so the memory has an end.
const MAX_CACHED: usize = 512;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VapidError {
    #[error("the VAPID subject must be a mailto: or https: address where the operator can be reached")]
    Subject,
    #[error("the VAPID key cannot sign")]
    Key,
}

struct Signed {
    header: HeaderValue,
    expires_s: i64,
}

pub struct VapidSigner {
    builder: PartialVapidSignatureBuilder,
    public_key: String,
    subject: String,
    cache: Mutex<HashMap<String, Signed>>,
}

impl VapidSigner {
    /// `subject` tells push services whom to write to when something is wrong: `mailto:ops@example.org`.
    pub fn new(key: &VapidKey, subject: &str) -> Result<Self, VapidError> {
        let reachable = subject.strip_prefix("mailto:").is_some_and(|address| address.contains('@'))
            || subject.strip_prefix("https://").is_some_and(|host| !host.is_empty());
        if !reachable || !subject.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(VapidError::Subject);
        }
        let builder = VapidSignatureBuilder::from_pem_no_sub(key.to_pem().as_bytes()).map_err(|_| VapidError::Key)?;
        let cache = Mutex::new(HashMap::new());
        Ok(Self { builder, public_key: key.public_key(), subject: subject.to_owned(), cache })
    }

    /// The header for an origin (`scheme://host[:port]`): `vapid t=<signed claims>, k=<public key>`.
    pub fn authorization(&self, origin: &str, now_ms: i64) -> Result<HeaderValue, VapidError> {
        let now = now_ms.div_euclid(1000);
        // The upper end matters when the clock was set back: a push service refuses an end too far away.
        let good = |signed: &Signed| (now + MARGIN_S..=now + LIFETIME_S).contains(&signed.expires_s);
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(signed) = cache.get(origin).filter(|signed| good(signed)) {
            return Ok(signed.header.clone());
        }
        let expires_s = now + LIFETIME_S;
        let header = self.sign(origin, expires_s)?;
        if cache.len() >= MAX_CACHED {
            cache.clear();
        }
        cache.insert(origin.to_owned(), Signed { header: header.clone(), expires_s });
        Ok(header)
    }

    fn sign(&self, origin: &str, expires_s: i64) -> Result<HeaderValue, VapidError> {
        let keys = SubscriptionKeys { p256dh: String::new(), auth: String::new() };
        let info = SubscriptionInfo { endpoint: origin.to_owned(), keys };
        let mut builder = self.builder.clone().add_sub_info(&info);
        // Without this claim the crate leaves the port out, and a push service on its own port refuses the message.
        builder.add_claim("aud", origin);
        builder.add_claim("exp", expires_s);
        builder.add_claim("sub", self.subject.as_str());
        let token = builder.build().map_err(|_| VapidError::Key)?.auth_t;
        let mut header =
            HeaderValue::try_from(format!("vapid t={token}, k={}", self.public_key)).map_err(|_| VapidError::Key)?;
        header.set_sensitive(true);
        Ok(header)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::push::testing::verify::{Claims, verified_claims};

    const HOUR_MS: i64 = 3_600_000;
    const NOW_MS: i64 = 1_800_000_000_000;
    const SUBJECT: &str = "mailto:ops@example.org";

    fn signer() -> (VapidSigner, VapidKey) {
        let key = VapidKey::generate(&ring::rand::SystemRandom::new()).unwrap();
        (VapidSigner::new(&key, SUBJECT).unwrap(), key)
    }

    fn claims(signer: &VapidSigner, key: &VapidKey, origin: &str, now_ms: i64) -> Claims {
        verified_claims(&signer.authorization(origin, now_ms).unwrap(), &key.public_key())
    }

    #[test]
    fn the_header_verifies_and_names_the_origin_with_its_port() {
        let (signer, key) = signer();
        for origin in
            ["https://fcm.googleapis.com", "https://localhost:8912", "http://127.0.0.1:9000", "http://[::1]:9000"]
        {
            let claims = claims(&signer, &key, origin, NOW_MS);
            assert_eq!((claims.aud.as_str(), claims.sub.as_str()), (origin, SUBJECT));
            assert_eq!(claims.exp, NOW_MS / 1000 + LIFETIME_S);
        }
    }

    #[test]
    fn one_signature_serves_until_it_nears_its_end() {
        let (signer, key) = signer();
        let origin = "https://fcm.googleapis.com";
        let first = signer.authorization(origin, NOW_MS).unwrap();
        assert_eq!(signer.authorization(origin, NOW_MS + 11 * HOUR_MS).unwrap(), first);
        assert_ne!(signer.authorization("https://web.push.apple.com", NOW_MS).unwrap(), first);
        let later = NOW_MS + 11 * HOUR_MS + 1000;
        assert_ne!(signer.authorization(origin, later).unwrap(), first);
        assert_eq!(claims(&signer, &key, origin, later).exp, later / 1000 + LIFETIME_S);
    }

    #[test]
    fn a_clock_set_back_gets_a_new_signature() {
        let (signer, key) = signer();
        let origin = "https://fcm.googleapis.com";
        signer.authorization(origin, NOW_MS).unwrap();
        let back = NOW_MS - 20 * HOUR_MS;
        assert_eq!(claims(&signer, &key, origin, back).exp, back / 1000 + LIFETIME_S);
    }

    #[test]
    fn the_memory_has_an_end() {
        let (signer, _) = signer();
        for number in 0..=MAX_CACHED {
            signer
                .cache
                .lock()
                .unwrap()
                .insert(number.to_string(), Signed { header: HeaderValue::from_static("x"), expires_s: 0 });
        }
        signer.authorization("https://a.push.apple.com", NOW_MS).unwrap();
        assert_eq!(signer.cache.lock().unwrap().len(), 1);
    }

    #[test]
    fn a_subject_nobody_can_write_to_is_refused() {
        let key = VapidKey::generate(&ring::rand::SystemRandom::new()).unwrap();
        for subject in [
            "",
            "ops@example.org",
            "mailto:",
            "mailto:ops",
            "http://example.org",
            "https://",
            "mailto:a@b c",
            "mailto:a@b\n",
        ] {
            assert_eq!(VapidSigner::new(&key, subject).err(), Some(VapidError::Subject), "{subject}");
        }
        assert!(VapidSigner::new(&key, "https://example.org/contact").is_ok());
    }
}
