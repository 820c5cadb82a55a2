//! The browser's side of Web Push, written from RFC 8291 and RFC 8188; shares no code with what seals.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{NonZeroScalar, ProjectivePoint, PublicKey};
use rand::RngCore;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use serde_json::{Value, json};

/// A subscription's private half; opens any number of messages.
pub struct Browser {
    private: NonZeroScalar,
    public: [u8; 65],
    auth: [u8; 16],
}

/// The plain text of a message.
pub struct Opened(pub Vec<u8>);

impl Browser {
    pub fn new() -> Self {
        let mut bytes = [0; 32];
        let private = loop {
            rand::rng().fill_bytes(&mut bytes);
            if let Some(private) = Option::<NonZeroScalar>::from(NonZeroScalar::from_repr(bytes.into())) {
                break private;
            }
        };
        let public = PublicKey::from_secret_scalar(&private).to_encoded_point(false);
        let public = public.as_bytes().try_into().expect("65 bytes");
        let mut auth = [0; 16];
        rand::rng().fill_bytes(&mut auth);
        Self { private, public, auth }
    }

    /// What `PushSubscription.toJSON()` gives.
    pub fn subscription(&self, endpoint: &str) -> Value {
        json!({
            "endpoint": endpoint,
            "expirationTime": null,
            "keys": { "p256dh": URL_SAFE_NO_PAD.encode(self.public), "auth": URL_SAFE_NO_PAD.encode(self.auth) },
        })
    }

    /// The private scalar in base64url, for other programs that open what was sealed for this browser.
    pub fn private_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.private.to_bytes())
    }

    /// Opens a body of one record. `None` when it was not sealed for this browser.
    pub fn open(&self, body: &[u8]) -> Option<Opened> {
        let (head, record) = body.split_at_checked(86)?;
        let (salt, sender) = (&head[..16], &head[21..]);
        let record_size = u32::from_be_bytes(head[16..20].try_into().ok()?);
        if head[20] != 65 || record.len() > usize::try_from(record_size).ok()? {
            return None;
        }
        let key = Salt::new(HKDF_SHA256, &self.auth).extract(&self.agree(sender)?);
        let input = expand::<32>(&key, &[b"WebPush: info\0", &self.public, sender]);
        let key = Salt::new(HKDF_SHA256, salt).extract(&input);
        let content_key = expand::<16>(&key, &[b"Content-Encoding: aes128gcm\0"]);
        let nonce = expand::<12>(&key, &[b"Content-Encoding: nonce\0"]);
        let cipher = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &content_key).ok()?);
        let mut record = record.to_vec();
        let plain = cipher.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record).ok()?;
        // The last record ends with the delimiter 2 and any number of zeros.
        let end = plain.iter().rposition(|byte| *byte != 0)?;
        (plain[end] == 2).then(|| Opened(plain[..end].to_vec()))
    }

    /// The horizontal coordinate of the shared point.
    fn agree(&self, sender: &[u8]) -> Option<[u8; 32]> {
        let sender = PublicKey::from_sec1_bytes(sender).ok()?;
        let shared = (ProjectivePoint::from(*sender.as_affine()) * *self.private).to_affine();
        Some((*shared.to_encoded_point(false).x()?).into())
    }
}

impl Default for Browser {
    fn default() -> Self {
        Self::new()
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(key: &Prk, info: &[&[u8]]) -> [u8; N] {
    let mut out = [0; N];
    key.expand(info, Length(N)).expect("a short output").fill(&mut out).expect("filled");
    out
}
