use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use crate::running;
use crate::state::AppState;

/// After this a stopping server lets go of connections that are still busy.
const DRAIN: Duration = Duration::from_secs(20);
const HEADER_BYTES: usize = 16 * 1024;

#[derive(Debug, Error)]
pub enum ServeError {
    #[error(
        "{address} cannot be listened on: {cause}; CAIRN_LISTEN names another address, CAIRN_METRICS_LISTEN that of metrics"
    )]
    Listen { address: SocketAddr, cause: std::io::Error },
    #[error("the TLS certificate or key cannot be used: {0}")]
    Tls(std::io::Error),
    #[error("the server stopped: {0}")]
    Stopped(std::io::Error),
}

/// Serves until told to stop, then lets requests in flight end. `on_listening` hears the bound address.
pub async fn serve(
    address: SocketAddr,
    tls: Option<(PathBuf, PathBuf)>,
    state: AppState,
    stop: CancellationToken,
    on_listening: impl FnOnce(SocketAddr) + Send,
) -> Result<(), ServeError> {
    let (health, events) = (Arc::clone(&state.health), Arc::clone(&state.events));
    let service = crate::router::router(state).into_make_service_with_connect_info::<SocketAddr>();
    let listener = std::net::TcpListener::bind(address).map_err(|cause| ServeError::Listen { address, cause })?;
    listener.set_nonblocking(true).map_err(|cause| ServeError::Listen { address, cause })?;
    on_listening(listener.local_addr().unwrap_or(address));
    let handle = Handle::new();
    let watcher = {
        let handle = handle.clone();
        tokio::spawn(async move {
            stop.cancelled().await;
            health.drain();
            events.close();
            handle.graceful_shutdown(Some(DRAIN));
        })
    };
    let result = if let Some((cert, key)) = tls {
        let config = RustlsConfig::from_pem_file(cert, key).await.map_err(ServeError::Tls)?;
        let mut server = axum_server::from_tcp_rustls(listener, config)
            .map_err(|cause| ServeError::Listen { address, cause })?
            .handle(handle);
        limit(server.http_builder());
        server.serve(service).await
    } else {
        let mut server =
            axum_server::from_tcp(listener).map_err(|cause| ServeError::Listen { address, cause })?.handle(handle);
        limit(server.http_builder());
        server.serve(service).await
    };
    watcher.abort();
    result.map_err(ServeError::Stopped)
}

/// Bounds what a connection can make us hold before any handler runs.
fn limit(builder: &mut Builder<TokioExecutor>) {
    builder.http1().max_buf_size(HEADER_BYTES).header_read_timeout(Duration::from_secs(10)).timer(TokioTimer::new());
    builder.http2().max_header_list_size(16 * 1024).max_concurrent_streams(100);
}

/// Serves metrics and health of this process, for operators only.
pub async fn serve_metrics(address: SocketAddr, state: AppState, stop: CancellationToken) -> Result<(), ServeError> {
    let metrics = Arc::clone(&state.metrics);
    let database = state.database.clone();
    let render = move || {
        let (metrics, database) = (Arc::clone(&metrics), database.clone());
        async move {
            let (open, idle) = database.pool_usage();
            metrics.set_pool(open, idle);
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], metrics.render()).into_response()
        }
    };
    let router = Router::new()
        .route("/metrics", get(render))
        .route("/health/live", get(running::live::live))
        .route("/health/ready", get(running::ready::ready))
        .with_state(state);
    let listener =
        tokio::net::TcpListener::bind(address).await.map_err(|cause| ServeError::Listen { address, cause })?;
    axum::serve(listener, router)
        .with_graceful_shutdown(async move { stop.cancelled().await })
        .await
        .map_err(ServeError::Stopped)
}
