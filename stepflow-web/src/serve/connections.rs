//! Connections, from accepting them to the end.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use futures_util::future::{Either, select};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;

use super::ConnectionLimits;

/// Waited after a connection that could not be accepted: mostly because too many files are open.
const BREATH: Duration = Duration::from_millis(100);

/// Answers requests until `end`, and then those that are under way.
pub(super) async fn answer(
    listener: TcpListener,
    app: Router,
    limits: &ConnectionLimits,
    end: impl Future<Output = ()>,
) {
    let mut end = pin!(end);
    let room = Arc::new(Semaphore::new(limits.connections.max(1)));
    let graceful = GracefulShutdown::new();
    let mut tasks = JoinSet::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_buf_size(limits.head.max(8 << 10))
        .max_headers(limits.headers);
    loop {
        while tasks.try_join_next().is_some() {}
        let next = pin!(async {
            let place = Arc::clone(&room).acquire_owned().await.ok();
            (place, listener.accept().await)
        });
        let (place, accepted) = match select(next, &mut end).await {
            Either::Left((accepted, _)) => accepted,
            Either::Right(_) => break,
        };
        let (stream, peer) = match accepted {
            Ok(connection) => connection,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        let stream = TokioIo::new(Box::pin(bounded(stream, limits)));
        let app = app.clone();
        let connection =
            http.serve_connection(stream, service_fn(move |request| respond(app.clone(), peer, request)));
        let connection = graceful.watch(connection);
        tasks.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke off");
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.grace, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were still under way at the end, and are broken off");
    }
}

/// Ready when this process is told to end.
pub(super) fn told_to_end() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    #[cfg(unix)]
    let mut interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
    Ok(async move {
        #[cfg(unix)]
        select(pin!(terminate.recv()), pin!(interrupt.recv())).await;
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

async fn respond(
    app: Router,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<axum::response::Response, std::convert::Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    app.oneshot(request).await
}

/// A browser that takes nothing of its answer does not hold a connection for ever.
fn bounded(stream: TcpStream, limits: &ConnectionLimits) -> TimeoutStream<TcpStream> {
    // An answer is written at once; waiting for more of it helps nobody.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write_time));
    stream
}
