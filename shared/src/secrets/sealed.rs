//! Encrypted columns: AES-256-GCM with a random nonce, bound to the place where the value stands.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sea_orm::DeriveValueType;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::random::{self, Random};

/// First byte of every sealed value; another layout gets another number.
const LAYOUT: u8 = 1;

/// Ciphertext as stored: layout (1 byte), nonce (12), ciphertext, tag (16).
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub struct Sealed(pub Vec<u8>);

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

/// Where a value stands. It is authenticated with the value, so ciphertext copied to another row, column or
/// organization does not open.
#[derive(Clone, Copy)]
pub struct Place {
    pub table: &'static str,
    pub column: &'static str,
    pub row: Uuid,
    pub organization: Uuid,
}

impl Place {
    fn aad(&self) -> Vec<u8> {
        let mut aad = Vec::with_capacity(80);
        aad.extend_from_slice(self.table.as_bytes());
        aad.push(0);
        aad.extend_from_slice(self.column.as_bytes());
        aad.push(0);
        aad.extend_from_slice(self.row.as_bytes());
        aad.extend_from_slice(self.organization.as_bytes());
        aad
    }
}

/// A key that encrypts columns: one for each client, one for each organization. Dropping a client's key erases what it
/// sealed.
pub struct DataKey(LessSafeKey);

impl DataKey {
    #[expect(clippy::expect_used, reason = "every caller holds exactly 32 bytes; a shorter key is a defect")]
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        Self(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes).expect("a key of 32 bytes")))
    }

    pub fn seal(&self, place: &Place, text: &str, random: &dyn Random) -> Sealed {
        self.seal_bytes(place, text.as_bytes(), random)
    }

    pub fn open(&self, place: &Place, sealed: &Sealed) -> Result<String> {
        String::from_utf8(self.open_bytes(place, sealed)?).map_err(Error::internal)
    }

    #[expect(clippy::expect_used, reason = "sealing fails only beyond 64 GiB")]
    pub fn seal_bytes(&self, place: &Place, plain: &[u8], random: &dyn Random) -> Sealed {
        let nonce = random::bytes::<NONCE_LEN>(random);
        let mut body = plain.to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place.aad()), &mut body)
            .expect("a value of moderate size");
        let mut out = Vec::with_capacity(1 + NONCE_LEN + body.len());
        out.push(LAYOUT);
        out.extend_from_slice(&nonce);
        out.append(&mut body);
        Sealed(out)
    }

    pub fn open_bytes(&self, place: &Place, sealed: &Sealed) -> Result<Vec<u8>> {
        let damaged =
            || Error::internal(format!("{}.{} of row {} does not open", place.table, place.column, place.row));
        let [LAYOUT, rest @ ..] = &sealed.0[..] else { return Err(damaged()) };
        let (nonce, body) = rest.split_at_checked(NONCE_LEN).ok_or_else(damaged)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| damaged())?;
        let mut body = body.to_vec();
        let length = self.0.open_in_place(nonce, Aad::from(place.aad()), &mut body).map_err(|_| damaged())?.len();
        body.truncate(length);
        Ok(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    fn place(column: &'static str, row: u128) -> Place {
        Place { table: "clients", column, row: Uuid::from_u128(row), organization: Uuid::from_u128(7) }
    }

    #[test]
    fn opens_only_where_it_was_sealed() {
        let key = DataKey::from_bytes(&[3; 32]);
        let random = SeededRandom::new(5);
        let sealed = key.seal(&place("preferred_name", 1), "Ana", &random);
        assert_eq!(key.open(&place("preferred_name", 1), &sealed).expect("opens"), "Ana");
        assert!(key.open(&place("legal_name", 1), &sealed).is_err(), "another column");
        assert!(key.open(&place("preferred_name", 2), &sealed).is_err(), "another row");
        assert!(DataKey::from_bytes(&[4; 32]).open(&place("preferred_name", 1), &sealed).is_err(), "another key");
    }

    #[test]
    fn a_flipped_or_missing_byte_is_noticed() {
        let key = DataKey::from_bytes(&[3; 32]);
        let sealed = key.seal(&place("title", 1), "coffee", &SeededRandom::new(5));
        for at in 0..sealed.0.len() {
            let mut damaged = sealed.clone();
            damaged.0[at] ^= 1;
            assert!(key.open(&place("title", 1), &damaged).is_err(), "byte {at}");
            assert!(key.open(&place("title", 1), &Sealed(sealed.0[..at].to_vec())).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn the_same_text_never_looks_the_same() {
        let key = DataKey::from_bytes(&[3; 32]);
        let random = SeededRandom::new(5);
        assert_ne!(key.seal(&place("title", 1), "x", &random), key.seal(&place("title", 1), "x", &random));
    }
}
