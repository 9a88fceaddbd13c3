//! A real server and real connections: slow clients, large heads, the end.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use futures_util::future::join;
use stepflow_web::auth::ProxyHeader;
use stepflow_web::{ConnectionLimits, Listening, RequestLimits, Security, ServeError, Server};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use super::notebook_app;

/// Small limits: what they are waited for is what the tests are about.
fn hasty(security: Security) -> Server {
    let mut requests = RequestLimits::default();
    requests.body_time = Duration::from_millis(100);
    let mut connections = ConnectionLimits::default();
    connections.head_time = Duration::from_millis(100);
    connections.write_time = Duration::from_millis(100);
    connections.grace = Duration::from_millis(100);
    let (app, _) = notebook_app(&Security::new());
    Server::new(app.route("/endless", get(endless)))
        .security(security.request_limits(requests))
        .connection_limits(connections)
        .port(0)
        .quiet()
}

/// More than any buffer holds.
async fn endless() -> axum::body::Body {
    axum::body::Body::from_stream(futures_util::stream::repeat_with(|| {
        Ok::<_, std::io::Error>(axum::body::Bytes::from(vec![b'x'; 1 << 16]))
    }))
}

/// What one connection gets for what it sends, until the server ends it.
async fn exchange(server: Server, sent: Vec<u8>) -> String {
    let listening = server.bind().await.unwrap();
    let address = listening.address();
    talk(listening, async move {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(&sent).await.unwrap();
        let mut got = Vec::new();
        // A reset is an end too.
        let _ = stream.read_to_end(&mut got).await;
        String::from_utf8_lossy(&got).into_owned()
    })
    .await
}

/// Serves until the talk is over.
async fn talk<T>(listening: Listening, talk: impl Future<Output = T>) -> T {
    let (over, end) = oneshot::channel::<()>();
    let serving = listening.run_until(async {
        let _ = end.await;
    });
    let talking = async {
        let said = talk.await;
        drop(over);
        said
    };
    join(serving, talking).await.1
}

#[tokio::test]
async fn s_06_a_head_that_comes_too_slowly_ends_the_connection() {
    let got = exchange(hasty(Security::new()), b"GET / HTTP/1.1\r\nHost: local".to_vec()).await;
    assert!(!got.contains("200 OK"), "{got}");
}

#[tokio::test]
async fn s_06_a_connection_that_says_nothing_is_ended() {
    assert_eq!(exchange(hasty(Security::new()), Vec::new()).await, "");
}

