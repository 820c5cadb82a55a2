use std::path::Path;

use anyhow::anyhow;
use cairn_shared::audit::{Verdict, verify};
use cairn_shared::organizations;
use cairn_shared::scope::Scope;
use clap::{Args, Subcommand};
use serde_json::json;

use crate::start::{open, settings};
use crate::{Failure, Outcome};

#[derive(Subcommand)]
pub enum AuditCommand {
    /// Check every organization's chain and name the first row that is not as it was written; exit code 1 if there is one
    Verify(VerifyArguments),
}

#[derive(Args)]
pub struct VerifyArguments {
    /// Print JSON, one object a line
    #[arg(long)]
    json: bool,
}

pub async fn run(config: Option<&Path>, command: AuditCommand) -> Outcome {
    let AuditCommand::Verify(arguments) = command;
    let installation = open(settings(config)?).await?;
    let mut damaged = 0;
    for organization in organizations::all(&installation.database).await? {
        let tx = installation.database.begin_read(&Scope::system(organization.id, "audit")).await?;
        let verdict = verify(&tx, organization.id).await?;
        tx.finish().await?;
        let (ok, text, number) = match verdict {
            Verdict::Whole { rows } => (true, "whole, rows", rows),
            Verdict::Altered { seq } => (false, "altered at", seq),
            Verdict::Missing { seq } => (false, "missing from", seq),
        };
        damaged += usize::from(!ok);
        if arguments.json {
            println!("{}", json!({ "organization_id": organization.id, "whole": ok, "finding": text, "seq": number }));
        } else {
            println!("{} {text} {number}", organization.id);
        }
    }
    installation.database.close().await;
    if damaged == 0 { Ok(()) } else { Err(Failure { code: 1, error: anyhow!("{damaged} audit log(s) are damaged") }) }
}
