//! What an attacker would try who has a page of their own, a name of their own, or a second browser.

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use stepflow_web::{Security, Visitor};

use super::{Client, notebook, notebook_app, raw, written};

/// The attacker's name leads to 127.0.0.1 once the page is loaded: the browser takes both for one site.
#[tokio::test]
async fn a_rebound_name_reaches_nothing_on_this_machine() {
    let (app, notes) = notebook_app(&Security::new());
    for host in [
        "rebound.example",
        "rebound.example:80",
        "localhost.rebound.example",
        "127.0.0.1.rebound.example",
        "0",
        "[::ffff:192.0.2.1]",
    ] {
        let headers = [("host", host), ("sec-fetch-site", "same-origin")];
        assert_eq!(raw(&app, "GET", "/owner", &headers, "").await.status(), StatusCode::FORBIDDEN, "{host}");
        assert_eq!(raw(&app, "POST", "/", &headers, "").await.status(), StatusCode::FORBIDDEN, "{host}");
    }
    assert!(written(&notes).is_empty());
}

#[tokio::test]
async fn a_host_that_is_missing_doubled_or_odd_is_refused() {
    let (app, _) = notebook_app(&Security::new().unsafe_without_authentication());
    let cases: [&[(&str, &str)]; 5] = [
        &[],
        &[("host", "a.example"), ("host", "b.example")],
        &[("host", "a.example@b.example")],
        &[("host", "a.example/x")],
        &[("host", "")],
    ];
    for headers in cases {
        assert_eq!(raw(&app, "GET", "/", headers, "").await.status(), StatusCode::BAD_REQUEST, "{headers:?}");
    }
    let differs = raw(&app, "GET", "http://b.example/", &[("host", "a.example")], "").await;
    assert_eq!(differs.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn only_the_declared_host_is_answered() {
    let (app, _) = notebook_app(&Security::new().unsafe_without_authentication().host("Approvals.example"));
    let status = async |host: &str| raw(&app, "GET", "/", &[("host", host)], "").await.status();
    assert_eq!(status("approvals.example").await, StatusCode::OK);
    assert_eq!(status("approvals.example:8443").await, StatusCode::OK);
    assert_eq!(status("evil.example").await, StatusCode::MISDIRECTED_REQUEST);
    // What a proxy says of the host is not asked.
    let headers = [("host", "evil.example"), ("x-forwarded-host", "approvals.example")];
    assert_eq!(raw(&app, "GET", "/", &headers, "").await.status(), StatusCode::MISDIRECTED_REQUEST);
}

/// A program on the way to a service on this machine makes everybody look like this machine.
#[tokio::test]
async fn a_proxy_on_this_machine_does_not_open_it_to_the_world() {
    let (client, _) = notebook(&Security::new());
    for (name, value) in [
        ("x-forwarded-for", "192.0.2.1"),
        ("forwarded", "for=192.0.2.1"),
        ("x-real-ip", "192.0.2.1"),
        ("via", "1.1 proxy"),
    ] {
        assert_eq!(client.header(name, value).get("/owner").await.status, StatusCode::FORBIDDEN, "{name}");
    }
}

/// A value with a line break would be a header of the attacker's own.
#[tokio::test]
async fn a_header_cannot_be_injected() {
    async fn echo(request: axum::extract::Request) -> Response {
        let asked = request.uri().query().unwrap_or_default().to_owned();
        match HeaderValue::from_str(&asked.replace("%0d%0a", "\r\n")) {
            Ok(value) => [(header::LOCATION, value)].into_response(),
            Err(_) => StatusCode::BAD_REQUEST.into_response(),
        }
    }
    let client = Client::new(Security::new().wrap(Router::new().route("/", get(echo))));
    let reply = client.get("/?a%0d%0aSet-Cookie:%20stepflow-80=planted").await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert!(reply.headers.get("set-cookie").is_none());
}

/// An inner guard steps aside for an outer one; nobody outside can have it step aside.
#[tokio::test]
async fn the_outermost_guard_decides_for_all() {
    async fn owner(visitor: Visitor) -> String {
        visitor.owner().to_owned()
    }
    let inner = Security::new().wrap(Router::new().route("/owner", get(owner)));
    let both = Router::new().nest("/a", inner.clone()).nest("/b", inner.clone());
    let client = Client::new(Security::new().wrap(both.clone()));
    assert_eq!(client.get("/a/owner").await.body, client.get("/b/owner").await.body);
    assert_eq!(client.from_peer("192.0.2.1:1").get("/a/owner").await.status, StatusCode::FORBIDDEN);
    // Alone, each guards itself.
    let client = Client::new(both);
    assert_eq!(client.get("/a/owner").await.status, StatusCode::OK);
    assert_eq!(client.from_peer("192.0.2.1:1").get("/a/owner").await.status, StatusCode::FORBIDDEN);
    let outer_is_open =
        Client::new(Security::new().unsafe_without_authentication().wrap(Router::new().nest("/a", inner)));
    assert_eq!(outer_is_open.from_peer("192.0.2.1:1").get("/a/owner").await.status, StatusCode::OK);
}

/// The way into a wrapped router is through its guard, whatever the method or path.
#[tokio::test]
async fn there_is_no_way_around_the_guard() {
    let (client, _) = notebook(&Security::new());
    let outside = client.from_peer("192.0.2.1:1");
    for method in ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "TRACE", "BREW"] {
        for path in
            ["/", "/owner", "/nowhere", "/_sign-in", "/_sign-in/out", "/_assets/x.css", "/%2e%2e/", "/owner/"]
        {
            assert_eq!(
                outside.send(method, path, None, Vec::new()).await.status,
                StatusCode::FORBIDDEN,
                "{method} {path}"
            );
        }
    }
}

/// A field called `_method` or a header like it would turn a form into any request.
#[tokio::test]
async fn a_method_cannot_be_overridden() {
    let (client, notes) = notebook(&Security::new());
    let reply = client.header("x-http-method-override", "POST").get("/?_method=POST&note=forged").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(written(&notes).is_empty());
}
