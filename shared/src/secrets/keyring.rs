//! The keys of an installation. Each lies in a file of its own, readable by its owner alone.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use thiserror::Error;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::sealed::{DataKey, Place, Sealed};
use super::sha256;
use crate::random::{self, Random};

/// The key files, each 32 random bytes in base64.
pub const KEY_FILES: [&str; 4] = ["master.key", "lookup.key", "audit.key", "pepper.key"];

/// The master key before the present one, while data keys that it wrapped are wrapped anew.
pub const OLD_MASTER: &str = "master.old.key";
const NEW_MASTER: &str = "master.new.key";

/// Why keys could not be read or made.
#[derive(Debug, Error)]
pub enum KeyringError {
    #[error("{0} is missing; `cairn migrate` makes keys for a new installation")]
    Missing(PathBuf),
    #[error("{path} cannot be used: {cause}")]
    Io { path: PathBuf, cause: std::io::Error },
    #[error("{0} must hold 32 bytes in base64")]
    Malformed(PathBuf),
    #[error("{0} can be read by others; run: chmod 0400 {0}")]
    TooOpen(PathBuf),
}

/// A master key and its name: the first eight bytes of its SHA-256, in hexadecimal.
struct Master {
    id: String,
    key: DataKey,
}

impl Master {
    fn new(bytes: &[u8]) -> Self {
        Self { id: hex::encode(&sha256(bytes)[..8]), key: DataKey::from_bytes(bytes) }
    }
}

/// The keys, loaded.
pub struct Keyring {
    /// The folder, to look again when another process has changed the master key.
    folder: Option<PathBuf>,
    /// The present one first; it wraps new data keys.
    masters: RwLock<Vec<Arc<Master>>>,
    lookup: hmac::Key,
    audit: hmac::Key,
    pepper: Zeroizing<Vec<u8>>,
}

impl Keyring {
    /// Reads the keys of a folder. Refuses files that others can read.
    pub fn load(folder: &Path) -> Result<Self, KeyringError> {
        let mut keys = Vec::new();
        for name in KEY_FILES {
            keys.push(read_key(&folder.join(name))?);
        }
        let [master, lookup, audit, pepper] = &keys[..] else {
            return Err(KeyringError::Missing(folder.to_owned()));
        };
        let mut keyring = Self::from_bytes(master, lookup, audit, pepper);
        keyring.folder = Some(folder.to_owned());
        keyring.read_masters()?;
        Ok(keyring)
    }

