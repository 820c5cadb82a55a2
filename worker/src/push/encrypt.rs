//! Sealing a payload for one browser: RFC 8291 with the `aes128gcm` coding of RFC 8188.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cairn_shared::devices::endpoint::SubscriptionKeys;
use web_push::{ContentEncoding, SubscriptionInfo, WebPushMessageBuilder};

use super::message::MAX_PAYLOAD;

/// The value of the `Content-Encoding` header of a sealed body.
pub const CONTENT_ENCODING: &str = "aes128gcm";

/// A payload that cannot be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EncryptError {
    #[error("the payload is empty or longer than {MAX_PAYLOAD} bytes")]
    Length,
    #[error("the keys of the subscription cannot be used")]
    Keys,
}

/// Seals a payload of 1 to [`MAX_PAYLOAD`] bytes: the body of the request, one record, padded to a multiple of 128
/// bytes so that its length tells little. Every call takes a fresh key pair and salt.
pub fn encrypt(keys: &SubscriptionKeys, payload: &[u8]) -> Result<Vec<u8>, EncryptError> {
    if payload.is_empty() || payload.len() > MAX_PAYLOAD {
        return Err(EncryptError::Length);
    }
    // The crate wants a whole message; only the sealed payload of it is used, so the address does not matter.
    let info = SubscriptionInfo {
        endpoint: "https://push.invalid/".to_owned(),
        keys: web_push::SubscriptionKeys {
            p256dh: URL_SAFE_NO_PAD.encode(keys.p256dh()),
            auth: URL_SAFE_NO_PAD.encode(keys.auth()),
        },
    };
    let mut builder = WebPushMessageBuilder::new(&info);
    builder.set_payload(ContentEncoding::Aes128Gcm, payload);
    let message = builder.build().map_err(|_| EncryptError::Keys)?;
    message.payload.map(|sealed| sealed.content).ok_or(EncryptError::Keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::push::testing::browser::{Browser, open_with_secret};

    /// RFC 8291 section 5 and appendix A: proves the tests' own opening, by which sealing is judged below.
    #[test]
    fn the_example_of_the_rfc_opens() {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let public = bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
        let body = bytes(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_\
             yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
        );
        let shared = bytes("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs");
        let opened = open_with_secret(&shared, &public, &bytes("BTBZMqHH6r4Tts7J_aSIgg"), &body).unwrap();
        assert_eq!(opened, b"When I grow up, I want to be a watermelon");
    }

    #[test]
    fn a_sealed_payload_opens_in_its_browser_only() {
        for length in [1, 2, 127, 128, 129, 1000, MAX_PAYLOAD] {
            let payload: Vec<u8> = (0..=255).cycle().take(length).collect();
            let (browser, other) = (Browser::new(), Browser::new());
            let body = encrypt(&browser.keys, &payload).unwrap();
            assert!(body.len() <= 4096, "{}", body.len());
            assert_eq!((body.len() - 21 - 65 - 16) % 128, 0, "the length tells only the block");
            assert!(other.open(&body).is_none());
            assert_eq!(browser.open(&body).unwrap(), payload);
        }
    }

    #[test]
    fn a_changed_body_does_not_open() {
        for at in [0, 15, 30, 90, 150] {
            let browser = Browser::new();
            let mut body = encrypt(&browser.keys, b"You have a reminder").unwrap();
            body[at] ^= 1;
            assert!(browser.open(&body).is_none(), "{at}");
        }
    }

    #[test]
    fn two_bodies_of_one_payload_differ() {
        let keys = Browser::new().keys;
        let (one, two) = (encrypt(&keys, b"same").unwrap(), encrypt(&keys, b"same").unwrap());
        assert!(one[..16] != two[..16] && one[21..86] != two[21..86]);
    }

    #[test]
    fn the_length_is_limited() {
        let keys = Browser::new().keys;
        assert_eq!(encrypt(&keys, &[]), Err(EncryptError::Length));
        assert_eq!(encrypt(&keys, &[0; MAX_PAYLOAD + 1]), Err(EncryptError::Length));
    }
}
