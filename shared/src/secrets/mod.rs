//! Keys from files, encryption of columns, and keyed hashes for looking things up without knowing them.

mod keyring;
mod sealed;

pub use keyring::{KEY_FILES, Keyring, KeyringError, OLD_MASTER, Wrapped, read_secret, write_secret};
pub use sealed::{DataKey, Place, Sealed};

use ring::digest;

/// SHA-256, for tokens of 256 random bits: such a token needs no key or salt.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}
