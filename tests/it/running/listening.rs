use std::sync::Mutex;
use std::time::Duration;

use cairn_tests::{TestApp, both};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// Serves the installation on a free port; gives the address and how to stop it.
async fn serve(app: &TestApp) -> (String, CancellationToken, tokio::task::JoinHandle<()>) {
    let stop = CancellationToken::new();
    let (tell, told) = oneshot::channel();
    let tell = Mutex::new(Some(tell));
    let (state, signal) = (app.state.clone(), stop.clone());
    let server = tokio::spawn(async move {
        let greet = move |address: std::net::SocketAddr| {
            let tell = tell.lock().unwrap().take().expect("told once");
            tell.send(address).expect("somebody waits for it");
        };
        cairn_api::serve("127.0.0.1:0".parse().unwrap(), None, state, signal, greet).await.unwrap();
    });
    (told.await.unwrap().to_string(), stop, server)
}

both!(a_real_listener_answers_and_stops_when_told, async |app| {
    let (address, stop, server) = serve(app).await;
    let answer = reqwest::get(format!("http://{address}/health/ready")).await.unwrap();
    assert_eq!(answer.status(), 200);
    let document = reqwest::get(format!("http://{address}/openapi.json")).await.unwrap();
    assert!(document.text().await.unwrap().contains("\"openapi\""));
    let reference = reqwest::get(format!("http://{address}/docs/")).await.unwrap();
    assert_eq!(reference.status(), 200);
    assert!(!reference.text().await.unwrap().contains("https://"), "the reference works offline");
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(10), server).await.expect("it ends").unwrap();
    assert!(TcpStream::connect(&address).await.is_err());
});

both!(oversized_headers_are_refused, async |app| {
    let (address, stop, server) = serve(app).await;
    let mut socket = TcpStream::connect(&address).await.unwrap();
    let request = format!("GET /health/live HTTP/1.1\r\nhost: x\r\nx-large: {}\r\n\r\n", "x".repeat(40_000));
    let _ = socket.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(5), socket.read_to_end(&mut answer)).await;
    let head = String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned();
    assert!(head.is_empty() || head.contains("431") || head.contains("400"), "{head}");
    assert_eq!(reqwest::get(format!("http://{address}/health/live")).await.unwrap().status(), 200);
    stop.cancel();
    server.await.unwrap();
});
