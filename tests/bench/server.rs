//! The program itself, running, and what the kernel knows of it.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Child;
use tokio::time::{Instant, sleep, timeout};

use crate::site::Site;

const LOOK: Duration = Duration::from_millis(2);
const PATIENCE: Duration = Duration::from_mins(2);
/// The kernel counts processor time in hundredths of a second for everybody.
const TICK_MICROSECONDS: u64 = 10_000;

pub struct Server {
    pub address: SocketAddr,
    child: Child,
    /// From before the process was made to the first answer that it is ready.
    pub started_in: Duration,
}

impl Server {
    /// Starts `cairn COMMAND` and waits until it is ready. Its log goes to `server.log` beside its data.
    pub async fn start(site: &Site, command: &str, settings: &[(&str, String)]) -> anyhow::Result<Self> {
        let address = free_address()?;
        let log = File::options().create(true).append(true).open(site.data_dir.join("server.log"))?;
        let mut prepared = site.command();
        prepared
            .arg(command)
            .env("CAIRN_LISTEN", address.to_string())
            .env("CAIRN_PUBLIC_URL", format!("http://{address}"))
            .envs(settings.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true);
        let began = Instant::now();
        let mut child = prepared.spawn().context("the program does not start")?;
        while !is_ready(address).await {
            if let Some(status) = child.try_wait()? {
                bail!("cairn {command} ended ({status}); see server.log");
            }
            if began.elapsed() > PATIENCE {
                bail!("cairn {command} did not become ready");
            }
            sleep(LOOK).await;
        }
        Ok(Self { address, child, started_in: began.elapsed() })
    }

    /// Ends the server in order, as a supervisor does.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        if let Some(id) = self.child.id() {
            tokio::process::Command::new("kill").args(["-TERM", &id.to_string()]).status().await?;
        }
        if timeout(Duration::from_secs(30), self.child.wait()).await.is_err() {
            self.child.kill().await?;
        }
        Ok(())
    }

    pub fn id(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// Memory that it really holds, in bytes: all of it, and what is its own (without the program file and the like).
    pub fn memory(&self) -> anyhow::Result<(u64, u64)> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.id()))?;
        Ok((kilobytes(&text, "VmRSS:")? * 1024, kilobytes(&text, "RssAnon:")? * 1024))
    }

    /// Bytes that it has caused to be written to disks.
    pub fn written(&self) -> anyhow::Result<u64> {
        let text = fs::read_to_string(format!("/proc/{}/io", self.id()))?;
        let value = text.lines().find_map(|line| line.strip_prefix("write_bytes: ")).context("no write_bytes")?;
        Ok(value.trim().parse()?)
    }
}

/// Processor time that a process has used, in microseconds.
pub fn processor_time(id: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    // The second field is a name in parentheses that may hold anything; the times are the 14th and 15th.
    let fields = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let times = fields.split_whitespace().skip(11).take(2);
    times.filter_map(|field| field.parse::<u64>().ok()).sum::<u64>() * TICK_MICROSECONDS
}

/// The most memory that a process has held so far, in bytes; nothing when it has ended.
pub fn peak_memory(id: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    Some(kilobytes(&text, "VmHWM:").ok()? * 1024)
}

fn kilobytes(text: &str, name: &str) -> anyhow::Result<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

async fn is_ready(address: SocketAddr) -> bool {
    let ask = async {
        let mut stream = TcpStream::connect(address).await.ok()?;
        let request = format!("GET /health/ready HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut start = [0; 12];
        stream.read_exact(&mut start).await.ok()?;
        Some(start == *b"HTTP/1.1 200")
    };
    timeout(Duration::from_secs(5), ask).await.ok().flatten().unwrap_or(false)
}
