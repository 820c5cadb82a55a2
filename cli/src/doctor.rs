use std::path::Path;

use cairn_shared::config::Settings;
use cairn_shared::db::{Database, LARGEST_SKEW_MS};
use clap::Args;
use serde_json::json;

use crate::start::{open, settings};
use crate::{Failure, Outcome};

#[derive(Args)]
pub struct DoctorArguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

struct Finding {
    what: &'static str,
    ok: bool,
    text: String,
}

/// Looks at everything that a start needs, and says for each what is wrong and what to do.
pub async fn run(config: Option<&Path>, arguments: DoctorArguments) -> Outcome {
    let mut findings = Vec::new();
    match settings(config) {
        Err(failure) => findings.push(Finding { what: "settings", ok: false, text: format!("{:#}", failure.error) }),
        Ok(settings) => {
            findings.push(Finding { what: "settings", ok: true, text: summary(&settings) });
            findings.extend(advice(&settings));
            match open(settings).await {
                Err(failure) => {
                    findings.push(Finding { what: "installation", ok: false, text: format!("{:#}", failure.error) });
                }
                Ok(installation) => {
                    let text = "keys are there, the database answers and its schema is current".to_owned();
                    findings.push(Finding { what: "installation", ok: true, text });
                    findings.push(clock(&installation.database).await);
                    findings.push(crisis_resources(&installation.database).await);
                    installation.database.close().await;
                }
            }
        }
    }
    let healthy = findings.iter().all(|finding| finding.ok);
    if arguments.json {
        let list: Vec<_> = findings.iter().map(|f| json!({ "check": f.what, "ok": f.ok, "text": f.text })).collect();
        println!("{}", json!({ "ok": healthy, "checks": list }));
    } else {
        for finding in &findings {
            println!("{} {}: {}", if finding.ok { "ok " } else { "BAD" }, finding.what, finding.text);
        }
    }
    if healthy { Ok(()) } else { Err(Failure::not_ready(anyhow::anyhow!("something needs attention"))) }
}

/// Processes on several machines must agree with the database about the time.
async fn clock(database: &Database) -> Finding {
    let (ok, text) = match database.clock_skew().await {
        Ok(skew) if skew.abs() <= LARGEST_SKEW_MS => (true, "agrees with the database's".to_owned()),
        Ok(skew) => (false, format!("{} s from the database's; set up time synchronization (NTP)", skew.abs() / 1000)),
        Err(error) => (false, format!("cannot be compared with the database's: {error}")),
    };
    Finding { what: "clock", ok, text }
}

/// What people are told in a crisis grows old; somebody has to look at it now and then.
async fn crisis_resources(database: &Database) -> Finding {
    let what = "crisis resources";
    match cairn_shared::crisis::overdue(database).await {
        Err(error) => Finding { what, ok: false, text: error.to_string() },
        Ok(late) if late.is_empty() => Finding { what, ok: true, text: "reviewed within their time".to_owned() },
        Ok(late) => {
            let ids: Vec<String> = late.iter().map(ToString::to_string).collect();
            let text =
                format!("due for review; an admin can renew them (PUT /v1/crisis-resources) in {}", ids.join(", "));
            Finding { what, ok: false, text }
        }
    }
}

fn summary(settings: &Settings) -> String {
    format!(
        "data in {}, database {:?}, listening on {}, public address {}",
        settings.data_dir.display(),
        settings.database_url,
        settings.listen,
        settings.public_url
    )
}

fn advice(settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    let secure = settings.public_url.starts_with("https://") || settings.is_loopback();
    findings.push(Finding {
        what: "public address",
        ok: secure,
        text: if secure {
            "browsers will allow sign-in cookies and reminders".to_owned()
        } else {
            "phones allow reminders only over https; set CAIRN_PUBLIC_URL to an https address".to_owned()
        },
    });
    for (what, path) in [("TLS certificate", 0), ("TLS key", 1)] {
        if let Some((cert, key)) = &settings.tls {
            let path = if path == 0 { cert } else { key };
            let readable = std::fs::File::open(path);
            findings.push(Finding {
                what,
                ok: readable.is_ok(),
                text: readable
                    .err()
                    .map_or_else(|| "can be read".to_owned(), |error| format!("{}: {error}", path.display())),
            });
        }
    }
    findings
}
