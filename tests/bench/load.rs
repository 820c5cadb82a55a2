//! A load generator that costs little, since it shares the machine with what it measures: plain sockets, kept open, one
//! request at a time on each.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use futures::future::try_join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// What came of a run.
pub struct Load {
    pub requests: usize,
    pub seconds: f64,
    /// Microseconds, sorted.
    pub latencies: Vec<u64>,
}

impl Load {
    #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
    pub fn per_second(&self) -> f64 {
        self.requests as f64 / self.seconds
    }
}

/// Sends these requests, over and over, on so many connections, for so long. Any answer but success ends it.
pub async fn run(
    address: SocketAddr,
    requests: Arc<Vec<Vec<u8>>>,
    connections: usize,
    length: Duration,
) -> anyhow::Result<Load> {
    run_made(address, Arc::new(move |turn: usize| requests[turn % requests.len()].clone()), connections, length).await
}

/// The same with requests that are made when they are sent, each from its number.
pub async fn run_made(
    address: SocketAddr,
    make: Arc<dyn Fn(usize) -> Vec<u8> + Send + Sync>,
    connections: usize,
    length: Duration,
) -> anyhow::Result<Load> {
    let began = Instant::now();
    let tasks = (0..connections).map(|first| {
        let make = Arc::clone(&make);
        async move {
            let task = tokio::spawn(async move {
                let mut connection = Connection::open(address).await?;
                let mut latencies = Vec::new();
                let mut turn = first;
                while began.elapsed() < length {
                    let request = make(turn);
                    let sent = Instant::now();
                    connection.ask(&request).await?;
                    latencies.push(u64::try_from(sent.elapsed().as_micros())?);
                    turn += connections;
                }
                anyhow::Ok(latencies)
            });
            task.await?
        }
    });
    let mut latencies: Vec<u64> = try_join_all(tasks).await?.into_iter().flatten().collect();
    let seconds = began.elapsed().as_secs_f64();
    latencies.sort_unstable();
    Ok(Load { requests: latencies.len(), seconds, latencies })
}

pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 * 1024) })
    }

    /// Sends a request as it stands and returns the body of its answer.
    pub async fn ask(&mut self, request: &[u8]) -> anyhow::Result<&[u8]> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let (body, length) = loop {
            self.read().await?;
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break (end + 4, content_length(&self.buffer[..end])?);
            }
        };
        while self.buffer.len() < body + length {
            self.read().await?;
        }
        if !self.buffer.starts_with(b"HTTP/1.1 20") {
            bail!("the server answered {}", String::from_utf8_lossy(&self.buffer));
        }
        Ok(&self.buffer[body..body + length])
    }

    async fn read(&mut self) -> anyhow::Result<()> {
        ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server closed a connection");
        Ok(())
    }
}

/// A GET with a client's token.
pub fn get(address: SocketAddr, path: &str, token: &str) -> Vec<u8> {
    format!(
        "GET {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\naccept: application/json\r\n\r\n"
    )
    .into_bytes()
}

/// A POST of JSON with a client's token.
pub fn post(address: SocketAddr, path: &str, token: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn content_length(head: &[u8]) -> anyhow::Result<usize> {
    let head = std::str::from_utf8(head)?;
    let value = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim())
    });
    Ok(value.context("an answer without its length")?.parse()?)
}