    fn read_masters(&self) -> Result<(), KeyringError> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let mut masters = vec![Arc::new(Master::new(&read_key(&folder.join(KEY_FILES[0]))?))];
        let old = folder.join(OLD_MASTER);
        if old.exists() {
            masters.push(Arc::new(Master::new(&read_key(&old)?)));
        }
        *self.masters.write().unwrap_or_else(PoisonError::into_inner) = masters;
        Ok(())
    }

    /// Puts a new master key in the place of the present one, which stays beside it as `master.old.key`. Goes on where an
    /// earlier attempt stopped; while an old key is there, nothing changes. At no moment is `master.key` missing.
    pub fn renew_master(folder: &Path, random: &dyn Random) -> Result<(), KeyringError> {
        let (present, old, new) = (folder.join(KEY_FILES[0]), folder.join(OLD_MASTER), folder.join(NEW_MASTER));
        let io = |path: &Path| {
            let path = path.to_owned();
            move |cause| KeyringError::Io { path, cause }
        };
        if new.exists() {
            // An earlier attempt may have been cut short while it wrote.
            if read_key(&new).is_err() {
                fs::remove_file(&new).map_err(io(&new))?;
            }
        } else if old.exists() {
            return Ok(());
        }
        if !new.exists() {
            let text = Zeroizing::new(STANDARD.encode(random::bytes::<32>(random)));
            write_secret(&new, text.as_bytes())?;
        }
        if !old.exists() {
            fs::hard_link(&present, &old).map_err(io(&old))?;
        }
        fs::rename(&new, &present).map_err(io(&present))
    }

    /// Removes the old master key, when no data key is wrapped by it any more.
    pub fn retire_master(folder: &Path) -> Result<(), KeyringError> {
        let old = folder.join(OLD_MASTER);
        fs::remove_file(&old).map_err(|cause| KeyringError::Io { path: old, cause })
    }

    /// Makes the files that are missing, mode 0400; files that exist are left alone.
    pub fn create_missing(folder: &Path, random: &dyn Random) -> Result<(), KeyringError> {
        for name in KEY_FILES {
            let path = folder.join(name);
            if !path.exists() {
                let text = Zeroizing::new(STANDARD.encode(random::bytes::<32>(random)));
                write_secret(&path, text.as_bytes())?;
            }
        }
        Ok(())
    }

    /// Keys from a seed of bytes, for tests and simulations.
    pub fn from_bytes(master: &[u8], lookup: &[u8], audit: &[u8], pepper: &[u8]) -> Self {
        Self {
            folder: None,
            masters: RwLock::new(vec![Arc::new(Master::new(master))]),
            lookup: hmac::Key::new(hmac::HMAC_SHA256, lookup),
            audit: hmac::Key::new(hmac::HMAC_SHA256, audit),
            pepper: Zeroizing::new(pepper.to_vec()),
        }
    }

    /// Names the master key that wraps new data keys.
    pub fn master_id(&self) -> String {
        self.present().id.clone()
    }

    fn present(&self) -> Arc<Master> {
        Arc::clone(&self.masters.read().unwrap_or_else(PoisonError::into_inner)[0])
    }

    fn master(&self, id: &str) -> Option<Arc<Master>> {
        let masters = self.masters.read().unwrap_or_else(PoisonError::into_inner);
        masters.iter().find(|master| master.id == id).map(Arc::clone)
    }

    /// HMAC-SHA-256 for equality of an encrypted value; `domain` keeps one column's hashes apart from another's.
    pub fn lookup(&self, domain: &str, value: &[u8]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.lookup);
        context.update(domain.as_bytes());
        context.update(&[0]);
        context.update(value);
        context.sign().as_ref().to_vec()
    }

    /// One link of the audit chain: HMAC-SHA-256 over the link before and the canonical row.
    pub fn audit_link(&self, previous: &[u8], row: &[u8]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.audit);
        context.update(previous);
        context.update(row);
        context.sign().as_ref().to_vec()
    }

    /// Mixed into every password hash, so that a stolen database alone cannot be searched for weak passwords.
    pub fn pepper(&self) -> &[u8] {
        &self.pepper
    }

    /// A new data key, wrapped by the present master key.
    pub fn new_data_key(&self, id: Uuid, organization_id: Uuid, random: &dyn Random) -> (DataKey, Wrapped) {
        let raw = Zeroizing::new(random::bytes::<32>(random));
        (DataKey::from_bytes(&*raw), self.wrap(id, organization_id, &raw[..], random))
    }

    /// Unwraps a data key. Fails when the row was altered, moved to another organization, or its master key is not here.
    pub fn unwrap_data_key(&self, id: Uuid, organization_id: Uuid, wrapped: &Wrapped) -> crate::Result<DataKey> {
        Ok(DataKey::from_bytes(&self.open(id, organization_id, wrapped)?))
    }

    /// The same data key, wrapped by the present master key.
    pub fn wrap_anew(
        &self,
        id: Uuid,
        organization_id: Uuid,
        wrapped: &Wrapped,
        random: &dyn Random,
    ) -> crate::Result<Wrapped> {
        let raw = self.open(id, organization_id, wrapped)?;
        Ok(self.wrap(id, organization_id, &raw, random))
    }

    fn wrap(&self, id: Uuid, organization_id: Uuid, raw: &[u8], random: &dyn Random) -> Wrapped {
        let master = self.present();
        let sealed = master.key.seal_bytes(&place(id, organization_id), raw, random);
        Wrapped { master_key_id: master.id.clone(), sealed }
    }

    fn open(&self, id: Uuid, organization_id: Uuid, wrapped: &Wrapped) -> crate::Result<Zeroizing<Vec<u8>>> {
        let master = if let Some(master) = self.master(&wrapped.master_key_id) {
            master
        } else {
            self.read_masters().map_err(|error| crate::Error::internal(error.to_string()))?;
            self.master(&wrapped.master_key_id).ok_or_else(|| {
                crate::Error::internal(format!("master key {} is not in the folder of keys", wrapped.master_key_id))
            })?
        };
        Ok(Zeroizing::new(master.key.open_bytes(&place(id, organization_id), &wrapped.sealed)?))
    }
}

/// A data key as it lies in the database.
#[derive(Clone, Debug)]
pub struct Wrapped {
    pub master_key_id: String,
    pub sealed: Sealed,
}

fn place(id: Uuid, organization: Uuid) -> Place {
    Place { table: "data_keys", column: "wrapped", row: id, organization }
}

/// Writes a secret so that only its owner can read it, and never over a file that is there.
pub fn write_secret(path: &Path, bytes: &[u8]) -> Result<(), KeyringError> {
    let io = |cause| KeyringError::Io { path: path.to_owned(), cause };
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o400);
    let mut file = options.open(path).map_err(io)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(io)
}

/// Reads a secret file; refuses one that its group or others can read.
pub fn read_secret(path: &Path) -> Result<Zeroizing<String>, KeyringError> {
    let io = |cause| KeyringError::Io { path: path.to_owned(), cause };
    if !path.exists() {
        return Err(KeyringError::Missing(path.to_owned()));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(path).map_err(io)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(KeyringError::TooOpen(path.to_owned()));
        }
    }
    fs::read_to_string(path).map(Zeroizing::new).map_err(io)
}

fn read_key(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeyringError> {
    let text = read_secret(path)?;
    let bytes = STANDARD.decode(text.trim()).map_err(|_| KeyringError::Malformed(path.to_owned()))?;
    if bytes.len() == 32 { Ok(Zeroizing::new(bytes)) } else { Err(KeyringError::Malformed(path.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    #[test]
    fn keys_survive_a_restart_and_open_files_are_refused() {
        let folder = std::env::temp_dir().join(format!("cairn-keyring-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("folder");
        let random = SeededRandom::new(1);
        Keyring::create_missing(&folder, &random).expect("made");
        let first = Keyring::load(&folder).expect("loaded");
        Keyring::create_missing(&folder, &random).expect("kept");
        let second = Keyring::load(&folder).expect("loaded again");
        assert_eq!(first.lookup("email", b"a@b.test"), second.lookup("email", b"a@b.test"));
        assert_ne!(first.lookup("email", b"a@b.test"), first.lookup("phone", b"a@b.test"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let path = folder.join("pepper.key");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("mode");
            assert!(matches!(Keyring::load(&folder), Err(KeyringError::TooOpen(_))));
        }
        fs::remove_dir_all(&folder).expect("removed");
    }
}
