//! A push service on this machine, with TLS of its own CA, that does with each request what the test wants.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What the stub does with a request.
#[derive(Clone)]
pub enum Act {
    /// Writes these bytes and keeps the connection.
    Write(String),
    /// Writes them after a while.
    WriteAfter(Duration, String),
    /// Writes these bytes and then body without end.
    WriteForEver(String),
    /// Reads the request and then nothing happens.
    Hang,
    /// Ends the connection with a reset after the request.
    Reset,
    /// Takes the connection and does not even begin TLS.
    NoHandshake,
}

impl Act {
    /// An answer without a body; `more` is further header lines, each with its line end.
    pub fn status(status: u16, more: &str) -> Self {
        Self::Write(format!("HTTP/1.1 {status} Some Reason\r\n{more}content-length: 0\r\n\r\n"))
    }
}

pub struct Request {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    written: AtomicUsize,
    requests: Mutex<Vec<Request>>,
}

pub struct Stub {
    pub port: u16,
    /// The certificate to trust.
    pub ca_pem: String,
    seen: Arc<Seen>,
}

impl Stub {
    /// Listens on a free port of 127.0.0.1; its certificate is for `localhost` and the names given.
    pub async fn start(act: Act, names: &[&str]) -> Self {
        let (tls, ca_pem) = tls(names);
        Self::listen(act, Some(tls), ca_pem).await
    }

    /// The same without TLS.
    pub async fn start_plain(act: Act) -> Self {
        Self::listen(act, None, String::new()).await
    }

    async fn listen(act: Act, tls: Option<TlsAcceptor>, ca_pem: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Seen::default());
        let shared = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(socket, tls.clone(), act.clone(), Arc::clone(&shared)));
            }
        });
        Self { port, ca_pem, seen }
    }

    pub fn origin(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// Bytes written by [`Act::WriteForEver`].
    pub fn written(&self) -> usize {
        self.seen.written.load(Ordering::SeqCst)
    }

    pub fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.seen.requests.lock().unwrap())
    }
}

fn tls(names: &[&str]) -> (TlsAcceptor, String) {
    let mut ca = CertificateParams::new(Vec::new()).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate().unwrap()).unwrap();
    let names: Vec<String> = names.iter().chain(&["localhost"]).map(|name| (*name).to_owned()).collect();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &ca).unwrap();
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), ca.pem())
}

async fn serve(socket: TcpStream, tls: Option<TlsAcceptor>, act: Act, seen: Arc<Seen>) {
    match (tls, &act) {
        (_, Act::NoHandshake) => tokio::time::sleep(Duration::from_mins(1)).await,
        (None, _) => serve_stream(socket, act, seen).await,
        (Some(tls), _) => {
            if matches!(act, Act::Reset) {
                // Closing this socket then resets the connection.
                socket.set_zero_linger().unwrap();
            }
            if let Ok(stream) = tls.accept(socket).await {
                serve_stream(stream, act, seen).await;
            }
        }
    }
}

async fn serve_stream(mut stream: impl AsyncRead + AsyncWrite + Unpin, act: Act, seen: Arc<Seen>) {
    while let Some(request) = read_request(&mut stream).await {
        seen.requests.lock().unwrap().push(request);
        match &act {
            Act::Write(answer) => write(&mut stream, answer).await,
            Act::WriteAfter(delay, answer) => {
                tokio::time::sleep(*delay).await;
                write(&mut stream, answer).await;
            }
            Act::WriteForEver(head) => {
                write(&mut stream, head).await;
                let block = "x".repeat(1024);
                while stream.write_all(block.as_bytes()).await.is_ok() {
                    seen.written.fetch_add(block.len(), Ordering::SeqCst);
                }
                return;
            }
            Act::Reset => return,
            Act::Hang | Act::NoHandshake => tokio::time::sleep(Duration::from_mins(1)).await,
        }
    }
}

async fn write(stream: &mut (impl AsyncWrite + Unpin), text: &str) {
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = stream.flush().await;
}

async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<Request> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.lines();
    let path = lines.next()?.strip_prefix("POST ")?.strip_suffix(" HTTP/1.1")?.to_owned();
    let pairs = lines.filter_map(|line| line.split_once(": "));
    let headers: HeaderMap = pairs
        .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap()))
        .collect();
    let mut body = vec![0; headers.get("content-length")?.to_str().ok()?.parse().ok()?];
    stream.read_exact(&mut body).await.ok()?;
    Some(Request { path, headers, body })
}
