//! A push service on this machine that remembers every message and does what the test tells it.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cairn_shared::clock::{Clock, ManualClock, Timestamp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What it does with a message.
#[derive(Clone, Debug)]
pub enum Reply {
    Status {
        status: u16,
        headers: Vec<(&'static str, String)>,
        delay: Duration,
    },
    /// Takes the message and never answers.
    Hang,
    /// Takes the message and resets the connection.
    Reset,
    /// Takes the message and answers what is not HTTP.
    Garbage,
}

impl Reply {
    pub fn status(status: u16) -> Self {
        Self::Status { status, headers: Vec::new(), delay: Duration::ZERO }
    }

    pub fn with(self, name: &'static str, value: impl std::fmt::Display) -> Self {
        let Self::Status { status, mut headers, delay } = self else { panic!("only an answer has headers") };
        headers.push((name, value.to_string()));
        Self::Status { status, headers, delay }
    }

    pub fn after(self, delay: Duration) -> Self {
        let Self::Status { status, headers, .. } = self else { panic!("only an answer can be late") };
        Self::Status { status, headers, delay }
    }
}

/// A message as it arrived.
#[derive(Clone, Debug)]
pub struct Post {
    pub path: String,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
    /// By the test's clock.
    pub at: Timestamp,
    /// Really.
    pub began: Instant,
    /// The status it was answered with; 0 when it was not.
    pub answered: u16,
}

#[derive(Default)]
struct Shared {
    posts: Vec<Post>,
    usual: Option<Reply>,
    by_path: HashMap<String, Reply>,
    next: VecDeque<Reply>,
}

#[derive(Clone)]
pub struct PushService {
    port: u16,
    shared: Arc<Mutex<Shared>>,
}

impl PushService {
    pub async fn start(clock: Arc<ManualClock>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let service = Self { port, shared: Arc::default() };
        let own = service.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(own.clone().serve(socket, clock.clone()));
            }
        });
        service
    }

    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Every message so far, in the order of arrival.
    pub fn posts(&self) -> Vec<Post> {
        self.shared.lock().unwrap().posts.clone()
    }

    pub fn count(&self) -> usize {
        self.shared.lock().unwrap().posts.len()
    }

    pub fn forget(&self) {
        self.shared.lock().unwrap().posts.clear();
    }

    /// From now on; 201 until it is told otherwise.
    pub fn answers(&self, reply: Reply) {
        self.shared.lock().unwrap().usual = Some(reply);
    }

    /// To one device.
    pub fn answers_to(&self, path: &str, reply: Reply) {
        self.shared.lock().unwrap().by_path.insert(path.to_owned(), reply);
    }

    /// To the very next messages, before anything else counts.
    pub fn answers_next(&self, replies: impl IntoIterator<Item = Reply>) {
        self.shared.lock().unwrap().next.extend(replies);
    }

    async fn serve(self, mut socket: TcpStream, clock: Arc<ManualClock>) {
        while let Some((path, headers, body)) = read(&mut socket).await {
            let (index, reply) = {
                let mut shared = self.shared.lock().unwrap();
                let reply = shared.next.pop_front();
                let reply = reply.or_else(|| shared.by_path.get(&path).cloned()).or_else(|| shared.usual.clone());
                let reply = reply.unwrap_or_else(|| Reply::status(201));
                let post = Post { path, headers, body, at: clock.now(), began: Instant::now(), answered: 0 };
                shared.posts.push(post);
                (shared.posts.len() - 1, reply)
            };
            match reply {
                Reply::Status { status, headers, delay } => {
                    tokio::time::sleep(delay).await;
                    if let Some(post) = self.shared.lock().unwrap().posts.get_mut(index) {
                        post.answered = status;
                    }
                    let mut text = format!("HTTP/1.1 {status} As Told\r\ncontent-length: 0\r\n");
                    for (name, value) in headers {
                        let _ = write!(text, "{name}: {value}\r\n");
                    }
                    text.push_str("\r\n");
                    if socket.write_all(text.as_bytes()).await.is_err() {
                        return;
                    }
                }
                Reply::Hang => tokio::time::sleep(Duration::from_mins(1)).await,
                Reply::Reset => {
                    let _ = socket.set_zero_linger();
                    return;
                }
                Reply::Garbage => {
                    let _ =
                        socket.write_all(b"\x16\x03\x01 this is not the protocol you are looking for\r\n\r\n").await;
                    return;
                }
            }
        }
    }
}

type Request = (String, HashMap<String, String>, Vec<u8>);

async fn read(socket: &mut TcpStream) -> Option<Request> {
    let mut head = Vec::with_capacity(1024);
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let mut lines = head.lines();
    let path = lines.next()?.strip_prefix("POST ")?.strip_suffix(" HTTP/1.1")?.to_owned();
    let pairs = lines.filter_map(|line| line.split_once(": "));
    let headers: HashMap<String, String> =
        pairs.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    socket.read_exact(&mut body).await.ok()?;
    Some((path, headers, body))
}
