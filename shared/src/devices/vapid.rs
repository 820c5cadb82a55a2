//! The key that names this installation to push services (RFC 8292): ECDSA on P-256, kept as PKCS#8 in PEM text.
//!
//! Browsers bind a subscription to its public half, so losing the file ends every subscription. Where the file lies,
//! and its mode, is the caller's.

use std::fmt;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use zeroize::Zeroizing;

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";
/// RFC 7468 section 2 wraps PEM at 64 characters.
const PEM_WIDTH: usize = 64;

/// A key that cannot be made, read or used.
#[derive(Debug, thiserror::Error)]
pub enum VapidKeyError {
    #[error("the system gave no random bytes for a VAPID key")]
    Random,
    #[error("the VAPID key file {path} cannot be read: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("the VAPID key is not one PEM block `PRIVATE KEY`")]
    NotPem,
    #[error("the VAPID key is not a PKCS#8 private key with its public key, on the curve P-256")]
    NotP256,
}

/// The key pair. Prints as its public half only.
#[derive(Clone)]
pub struct VapidKey {
    pkcs8: Zeroizing<Vec<u8>>,
    public: [u8; 65],
}

impl VapidKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// [`VapidKeyError::Random`] when `random` fails.
    pub fn generate(random: &dyn SecureRandom) -> Result<Self, VapidKeyError> {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, random)
            .map_err(|_| VapidKeyError::Random)?;
        Self::from_pkcs8(Zeroizing::new(document.as_ref().to_vec()))
    }

    /// Reads the text that [`VapidKey::to_pem`] writes, or that `openssl genpkey -algorithm EC -pkeyopt
    /// ec_paramgen_curve:P-256` does.
    ///
    /// # Errors
    /// [`VapidKeyError::NotPem`] or [`VapidKeyError::NotP256`].
    pub fn from_pem(text: &str) -> Result<Self, VapidKeyError> {
        let inner = text.trim().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END));
        let base64 = inner.ok_or(VapidKeyError::NotPem)?;
        let base64 = Zeroizing::new(base64.split_ascii_whitespace().collect::<String>());
        let pkcs8 = STANDARD.decode(base64.as_bytes()).map_err(|_| VapidKeyError::NotPem)?;
        Self::from_pkcs8(Zeroizing::new(pkcs8))
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// [`VapidKeyError::Read`], or those of [`VapidKey::from_pem`].
    pub fn load(path: &Path) -> Result<Self, VapidKeyError> {
        let read = std::fs::read_to_string(path);
        let text = read.map_err(|source| VapidKeyError::Read { path: path.to_owned(), source })?;
        Self::from_pem(&Zeroizing::new(text))
    }

    /// The private key as PEM text, to be written to a file only its owner can read.
    pub fn to_pem(&self) -> Zeroizing<String> {
        let base64 = Zeroizing::new(STANDARD.encode(&*self.pkcs8));
        let mut pem = Zeroizing::new(String::with_capacity(512));
        pem.push_str(BEGIN);
        for (at, letter) in base64.char_indices() {
            if at % PEM_WIDTH == 0 {
                pem.push('\n');
            }
            pem.push(letter);
        }
        pem.push('\n');
        pem.push_str(END);
        pem.push('\n');
        pem
    }

    /// The public key for `applicationServerKey` and the `k` parameter: the uncompressed point as base64url without
    /// padding (RFC 8292 section 3.2).
    pub fn public_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.public)
    }

    fn from_pkcs8(pkcs8: Zeroizing<Vec<u8>>) -> Result<Self, VapidKeyError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8, &SystemRandom::new());
        let pair = pair.map_err(|_| VapidKeyError::NotP256)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| VapidKeyError::NotP256)?;
        Ok(Self { pkcs8, public })
    }
}

impl fmt::Debug for VapidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VapidKey({})", self.public_key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> VapidKey {
        VapidKey::generate(&SystemRandom::new()).unwrap()
    }

    #[test]
    fn a_written_key_reads_back_the_same() {
        let key = key();
        let pem = key.to_pem();
        assert!(pem.lines().all(|line| line.len() <= PEM_WIDTH), "{:?}", pem.lines().map(str::len).max());
        let again = VapidKey::from_pem(&pem).unwrap();
        assert_eq!(again.public_key(), key.public_key());
        assert_eq!(*again.to_pem(), *pem);
        let windows = pem.replace('\n', "\r\n");
        assert_eq!(VapidKey::from_pem(&windows).unwrap().public_key(), key.public_key());
    }

    #[test]
    fn the_public_key_is_an_uncompressed_point() {
        let key = key();
        let bytes = URL_SAFE_NO_PAD.decode(key.public_key()).unwrap();
        assert_eq!((bytes.len(), bytes[0], key.public_key().len()), (65, 4, 87));
        assert_ne!(key.public_key(), self::key().public_key());
    }

    /// The example key of RFC 8291 section 5, in the layout that `openssl genpkey` writes.
    #[test]
    fn a_key_in_the_layout_of_openssl_is_read() {
        let public = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
        let head = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg";
        let mut der = STANDARD.decode(head).unwrap();
        der.extend(URL_SAFE_NO_PAD.decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw").unwrap());
        der.extend([0xa1, 0x44, 0x03, 0x42, 0x00]);
        der.extend(URL_SAFE_NO_PAD.decode(public).unwrap());
        let key = VapidKey::from_pem(&format!("{BEGIN}\n{}\n{END}\n", STANDARD.encode(der))).unwrap();
        assert_eq!(key.public_key(), public);
    }

    #[test]
    fn other_text_is_refused() {
        let pem = key().to_pem();
        let cut = pem.replacen("MIG", "MIH", 1);
        let sec1 = pem.replace("PRIVATE KEY", "EC PRIVATE KEY");
        let twice = format!("{}{}", *pem, *pem);
        for text in ["", "nonsense", BEGIN, &sec1, &twice, &cut] {
            assert!(VapidKey::from_pem(text).is_err(), "{}", text.len());
        }
        assert!(matches!(VapidKey::load(Path::new("/nowhere/vapid.pem")), Err(VapidKeyError::Read { .. })));
    }

    #[test]
    fn debug_shows_the_public_half_only() {
        let key = key();
        let pem = key.to_pem();
        let private = pem.lines().nth(1).unwrap().to_owned();
        let shown = format!("{key:?}");
        assert!(shown.contains(&key.public_key()) && !shown.contains(&private));
    }
}
