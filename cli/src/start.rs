//! What every command needs before it can work: settings, keys, database.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use cairn_migrations::{Migrator, MigratorTrait};
use cairn_shared::clock::SystemClock;
use cairn_shared::config::Settings;
use cairn_shared::db::{Database, Environment};
use cairn_shared::devices::vapid::VapidKey;
use cairn_shared::random::OsRandom;
use cairn_shared::secrets::{Keyring, read_secret};

use crate::Failure;

pub const VAPID_FILE: &str = "vapid.pem";

/// An installation that is ready to be used.
pub struct Installation {
    pub settings: Settings,
    pub database: Database,
    pub vapid: VapidKey,
}

pub fn settings(config: Option<&Path>) -> Result<Settings, Failure> {
    let settings = Settings::load(config).context("the settings cannot be used")?;
    Ok(settings)
}

/// Opens an installation that exists. Missing keys and an old schema end with exit code 3.
pub async fn open(settings: Settings) -> Result<Installation, Failure> {
    let keys = Keyring::load(&settings.key_dir()).map_err(Failure::not_ready)?;
    let vapid = read_secret(&settings.key_dir().join(VAPID_FILE)).map_err(Failure::not_ready)?;
    let vapid = VapidKey::from_pem(&vapid).map_err(Failure::not_ready)?;
    let env = Environment { clock: Arc::new(SystemClock), random: Arc::new(OsRandom::new()), keys: Arc::new(keys) };
    let database = Database::connect(&settings.database_url, env, settings.database_connections)
        .await
        .context("the database cannot be used; has `cairn migrate` been run?")
        .map_err(Failure::not_ready)?;
    let applied = database
        .applied_migrations()
        .await
        .context("the database has no Cairn schema; run `cairn migrate`")
        .map_err(Failure::not_ready)?;
    let wanted: Vec<String> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    if let Some(missing) = wanted.iter().find(|name| !applied.contains(name)) {
        let error =
            anyhow::anyhow!("the database is older than this program ({missing} is missing); run `cairn migrate`");
        return Err(Failure::not_ready(error));
    }
    Ok(Installation { settings, database, vapid })
}
