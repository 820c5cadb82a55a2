use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_shared::db::{Database, Environment, wrap_anew};
use cairn_shared::random::SeededRandom;
use cairn_shared::scope::Scope;
use cairn_shared::secrets::{KEY_FILES, Keyring, OLD_MASTER};
use cairn_tests::{TestApp, both};
use serde_json::json;

/// The keys of the test's installation, as files.
fn key_folder(app: &TestApp) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("cairn-keys-{:?}-{}", app.backend, std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for (name, byte) in KEY_FILES.iter().zip(1u8..) {
        let path = folder.join(name);
        fs::write(&path, STANDARD.encode([byte; 32])).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    }
    folder
}

/// Another process of the installation, with empty memory.
async fn process(app: &TestApp, folder: &Path) -> Database {
    let random = Arc::new(SeededRandom::new(7));
    let keys = Arc::new(Keyring::load(folder).unwrap());
    let clock = app.database.env.clock.clone();
    Database::connect(&app.url, Environment { clock, random, keys }, 2).await.unwrap()
}

/// Whether this process can open what belongs to the organization.
async fn reads(database: &Database, app: &TestApp) -> cairn_shared::Result<()> {
    let scope = Scope::system(app.organization.id, "test");
    let tx = database.begin_read(&scope).await?;
    tx.organization_key().await?;
    tx.finish().await
}

async fn wrap(database: &Database, app: &TestApp, limit: u64) -> u64 {
    let mut tx = database.begin_write(&Scope::system(app.organization.id, "keys")).await.unwrap();
    let count = wrap_anew(&mut tx, limit).await.unwrap();
    if count > 0 {
        tx.commit().await.unwrap();
    } else {
        tx.finish().await.unwrap();
    }
    count
}

both!(a_master_key_is_changed_while_servers_run, async |app| {
    let sam = app.specialist().await;
    for name in ["Ana", "Ben", "Carla"] {
        app.client_with(&sam, json!({ "preferred_name": name })).await;
    }
    let folder = key_folder(app);
    let running = process(app, &folder).await;
    let old = running.env.keys.master_id();

    Keyring::renew_master(&folder, &SeededRandom::new(9)).unwrap();
    let rotating = process(app, &folder).await;
    let new = rotating.env.keys.master_id();
    assert_ne!(old, new);
    assert_eq!(wrap(&rotating, app, 2).await, 2, "stopped in the middle");
    Keyring::renew_master(&folder, &SeededRandom::new(10)).unwrap();
    let again = process(app, &folder).await;
    assert_eq!(again.env.keys.master_id(), new, "going on makes no third key");
    while wrap(&again, app, 2).await > 0 {}
    assert_eq!(app.count_where("data_keys", &format!("master_key_id = '{old}'")).await, 0);
    assert!(app.count_where("data_keys", &format!("master_key_id = '{new}'")).await >= 4);

    reads(&running, app).await.expect("a server that knew only the old key looks for the new one");
    fs::remove_file(folder.join("master.key")).unwrap();
    fs::copy(folder.join(OLD_MASTER), folder.join("master.key")).unwrap();
    Keyring::retire_master(&folder).unwrap();
    let lost = process(app, &folder).await;
    assert!(reads(&lost, app).await.is_err(), "without the new key nothing opens");
    for database in [running, rotating, again, lost] {
        database.close().await;
    }
    fs::remove_dir_all(folder).unwrap();
});