#[tokio::test]
async fn s_06_a_body_that_comes_too_slowly_is_refused() {
    let open = Security::new().unsafe_without_authentication();
    let sent = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{\"a\":";
    let got = exchange(hasty(open), sent.into()).await;
    assert!(got.starts_with("HTTP/1.1 408 "), "{got}");
}

#[tokio::test]
async fn s_06_a_head_that_is_too_large_is_refused() {
    for sent in [
        format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "x".repeat(100_000)),
        format!("GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "X: x\r\n".repeat(200)),
    ] {
        let got = exchange(hasty(Security::new()), sent.into_bytes()).await;
        assert!(got.is_empty() || got.starts_with("HTTP/1.1 431 "), "{got}");
    }
}

#[tokio::test]
async fn s_06_what_is_not_http_is_refused() {
    for sent in [
        "\u{16}\u{3}\u{1}\u{2}",
        "GET / HTTP/1.1\r\nHost: a\r\nBad header\r\n\r\n",
        "GET  / HTTP/9.9\r\n\r\n",
    ] {
        let got = exchange(hasty(Security::new()), sent.into()).await;
        assert!(got.is_empty() || got.starts_with("HTTP/1.1 400 "), "{sent:?}: {got}");
    }
}

/// The server must not take the second half of a body for a request.
#[tokio::test]
async fn s_06_a_body_with_two_lengths_is_refused() {
    let open = || hasty(Security::new().unsafe_without_authentication());
    for lengths in [
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked, identity",
    ] {
        let sent = format!(
            "POST /json HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{lengths}\r\n\r\n0\r\n\r\nGET /owner HTTP/1.1\r\nHost: localhost\r\n\r\n"
        );
        let got = exchange(open(), sent.into_bytes()).await;
        assert!(!got.contains("session:"), "{lengths}: {got}");
    }
}

#[tokio::test]
async fn s_06_a_browser_that_reads_nothing_does_not_hold_its_connection() {
    let open = Security::new().unsafe_without_authentication();
    let listening = hasty(open).bind().await.unwrap();
    let address = listening.address();
    talk(listening, async move {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
        // Nothing is read; that writing fails in the end says that the connection is gone.
        while stream.write_all(&[b'x'; 1 << 16]).await.is_ok() {}
    })
    .await;
}

#[tokio::test]
async fn a_slow_client_holds_up_nobody_else() {
    let mut limits = ConnectionLimits::default();
    limits.head_time = Duration::from_secs(600);
    limits.grace = Duration::from_millis(100);
    let listening = hasty(Security::new()).connection_limits(limits).bind().await.unwrap();
    let address = listening.address();
    talk(listening, async move {
        let mut slow = TcpStream::connect(address).await.unwrap();
        slow.write_all(b"GET / HTTP/1.1\r\nHo").await.unwrap();
        let mut quick = TcpStream::connect(address).await.unwrap();
        quick.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
        let mut got = String::new();
        quick.read_to_string(&mut got).await.unwrap();
        assert!(got.starts_with("HTTP/1.1 303 "), "{got}");
        drop(slow);
    })
    .await;
}

#[tokio::test]
async fn serving_prints_a_link_that_signs_in_and_lets_nobody_else_in() {
    let listening = hasty(Security::new()).bind().await.unwrap();
    assert!(listening.address().ip().is_loopback());
    let link = listening.sign_in_url().unwrap();
    assert!(link.starts_with(&format!("{}/_sign-in?key=", listening.url())));
    let path = link.strip_prefix(&listening.url()).unwrap().to_owned();
    let address = listening.address();
    talk(listening, async move {
        let ask = async |path: &str| {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let sent = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
            stream.write_all(sent.as_bytes()).await.unwrap();
            let mut got = String::new();
            stream.read_to_string(&mut got).await.unwrap();
            got
        };
        assert!(ask("/owner").await.contains("location: /_sign-in"));
        let mut stream = TcpStream::connect(address).await.unwrap();
        let rebound = b"GET /_sign-in HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n";
        stream.write_all(rebound).await.unwrap();
        let mut got = String::new();
        stream.read_to_string(&mut got).await.unwrap();
        assert!(got.starts_with("HTTP/1.1 421 "), "{got}");
        let page = ask(&path).await;
        assert!(page.starts_with("HTTP/1.1 200 ") && page.contains("Sign in"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn other_machines_are_served_only_with_an_authenticator() {
    let everywhere = "0.0.0.0:0".parse().unwrap();
    let refused = hasty(Security::new()).address(everywhere).bind().await.unwrap_err();
    assert!(matches!(refused, ServeError::OpenToTheNetwork { .. }), "{refused}");
    let proxy = ProxyHeader::new("x-user").unwrap();
    let listening = hasty(Security::new().authenticate(proxy)).address(everywhere).bind().await.unwrap();
    assert_eq!(listening.sign_in_url(), None);
    let taken = hasty(Security::new()).port(listening.address().port()).bind().await.unwrap_err();
    assert!(taken.to_string().contains("choose a port"), "{taken}");
}

/// What is under way is answered; what hangs is broken off when the grace is over.
#[tokio::test]
async fn the_end_waits_for_requests_under_way() {
    let (begun, has_begun) = oneshot::channel::<()>();
    let (go_on, may_go_on) = oneshot::channel::<()>();
    let once = std::sync::Arc::new(std::sync::Mutex::new(Some((begun, may_go_on))));
    let slow = get(move || {
        let once = once.lock().unwrap().take();
        async move {
            if let Some((begun, may_go_on)) = once {
                let _ = begun.send(());
                let _ = may_go_on.await;
            }
            "finished"
        }
    });
    let open = Security::new().unsafe_without_authentication();
    let listening =
        Server::new(Router::new().route("/", slow)).security(open).port(0).quiet().bind().await.unwrap();
    let address = listening.address();
    let (end, ended) = oneshot::channel::<()>();
    let serving = listening.run_until(async {
        let _ = ended.await;
    });
    let asking = async move {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
        has_begun.await.unwrap();
        drop(end);
        go_on.send(()).unwrap();
        let mut got = String::new();
        stream.read_to_string(&mut got).await.unwrap();
        assert!(got.ends_with("finished"), "{got}");
    };
    join(serving, asking).await;
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}
