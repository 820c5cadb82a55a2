use std::fmt;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use ring::{agreement, rand::SystemRandom};

use super::SubscriptionError;

const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why a key is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    #[error("is not base64url")]
    NotBase64Url,
    #[error("has the wrong length")]
    Length,
    #[error("is not an uncompressed point of the curve P-256")]
    NotOnCurve,
}

/// The keys of a subscription (RFC 8291 section 3.1): the browser's public key, a point on P-256, and the shared
/// authentication secret.
#[derive(Clone, PartialEq, Eq)]
pub struct SubscriptionKeys {
    p256dh: [u8; 65],
    auth: [u8; 16],
}

impl SubscriptionKeys {
    /// Reads the two keys as the browser writes them, base64url with or without padding.
    ///
    /// # Errors
    /// All that is wrong, at most one error a key.
    pub fn parse(p256dh: &str, auth: &str) -> Result<Self, Vec<SubscriptionError>> {
        let p256dh = BASE64URL.decode(p256dh).map_err(|_| KeyFault::NotBase64Url);
        let auth = BASE64URL.decode(auth).map_err(|_| KeyFault::NotBase64Url);
        match (p256dh.and_then(|bytes| point(&bytes)), auth.and_then(|bytes| secret(&bytes))) {
            (Ok(p256dh), Ok(auth)) => Ok(Self { p256dh, auth }),
            (p256dh, auth) => {
                let faults = [p256dh.err().map(SubscriptionError::P256dh), auth.err().map(SubscriptionError::Auth)];
                Err(faults.into_iter().flatten().collect())
            }
        }
    }

    /// Takes the keys as [`SubscriptionKeys::to_bytes`] gave them, and checks them again.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SubscriptionError> {
        let (p256dh, auth) = bytes.split_at_checked(65).ok_or(SubscriptionError::P256dh(KeyFault::Length))?;
        Ok(Self {
            p256dh: point(p256dh).map_err(SubscriptionError::P256dh)?,
            auth: secret(auth).map_err(SubscriptionError::Auth)?,
        })
    }

    /// The form to store: the point, then the secret, 81 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.p256dh.as_slice(), self.auth.as_slice()].concat()
    }

    pub fn p256dh(&self) -> &[u8; 65] {
        &self.p256dh
    }

    pub fn auth(&self) -> &[u8; 16] {
        &self.auth
    }
}

impl fmt::Debug for SubscriptionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubscriptionKeys(...)")
    }
}

/// An uncompressed point that lies on P-256 (SEC 1 section 2.3.3). The agreement with a throwaway key makes ring check
/// the curve's equation; what the key is does not change the answer.
fn point(bytes: &[u8]) -> Result<[u8; 65], KeyFault> {
    let point: [u8; 65] = bytes.try_into().map_err(|_| KeyFault::Length)?;
    let throwaway = agreement::EphemeralPrivateKey::generate(&agreement::ECDH_P256, &SystemRandom::new());
    throwaway
        .and_then(|key| {
            agreement::agree_ephemeral(key, &agreement::UnparsedPublicKey::new(&agreement::ECDH_P256, point), |_| ())
        })
        .map_err(|_| KeyFault::NotOnCurve)?;
    Ok(point)
}

fn secret(bytes: &[u8]) -> Result<[u8; 16], KeyFault> {
    bytes.try_into().map_err(|_| KeyFault::Length)
}
