use std::io::{IsTerminal, Read};
use std::path::Path;

use anyhow::{Context, anyhow};
use cairn_shared::config::Settings;
use cairn_shared::db::Database;
use cairn_shared::error::Error;
use cairn_shared::identity::{NewStaff, Passwords, StaffView, add_staff, find_by_email, second_factor};
use cairn_shared::organizations::{self, SecondFactor};
use cairn_shared::scope::{Role, Scope};
use chrono_tz::Tz;
use clap::{Args, Subcommand};
use serde_json::json;

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
    ResetSecondFactor(ResetArguments),
}

#[derive(Args)]
pub struct ResetArguments {
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
    let installation = open(settings(config)?).await?;
    let arguments = match command {
        UserCommand::Add(arguments) => arguments,
        UserCommand::ResetSecondFactor(arguments) => return reset(installation.database, &arguments.email).await,
    };
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

async fn reset(database: Database, email: &str) -> Outcome {
    let found = find_by_email(&database, email).await?;
    let (organization_id, staff_id) = found.ok_or_else(|| anyhow!("nobody here has this e-mail address"))?;
    let mut tx = database.begin_write(&Scope::system(organization_id, "cli")).await?;
    second_factor::reset(&mut tx, staff_id).await?;
    tx.commit().await?;
    database.close().await;
    println!("user_id {staff_id}");
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
