//! Passwords: argon2id behind a semaphore, so that a flood of sign-ins costs neither the memory nor both cores.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use thiserror::Error;
use tokio::sync::Semaphore;

use crate::error::{Error, Result};
use crate::random::{self, Random};

/// Why a new password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PasswordError {
    #[error("a password has 12 to 128 characters")]
    Length,
    #[error("this password is too easy to guess; a few unrelated words are better")]
    Guessable,
}

/// OWASP's floor for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const AT_ONCE: usize = 2;
const WAITING: usize = 16;

/// Hashes and checks passwords, two at a time.
pub struct Passwords {
    at_once: Arc<Semaphore>,
    waiting: AtomicUsize,
    pepper: Vec<u8>,
    /// Checked when the account is unknown, so that the answer takes as long.
    decoy: String,
}

impl Passwords {
    pub fn new(pepper: &[u8], random: &dyn Random) -> Result<Self> {
        let pepper = pepper.to_vec();
        let decoy = hash(&pepper, "a password that nobody has", &random::bytes::<16>(random))?;
        Ok(Self { at_once: Arc::new(Semaphore::new(AT_ONCE)), waiting: AtomicUsize::new(0), pepper, decoy })
    }

    /// Is this password good enough to be chosen? (12 to 128 characters, not guessable; no rules of composition.)
    pub fn judge(password: &str) -> Result<(), PasswordError> {
        let length = password.chars().count();
        if !(12..=128).contains(&length) {
            return Err(PasswordError::Length);
        }
        if zxcvbn::zxcvbn(password, &[]).score() < zxcvbn::Score::Three {
            return Err(PasswordError::Guessable);
        }
        Ok(())
    }

    pub async fn hash(&self, password: &str, random: &dyn Random) -> Result<String> {
        let (pepper, password, salt) = (self.pepper.clone(), password.to_owned(), random::bytes::<16>(random));
        self.run(move || hash(&pepper, &password, &salt)).await?
    }

    /// True when the password fits the stored hash. Without a stored hash it works as long and says no.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool> {
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.decoy).to_owned();
        let (pepper, password) = (self.pepper.clone(), password.to_owned());
        let fits = self.run(move || verify(&pepper, &password, &stored)).await??;
        Ok(fits && known)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let waiting = Waiting::enter(&self.waiting).ok_or_else(|| Error::Unavailable("sign-in queue full".into()))?;
        let permit = Arc::clone(&self.at_once).acquire_owned().await.map_err(Error::internal)?;
        drop(waiting);
        // The permit belongs to the work, which goes on when the caller has gone away.
        let work = move || {
            let _permit = permit;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)
    }
}

/// One place in the queue, given back on drop, also when the caller goes away.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(count: &'a AtomicUsize) -> Option<Self> {
        let place = Self(count);
        (count.fetch_add(1, Ordering::SeqCst) < WAITING + AT_ONCE).then_some(place)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn argon2(pepper: &[u8]) -> Result<Argon2<'_>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(Error::internal)?;
    Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params).map_err(Error::internal)
}

fn hash(pepper: &[u8], password: &str, salt: &[u8]) -> Result<String> {
    let hash: PasswordHash =
        argon2(pepper)?.hash_password_with_salt(password.as_bytes(), salt).map_err(Error::internal)?;
    Ok(hash.to_string())
}

fn verify(pepper: &[u8], password: &str, stored: &str) -> Result<bool> {
    let stored = PasswordHash::new(stored).map_err(Error::internal)?;
    Ok(argon2(pepper)?.verify_password(password.as_bytes(), &stored).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    #[tokio::test]
    async fn a_password_fits_itself_under_the_same_pepper_only() {
        let random = SeededRandom::new(1);
        let passwords = Passwords::new(b"pepper", &random).expect("ready");
        let stored = passwords.hash("seven quiet stones", &random).await.expect("hashed");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(passwords.verify("seven quiet stones", Some(&stored)).await.expect("checked"));
        assert!(!passwords.verify("seven quiet stone", Some(&stored)).await.expect("checked"));
        assert!(!passwords.verify("a password that nobody has", None).await.expect("checked"));
        let other = Passwords::new(b"salt", &random).expect("ready");
        assert!(!other.verify("seven quiet stones", Some(&stored)).await.expect("checked"));
    }

    #[test]
    fn weak_passwords_are_refused() {
        assert_eq!(Passwords::judge("short"), Err(PasswordError::Length));
        assert_eq!(Passwords::judge("password1234"), Err(PasswordError::Guessable));
        assert_eq!(Passwords::judge("aaaaaaaaaaaaaaaa"), Err(PasswordError::Guessable));
        assert_eq!(Passwords::judge("seven quiet stones"), Ok(()));
    }
}
