//! The browser's side of RFC 8291, written from the RFC and sharing no code with what seals.

use std::sync::Mutex;

use cairn_shared::devices::endpoint::SubscriptionKeys;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use ring::rand::SystemRandom;

/// Opens one message: ring's private keys serve once.
pub struct Browser {
    pub keys: SubscriptionKeys,
    private: Mutex<Option<EphemeralPrivateKey>>,
}

impl Browser {
    pub fn new() -> Self {
        let private = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).unwrap();
        let public = private.compute_public_key().unwrap();
        let stored = [public.as_ref(), &[7; 16]].concat();
        Self { keys: SubscriptionKeys::from_bytes(&stored).unwrap(), private: Mutex::new(Some(private)) }
    }

    pub fn open(&self, body: &[u8]) -> Option<Vec<u8>> {
        let private = self.private.lock().unwrap().take().expect("a browser of the tests opens one message");
        let sender = UnparsedPublicKey::new(&ECDH_P256, body.get(21..86)?);
        let shared = agree_ephemeral(private, &sender, <[u8]>::to_vec).ok()?;
        open_with_secret(&shared, self.keys.p256dh(), self.keys.auth(), body)
    }
}

/// Opens a body of one record, given the secret that the two key pairs share.
pub fn open_with_secret(shared: &[u8], public: &[u8], auth: &[u8], body: &[u8]) -> Option<Vec<u8>> {
    let (head, record) = body.split_at_checked(86)?;
    let (salt, sender) = (&head[..16], &head[21..]);
    let record_size = usize::try_from(u32::from_be_bytes(head[16..20].try_into().ok()?)).ok()?;
    if head[20] != 65 || record.len() > record_size {
        return None;
    }
    let key = Salt::new(HKDF_SHA256, auth).extract(shared);
    let input = expand::<32>(&key, &[b"WebPush: info\0", public, sender]);
    let key = Salt::new(HKDF_SHA256, salt).extract(&input);
    let content_key = expand::<16>(&key, &[b"Content-Encoding: aes128gcm\0"]);
    let nonce = expand::<12>(&key, &[b"Content-Encoding: nonce\0"]);
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &content_key).ok()?);
    let mut record = record.to_vec();
    let opened = cipher.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record).ok()?;
    // The last record ends with the delimiter 2 and any number of zeros (RFC 8188 section 2).
    let end = opened.iter().rposition(|byte| *byte != 0)?;
    (opened[end] == 2).then(|| opened[..end].to_vec())
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(key: &Prk, info: &[&[u8]]) -> [u8; N] {
    let mut out = [0; N];
    key.expand(info, Length(N)).unwrap().fill(&mut out).unwrap();
    out
}
