use std::fs;

use anyhow::Context;
use cairn_shared::devices;
use cairn_shared::organizations;
use cairn_shared::scope::Scope;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{DemoArguments, population, seed};
use crate::start::Installation;

/// What a later start still has to know of the demo. The people are invented, so this is no secret.
#[derive(Serialize, Deserialize)]
struct Remembered {
    password: String,
    client_id: Uuid,
}

/// Seeds an empty installation, makes a fresh activation code for the first client, and says how to try it all out.
///
/// The code stands in the address behind `#`, which no browser sends to a server.
pub async fn welcome(installation: &Installation) -> anyhow::Result<String> {
    let file = installation.settings.data_dir.join("demo.json");
    if organizations::all(&installation.database).await?.is_empty() {
        let arguments = DemoArguments { clients: 24, days: 180, seed: 7, password: None };
        let seeded = seed(installation, &arguments).await?;
        let client_id = seeded.first_client.context("the demo has no clients")?;
        let text = serde_json::to_string(&Remembered { password: seeded.password, client_id })?;
        fs::write(&file, text).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    let Some(organization) = organizations::find_by_name(&installation.database, super::ORGANIZATION).await? else {
        return Ok("  This installation is in use: no demo data was added.".to_owned());
    };
    let remembered = fs::read_to_string(&file).ok().and_then(|text| serde_json::from_str::<Remembered>(&text).ok());
    let Some(remembered) = remembered else {
        return Ok("  There is a demo organization, but who made it kept its password.".to_owned());
    };
    let scope = Scope::system(organization.id, "demo");
    let mut tx = installation.database.begin_write(&scope).await?;
    let code = devices::issue_code(&mut tx, remembered.client_id).await?;
    tx.commit().await?;
    let mut text = format!(
        "  Ana's phone  {}/app/#{}\n  Activation code of the demo client Ana  {}\n  Staff (one password for all: {})\n",
        installation.settings.public_url, code.code, code.code, remembered.password
    );
    for (email, role) in population::STAFF {
        text.push_str(&format!("    {role:<12} {email}\n"));
    }
    text.push_str(&format!(
        "  client_id of Ana  {}\n  Everything here is invented. Stop with Ctrl-C.",
        remembered.client_id
    ));
    Ok(text)
}
