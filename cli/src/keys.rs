use std::path::Path;

use anyhow::anyhow;
use cairn_shared::config::Settings;
use cairn_shared::db::wrap_anew;
use cairn_shared::organizations;
use cairn_shared::random::OsRandom;
use cairn_shared::scope::Scope;
use cairn_shared::secrets::{Keyring, OLD_MASTER};
use clap::Subcommand;

use crate::start::{Installation, open, settings};
use crate::{Failure, Outcome};

#[derive(Subcommand)]
pub enum KeysCommand {
    /// Make a new master key and wrap all data keys by it. Works beside running servers; run it again if it was stopped
    #[command(after_help = "The key before stays beside it as master.old.key. Then:
  1. copy keys/ to the other machines of this installation, if there are any
  2. restart all processes, so that none wraps new data keys by the old key
  3. cairn keys retire")]
    Rotate,
    /// Remove the old master key, when nothing is wrapped by it any more. Backups from before need it: keep it with them
    Retire,
}

/// Data keys in one transaction; each is a few hundred bytes.
const AT_ONCE: u64 = 500;

pub async fn run(config: Option<&Path>, command: KeysCommand) -> Outcome {
    let settings = settings(config)?;
    match command {
        KeysCommand::Rotate => rotate(settings).await,
        KeysCommand::Retire => retire(settings).await,
    }
}

async fn rotate(settings: Settings) -> Outcome {
    // Keys that cannot be read end here, before anything changes.
    open(settings.clone()).await?.database.close().await;
    Keyring::renew_master(&settings.key_dir(), &OsRandom::new())?;
    let installation = open(settings).await?;
    let count = wrap_all(&installation).await?;
    installation.database.close().await;
    println!(
        "{count} data keys are wrapped by the new master key. Copy keys/ to other machines, restart all processes, \
         then run: cairn keys retire"
    );
    Ok(())
}

async fn retire(settings: Settings) -> Outcome {
    let folder = settings.key_dir();
    if !folder.join(OLD_MASTER).exists() {
        return Err(Failure {
            code: 2,
            error: anyhow!("there is no old master key; `cairn keys rotate` makes a new one"),
        });
    }
    let installation = open(settings).await?;
    let late = wrap_all(&installation).await?;
    installation.database.close().await;
    if late > 0 {
        return Err(anyhow!(
            "{late} data keys had been wrapped by the old key since; restart all processes, then run this again"
        )
        .into());
    }
    Keyring::retire_master(&folder)?;
    println!("The old master key is removed. Backups from before the rotation cannot be read without it.");
    Ok(())
}

async fn wrap_all(installation: &Installation) -> Result<u64, Failure> {
    let database = &installation.database;
    let mut count = 0;
    for organization in organizations::all(database).await? {
        loop {
            let mut tx = database.begin_write(&Scope::system(organization.id, "keys")).await?;
            let done = wrap_anew(&mut tx, AT_ONCE).await?;
            if done == 0 {
                tx.finish().await?;
                break;
            }
            tx.commit().await?;
            count += done;
        }
    }
    Ok(count)
}
