//! What every answer says about itself: S-01, S-14, S-17.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse as _;
use axum::routing::get;
use axum::{Extension, Router};
use stepflow_web::{RotateSession, Security, Visitor};

use super::{Client, notebook, notebook_app, raw};

const EVERYWHERE: [(&str, &str); 9] = [
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    ("referrer-policy", "same-origin"),
    ("vary", "HX-Request, Cookie"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
];

#[tokio::test]
async fn s_17_every_answer_is_strict_also_refusals_and_what_is_not_there() {
    let (client, _) = notebook(&Security::new());
    let replies = [
        (client.get("/").await, StatusCode::OK),
        (client.get("/plain").await, StatusCode::OK),
        (client.get("/nowhere").await, StatusCode::NOT_FOUND),
        (client.send("DELETE", "/plain", None, Vec::new()).await, StatusCode::FORBIDDEN),
        (client.get("/panic").await, StatusCode::INTERNAL_SERVER_ERROR),
        (client.from_peer("192.0.2.1:1").get("/").await, StatusCode::FORBIDDEN),
    ];
    for (reply, status) in replies {
        assert_eq!(reply.status, status, "{}", reply.path());
        for (name, value) in EVERYWHERE {
            assert_eq!(reply.header(name), value, "{name} at {}", reply.path());
        }
    }
}

#[tokio::test]
async fn s_17_the_guards_own_pages_have_nothing_inline() {
    let (client, _) = notebook(&Security::new());
    for reply in [client.post("/", &[]).await, client.from_peer("192.0.2.1:1").get("/").await] {
        assert!(
            !reply.has("style") && !reply.has("script:not([src])") && !reply.has("[style]"),
            "{}",
            reply.body
        );
        assert!(!reply.body.contains(" onclick") && !reply.body.contains("javascript:"));
        // Its stylesheet is there for those who are not let in as well.
        let style = client.get(&reply.attr("link[rel=stylesheet]", "href")).await;
        assert_eq!((style.status, style.header("content-type")), (StatusCode::OK, "text/css; charset=utf-8"));
    }
}

#[tokio::test]
async fn s_14_the_cookie_is_of_this_host_alone_over_https() {
    let app = notebook_app(&Security::new().unsafe_without_authentication()).0;
    let response = raw(&app, "GET", "/", &[("host", "app.example")], "").await;
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert!(pair.starts_with("__Host-stepflow="), "{cookie}");
    let mut attributes: Vec<_> = attributes.split("; ").collect();
    attributes.sort_unstable();
    assert_eq!(attributes, ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);

    let strict = notebook_app(&Security::new().unsafe_without_authentication().strict_cookie()).0;
    let response = raw(&strict, "GET", "/", &[("host", "app.example")], "").await;
    assert!(response.headers()["set-cookie"].to_str().unwrap().contains("SameSite=Strict"));
}

/// Not every browser keeps a `Secure` cookie of `http://localhost`, and none keeps `__Host-` without it.
#[tokio::test]
async fn s_14_on_this_machine_the_cookie_works_without_tls_and_names_its_port() {
    let app = notebook_app(&Security::new()).0;
    let response = raw(&app, "GET", "/", &[("host", "localhost:3000")], "").await;
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("stepflow-3000=") && !cookie.contains("Secure"), "{cookie}");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"));

    // Through a proxy on the same machine it is not this machine any more.
    let open = notebook_app(&Security::new().unsafe_without_authentication()).0;
    let headers = [("host", "localhost:3000"), ("x-forwarded-for", "192.0.2.1")];
    let response = raw(&open, "GET", "/", &headers, "").await;
    assert!(response.headers()["set-cookie"].to_str().unwrap().starts_with("__Host-stepflow="));
}

#[tokio::test]
async fn s_14_a_session_begins_only_where_it_is_used() {
    let (client, _) = notebook(&Security::new());
    assert!(client.get("/plain").await.headers.get("set-cookie").is_none());
    assert!(client.get("/nowhere").await.headers.get("set-cookie").is_none());
    assert!(client.get("/").await.headers.get("set-cookie").is_some());
    assert!(client.get("/").await.headers.get("set-cookie").is_none(), "once is enough");
}

/// A cache in between would hand one person's session to the next.
#[tokio::test]
async fn s_01_an_answer_with_a_cookie_is_never_kept() {
    async fn kept(visitor: Visitor) -> axum::response::Response {
        let control = HeaderValue::from_static("public, max-age=600");
        (Extension(RotateSession), [(header::CACHE_CONTROL, control)], visitor.owner().to_owned())
            .into_response()
    }
    let client = Client::new(Security::new().wrap(Router::new().route("/", get(kept))));
    for _ in 0..2 {
        let reply = client.get("/").await;
        assert!(reply.headers.contains_key("set-cookie"));
        assert_eq!(reply.header("cache-control"), "no-store");
    }
}

/// Streams of events come with `no-cache`, which lets caches keep them.
#[tokio::test]
async fn s_01_only_what_is_for_everybody_may_be_kept() {
    async fn half() -> impl axum::response::IntoResponse {
        [(header::CACHE_CONTROL, "no-cache"), (header::VARY, "Accept")]
    }
    let client = Client::new(Security::new().wrap(Router::new().route("/", get(half))));
    let reply = client.get("/").await;
    assert_eq!(reply.header("cache-control"), "no-store");
    let vary: Vec<_> = reply.headers.get_all("vary").iter().collect();
    assert_eq!(vary, ["Accept", "HX-Request, Cookie"]);
}

#[tokio::test]
async fn s_15_a_page_with_a_secret_in_its_address_keeps_its_own_referrer_policy() {
    async fn resume() -> impl axum::response::IntoResponse {
        [(header::REFERRER_POLICY, "no-referrer"), (header::CACHE_CONTROL, "public, max-age=1")]
    }
    let client = Client::new(Security::new().wrap(Router::new().route("/", get(resume))));
    let reply = client.get("/").await;
    assert_eq!(reply.header("referrer-policy"), "no-referrer");
    assert_eq!(
        reply.header("cache-control"),
        "public, max-age=1",
        "a handler that says so may let caches keep it"
    );
}

#[tokio::test]
async fn s_14_a_routers_own_cookie_has_the_same_attributes_and_cannot_break_out() {
    async fn set(visitor: Visitor, request: axum::extract::Request) -> axum::response::Response {
        let value = request.uri().query().unwrap_or_default().replace("%3B", ";");
        let cookie = visitor.cookie("last-seen", &value, Some(std::time::Duration::from_secs(60)));
        match cookie {
            Some(cookie) => [(header::SET_COOKIE, cookie)].into_response(),
            None => StatusCode::BAD_REQUEST.into_response(),
        }
    }
    let app = Security::new().unsafe_without_authentication().wrap(Router::new().route("/", get(set)));
    let secure = raw(&app, "GET", "/?run-7", &[("host", "app.example")], "").await;
    let secure = secure.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(secure.starts_with("last-seen=run-7; ") && secure.contains("Max-Age=60"), "{secure}");
    for attribute in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(secure.contains(attribute), "{secure}");
    }
    for value in ["a%3BDomain=evil.example", "a,b", "a=b"] {
        let response = raw(&app, "GET", &format!("/?{value}"), &[("host", "app.example")], "").await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{value}");
    }
}
