use std::path::PathBuf;

use anyhow::{Context, anyhow};
use cairn_shared::packets::{self, Finding};
use clap::Args;

use crate::{Failure, Outcome};

#[derive(Args)]
pub struct VerifyArguments {
    /// The packet, as it was handed over
    #[arg(value_name = "PACKET")]
    packet: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Checks a packet by itself: neither settings nor a database are needed.
pub fn run(arguments: VerifyArguments) -> Outcome {
    let name = arguments.packet.display();
    let bytes = std::fs::read(&arguments.packet).with_context(|| format!("{name} cannot be read"))?;
    let report = packets::verify(&bytes);
    if arguments.json {
        println!("{}", serde_json::to_string(&report)?);
    } else if report.is_whole() {
        println!("{name} is whole: {} notes, SHA-256 {}", report.notes, report.sha256);
    } else {
        for finding in &report.findings {
            println!("{}", describe(finding));
        }
    }
    if report.is_whole() {
        return Ok(());
    }
    Err(Failure { code: 1, error: anyhow!("{name} is not what it was; findings: {}", report.findings.len()) })
}

fn describe(finding: &Finding) -> String {
    match finding.byte {
        Some(byte) => format!("{}, byte {byte}: {}", finding.place, finding.message),
        None => format!("{}: {}", finding.place, finding.message),
    }
}
