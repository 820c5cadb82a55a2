use std::io::{IsTerminal, Read};
use std::path::Path;

use anyhow::{Context, anyhow};
use cairn_shared::config::Settings;
use cairn_shared::db::Database;
use cairn_shared::error::Error;
use cairn_shared::identity::{self, NewStaff, Passwords, StaffView, add_staff, find_by_email, second_factor};
use cairn_shared::organizations::{self, SecondFactor};
use cairn_shared::scope::{Role, Scope};
use chrono_tz::Tz;
use clap::{Args, Subcommand};
use serde_json::json;
use uuid::Uuid;

use crate::start::{open, settings};
use crate::{Failure, Outcome};

#[derive(Subcommand)]
pub enum UserCommand {
    /// Add a member of staff; makes the organization when it is new. Works beside a running server
    #[command(after_help = "Example:
  printf %s 'seven quiet stones' | cairn user add --org Hope --role specialist --role scheduler \\
      --email sam@hope.example --name 'Sam Roe' --password-stdin --json")]
    Add(AddArguments),
    /// Take away somebody's second factor when phone and recovery codes are lost; ends their sign-ins
    #[command(after_help = "Example:
  cairn user reset-second-factor --email sam@hope.example")]
    ResetSecondFactor(Whom),
    /// Let a member of staff sign in no longer; ends all their sign-ins at once
    Disable(Whom),
    /// Let a member of staff sign in again
    Enable(Whom),
    /// Give a member of staff a new password, read from standard input; ends all their sign-ins
    Password(Whom),
}

#[derive(Args)]
pub struct Whom {
    #[arg(long)]
    email: String,
}

#[derive(Args)]
pub struct AddArguments {
    /// The organization's name
    #[arg(long)]
    org: String,
    /// specialist, supervisor, scheduler, biller or admin; several may be given
    #[arg(long = "role", required = true, num_args = 1.., value_parser = parse_role)]
    roles: Vec<Role>,
    #[arg(long)]
    email: String,
    #[arg(long)]
    name: String,
    /// Read the password from standard input
    #[arg(long, required = true)]
    password_stdin: bool,
    /// The zone of a new organization
    #[arg(long, default_value = "America/New_York", value_parser = parse_zone)]
    time_zone: Tz,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn parse_role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| "one of specialist, supervisor, scheduler, biller, admin".to_owned())
}

fn parse_zone(text: &str) -> Result<Tz, String> {
    cairn_shared::agenda::zone::parse_zone(text).map_err(|error| error.to_string())
}

pub async fn run(config: Option<&Path>, command: UserCommand) -> Outcome {
    let arguments = match command {
        UserCommand::Add(arguments) => arguments,
        UserCommand::ResetSecondFactor(whom) => return reset(config, &whom.email).await,
        UserCommand::Disable(whom) => return set_disabled(config, &whom.email, true).await,
        UserCommand::Enable(whom) => return set_disabled(config, &whom.email, false).await,
        UserCommand::Password(whom) => return set_password(config, &whom.email).await,
    };
    let installation = open(settings(config)?).await?;
    let password = read_password()?;
    Passwords::judge(&password).map_err(|error| Failure { code: 2, error: error.into() })?;
    let added = add(&installation.settings, &installation.database, &arguments, &password).await?;
    installation.database.close().await;
    let (user_id, organization_id) = (added.id, added.organization_id);
    if arguments.json {
        println!("{}", json!({ "user_id": user_id, "organization_id": organization_id }));
    } else {
        println!("user_id {user_id}\norganization_id {organization_id}");
    }
    Ok(())
}

async fn reset(config: Option<&Path>, email: &str) -> Outcome {
    let installation = open(settings(config)?).await?;
    let (scope, staff_id) = whom(&installation.database, email).await?;
    let mut tx = installation.database.begin_write(&scope).await?;
    second_factor::reset(&mut tx, staff_id).await?;
    tx.commit().await?;
    installation.database.close().await;
    println!("user_id {staff_id}");
    Ok(())
}

async fn whom(database: &Database, email: &str) -> Result<(Scope, Uuid), Failure> {
    let found = find_by_email(database, email).await?;
    let unknown = || Failure { code: 2, error: anyhow!("no member of staff has this e-mail address") };
    let (organization_id, staff_id) = found.ok_or_else(unknown)?;
    Ok((Scope::system(organization_id, "cli"), staff_id))
}

async fn set_disabled(config: Option<&Path>, email: &str, disabled: bool) -> Outcome {
    let installation = open(settings(config)?).await?;
    let (scope, staff_id) = whom(&installation.database, email).await?;
    let mut tx = installation.database.begin_write(&scope).await?;
    identity::set_disabled(&mut tx, staff_id, disabled).await?;
    tx.commit().await?;
    installation.database.close().await;
    Ok(())
}

async fn set_password(config: Option<&Path>, email: &str) -> Outcome {
    let installation = open(settings(config)?).await?;
    let database = &installation.database;
    let (scope, staff_id) = whom(database, email).await?;
    let password = read_password()?;
    Passwords::judge(&password).map_err(|error| Failure { code: 2, error: error.into() })?;
    let passwords = Passwords::new(database.env.keys.pepper(), &*database.env.random)?;
    let hash = passwords.hash(&password, &*database.env.random).await?;
    let mut tx = database.begin_write(&scope).await?;
    identity::set_password(&mut tx, staff_id, hash, None).await?;
    tx.commit().await?;
    installation.database.close().await;
    Ok(())
}

fn read_password() -> anyhow::Result<String> {
    let mut input = std::io::stdin();
    if input.is_terminal() {
        eprintln!("Type the password, then press Ctrl-D:");
    }
    let mut password = String::new();
    input.read_to_string(&mut password).context("the password cannot be read")?;
    Ok(password.trim_end_matches(['\r', '\n']).to_owned())
}

async fn add(
    settings: &Settings,
    database: &Database,
    arguments: &AddArguments,
    password: &str,
) -> Result<StaffView, Failure> {
    let env = &database.env;
    let passwords = Passwords::new(env.keys.pepper(), &*env.random)?;
    let password_hash = passwords.hash(password, &*env.random).await?;
    let organization = if let Some(found) = organizations::find_by_name(database, arguments.org.trim()).await? {
        found
    } else {
        let factor = if settings.is_loopback() { SecondFactor::Optional } else { SecondFactor::Required };
        organizations::create(database, &arguments.org, arguments.time_zone, factor).await?
    };
    let mut tx = database.begin_write(&Scope::system(organization.id, "cli")).await?;
    let new = NewStaff {
        email: arguments.email.clone(),
        name: arguments.name.clone(),
        roles: arguments.roles.clone(),
        password_hash,
    };
    let added = add_staff(&mut tx, new).await.map_err(|error| match error {
        Error::Conflict(_, message) => Failure { code: 4, error: anyhow!(message) },
        Error::Invalid(fields) => {
            let texts: Vec<String> = fields.iter().map(|field| format!("{}: {}", field.field, field.message)).collect();
            Failure { code: 2, error: anyhow!(texts.join("; ")) }
        }
        other => other.into(),
    })?;
    tx.commit().await?;
    Ok(added)
}
