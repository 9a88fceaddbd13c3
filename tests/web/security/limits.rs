//! S-06: limits before parsing, and malformed requests.

use axum::http::StatusCode;
use stepflow_web::{RequestLimits, Security};

use super::{notebook, notebook_app, raw, written};

fn small() -> Security {
    let mut limits = RequestLimits::default();
    (limits.address, limits.body, limits.fields) = (200, 400, 5);
    (limits.name, limits.value, limits.depth) = (20, 200, 3);
    Security::new().request_limits(limits)
}

#[tokio::test]
async fn s_06_what_breaks_a_limit_is_refused_and_nothing_is_changed() {
    const FORM: &str = "application/x-www-form-urlencoded";
    const JSON: &str = "application/json";
    let (client, notes) = notebook(&small());
    let token = client.get("/").await.form("form").value("_token").unwrap().to_owned();
    let client = client.header("x-csrf-token", &token);
    let long = "x".repeat(201);
    let large = format!("a={}", "x".repeat(400));
    let nested = format!("{}1{}", "[".repeat(4), "]".repeat(4));
    let name = "n".repeat(21);
    let cases = [
        (FORM, large.clone(), StatusCode::PAYLOAD_TOO_LARGE),
        (FORM, format!("note={long}"), StatusCode::PAYLOAD_TOO_LARGE),
        (FORM, "a=&".repeat(6), StatusCode::PAYLOAD_TOO_LARGE),
        (FORM, format!("{name}=1"), StatusCode::BAD_REQUEST),
        (FORM, "a[[[[=1".to_owned(), StatusCode::BAD_REQUEST),
        (FORM, "note=%ff".to_owned(), StatusCode::BAD_REQUEST),
        (FORM, "note=%".to_owned(), StatusCode::BAD_REQUEST),
        (FORM, "note=%00".to_owned(), StatusCode::BAD_REQUEST),
        (JSON, nested, StatusCode::BAD_REQUEST),
        (JSON, format!("\"{large}\""), StatusCode::PAYLOAD_TOO_LARGE),
        ("multipart/form-data; boundary=x", "--x--".to_owned(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("text/xml", "<a/>".to_owned(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (
            "application/x-www-form-urlencoded; charset=utf-7",
            "a=1".to_owned(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        ("", "a=1".to_owned(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ];
    for (kind, body, status) in cases {
        let reply = client.send("POST", "/", Some(kind), body.clone().into_bytes()).await;
        assert_eq!(reply.status, status, "{kind} {body}: {}", reply.body);
    }
    let reply = client.get(&format!("/?{long}")).await;
    assert_eq!(reply.status, StatusCode::URI_TOO_LONG);
    assert!(written(&notes).is_empty());
    let utf8 = Some("application/x-www-form-urlencoded; charset=UTF-8");
    assert_eq!(client.send("POST", "/", utf8, b"note=fine".to_vec()).await.status, StatusCode::SEE_OTHER);
    assert_eq!(written(&notes), ["fine"]);
}

#[tokio::test]
async fn s_06_a_length_that_is_too_large_is_refused_before_a_byte_is_read() {
    let (app, _) = notebook_app(&small());
    let headers =
        [("host", "localhost"), ("content-length", "99999999999"), ("content-type", "application/json")];
    assert_eq!(raw(&app, "POST", "/json", &headers, "").await.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn s_06_a_packed_body_is_never_unpacked() {
    let (app, notes) = notebook_app(&small());
    let headers = [("host", "localhost"), ("content-encoding", "gzip"), ("content-type", "application/json")];
    assert_eq!(raw(&app, "POST", "/json", &headers, "{}").await.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(written(&notes).is_empty());
}
