//! On what it was measured: a figure without this means nothing.

use std::fs;
use std::process::Command;

use cairn_shared::clock::{Clock, SystemClock};
use serde_json::{Value, json};

use crate::site::Ground;

pub struct Machine {
    cores: usize,
    model: String,
    memory: String,
    load_before: String,
    commit: String,
    seed: u64,
    quick: bool,
    program_bytes: u64,
    date: String,
}

impl Machine {
    pub fn look(ground: &Ground) -> anyhow::Result<Self> {
        Ok(Self {
            cores: std::thread::available_parallelism()?.get(),
            model: field("/proc/cpuinfo", "model name"),
            memory: field("/proc/meminfo", "MemTotal"),
            load_before: load_average(),
            commit: commit(),
            seed: ground.seed,
            quick: ground.quick,
            program_bytes: fs::metadata(&ground.program)?.len(),
            date: SystemClock.now().to_string(),
        })
    }

    pub fn text(&self) -> String {
        let mut text = format!(
            "machine  {} cores ({}), memory {}; server, database and load share them\n\
             load     {} before, {} after (averages of 1, 5 and 15 minutes)\n\
             program  {:.1} MB, commit {}, seed {}, {}\n",
            self.cores,
            self.model,
            self.memory,
            self.load_before,
            load_average(),
            megabytes(self.program_bytes),
            self.commit,
            self.seed,
            self.date,
        );
        for (is, warning) in self.warnings() {
            if is {
                text.push_str(warning);
                text.push('\n');
            }
        }
        text
    }

    pub fn json(&self) -> Value {
        json!({
            "cores": self.cores,
            "model": self.model,
            "memory": self.memory,
            "load_before": self.load_before,
            "load_after": load_average(),
            "commit": self.commit,
            "seed": self.seed,
            "quick": self.quick,
            "optimized": !cfg!(debug_assertions),
            "program_bytes": self.program_bytes,
            "date": self.date,
        })
    }

    fn warnings(&self) -> [(bool, &'static str); 2] {
        [
            (self.quick, "Quick: fewer people and shorter runs than the targets speak of."),
            (cfg!(debug_assertions), "Not an optimized build: these figures say nothing."),
        ]
    }
}

#[expect(clippy::cast_precision_loss, reason = "a size for people to read")]
pub fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn field(path: &str, name: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    line.split_once(':').map_or("unknown", |(_, value)| value.trim()).to_owned()
}

fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}

/// The commit that is checked out, with a word when files differ from it.
fn commit() -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let Some(hash) = git(&["rev-parse", "--short=12", "HEAD"]) else { return "unknown".to_owned() };
    match git(&["status", "--porcelain", "--untracked-files=no"]) {
        Some(changed) if changed.is_empty() => hash,
        _ => format!("{hash} with changes"),
    }
}
