use std::fs;
use std::path::Path;

use anyhow::Context;
use cairn_migrations::{Migrator, MigratorTrait};
use cairn_shared::config::Settings;
use cairn_shared::crisis;
use cairn_shared::db::{DatabaseUrl, sqlite_options};
use cairn_shared::devices::vapid::VapidKey;
use cairn_shared::random::OsRandom;
use cairn_shared::secrets::{Keyring, write_secret};
use cairn_shared::{check_ins, note_templates};
use cairn_worker::queue;
use sea_orm::SqlxSqliteConnector;

use crate::Outcome;
use crate::start::{VAPID_FILE, open, settings};

pub async fn run(config: Option<&Path>) -> Outcome {
    let settings = settings(config)?;
    migrate(&settings).await?;
    let installation = open(settings).await?;
    check_ins::ship_to_all(&installation.database).await?;
    note_templates::ship_to_all(&installation.database).await?;
    crisis::ship_to_all(&installation.database).await?;
    installation.database.close().await;
    let settings = installation.settings;
    println!("Keys and database are ready in {} ({:?}).", settings.data_dir.display(), settings.database_url);
    Ok(())
}

/// Makes what is missing and updates what is old: data folder, keys, schema, the queue's tables.
pub async fn migrate(settings: &Settings) -> anyhow::Result<()> {
    let key_dir = settings.key_dir();
    fs::create_dir_all(&key_dir).with_context(|| format!("{} cannot be made", key_dir.display()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&key_dir, fs::Permissions::from_mode(0o700))?;
    }
    Keyring::create_missing(&key_dir, &OsRandom::new())?;
    let vapid = key_dir.join(VAPID_FILE);
    if !vapid.exists() {
        let key = VapidKey::generate(&ring::rand::SystemRandom::new())?;
        write_secret(&vapid, key.to_pem().as_bytes())?;
    }
    match &settings.database_url {
        DatabaseUrl::Sqlite(path) => {
            if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
            }
            let options = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1);
            let pool = options.connect_with(sqlite_options(path)).await.context("the database cannot be opened")?;
            let connection = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
            Migrator::up(&connection, None).await.context("the schema cannot be updated")?;
            connection.close().await?;
        }
        DatabaseUrl::Postgres(url) => {
            let mut options = sea_orm::ConnectOptions::new(url.clone());
            options.max_connections(1).sqlx_logging(false);
            let connection = sea_orm::Database::connect(options).await.context("the database cannot be reached")?;
            Migrator::up(&connection, None).await.context("the schema cannot be updated")?;
            connection.close().await?;
        }
    }
    queue::migrate(&settings.database_url).await.context("the queue's tables cannot be made")?;
    Ok(())
}
