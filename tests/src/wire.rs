//! Stands between the program and PostgreSQL and counts what is asked: a judge of its own for "so many statements".

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cairn_shared::db::DatabaseUrl;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

pub struct Wire {
    /// The database by way of this.
    pub url: DatabaseUrl,
    asked: Arc<AtomicUsize>,
}

impl Wire {
    pub async fn lay(url: &DatabaseUrl) -> Self {
        let DatabaseUrl::Postgres(url) = url else { panic!("PostgreSQL only") };
        let mut url: url::Url = url.parse().expect("an address");
        let server = format!("{}:{}", url.host_str().expect("a host"), url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        url.set_host(Some("127.0.0.1")).expect("a host");
        url.set_port(Some(port)).expect("a port");
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(&server).await.expect("PostgreSQL answers");
                let (from_program, mut to_program) = near.into_split();
                let (mut from_server, to_server) = far.into_split();
                tokio::spawn(pass_on(from_program, to_server, Arc::clone(&count)));
                tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_program).await });
            }
        });
        Self { url: DatabaseUrl::Postgres(url.into()), asked }
    }

    /// Statements since the last look.
    pub fn asked(&self) -> usize {
        self.asked.swap(0, Ordering::SeqCst)
    }
}

/// Counts `Query` and `Execute` messages (PostgreSQL manual, "Message Formats"); what a pool sends to roll a read back
/// counts too.
async fn pass_on(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, count: Arc<AtomicUsize>) -> std::io::Result<()> {
    let mut named = false;
    loop {
        // The first messages of a connection have no name before their length.
        let kind = if named { Some(from.read_u8().await?) } else { None };
        let length = from.read_u32().await?;
        let mut body = vec![0; usize::try_from(length).expect("a length").saturating_sub(4)];
        from.read_exact(&mut body).await?;
        if matches!(kind, Some(b'Q' | b'E')) {
            count.fetch_add(1, Ordering::SeqCst);
        }
        // A request for encryption (80877103) is answered, and then the connection really begins.
        named = named || body.get(..4) != Some(&80_877_103_u32.to_be_bytes()[..]);
        if let Some(kind) = kind {
            to.write_u8(kind).await?;
        }
        to.write_u32(length).await?;
        to.write_all(&body).await?;
    }
}
