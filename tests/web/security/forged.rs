//! S-01 and S-02: what another site can make a browser do.

use axum::http::StatusCode;
use stepflow_web::Security;

use super::{Client, notebook, notebook_app, raw, write, written};

#[tokio::test]
async fn s_01_reading_changes_nothing_and_no_cache_keeps_it() {
    let (client, notes) = notebook(&Security::new());
    for method in ["GET", "HEAD"] {
        let reply = client.send(method, "/?note=by+address", None, Vec::new()).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.header("vary"), "HX-Request, Cookie");
    }
    assert!(written(&notes).is_empty());
}

#[tokio::test]
async fn s_02_the_pages_own_form_is_accepted() {
    let (client, notes) = notebook(&Security::new());
    for site in ["same-origin", "none"] {
        assert_eq!(write(&client.header("sec-fetch-site", site), site).await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(
        write(&client.header("origin", "http://localhost"), "by origin").await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(write(&client, "by token alone").await.status, StatusCode::SEE_OTHER);
    assert_eq!(written(&notes), ["same-origin", "none", "by origin", "by token alone"]);
}

#[tokio::test]
async fn s_02_a_post_from_another_site_is_refused_even_with_the_token() {
    let (client, notes) = notebook(&Security::new());
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://localhost:9"),
    ] {
        let reply = write(&client.header(name, value), "forged").await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{name}: {value}");
        assert_eq!(reply.text("h1"), "The request came from another site");
    }
    assert!(written(&notes).is_empty());
}

#[tokio::test]
async fn s_02_a_post_without_the_sessions_token_is_refused() {
    let (client, notes) = notebook(&Security::new());
    let form = client.get("/").await.form("form").set("note", "forged");
    let theirs = client.stranger().get("/").await.form("form").value("_token").unwrap().to_owned();
    for form in
        [form.clone().clear("_token"), form.clone().set("_token", ""), form.clone().set("_token", &theirs)]
    {
        let reply = client.submit(&form).await;
        assert_eq!(
            (reply.status, reply.text("h1").as_str()),
            (StatusCode::FORBIDDEN, "This form is no longer valid")
        );
    }
    let reply = client.stranger().submit(&form).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN, "the right token without its session");
    assert!(written(&notes).is_empty());
}

#[tokio::test]
async fn s_02_htmx_may_send_the_token_in_a_header() {
    let (client, notes) = notebook(&Security::new());
    let token = client.get("/").await.form("form").value("_token").unwrap().to_owned();
    let reply = client.htmx().header("x-csrf-token", &token).post("/", &[("note", "swapped")]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    let refused = client.htmx().header("x-csrf-token", "guess").post("/", &[("note", "forged")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(!refused.body.contains("<html"), "htmx is answered with a part of a page");
    assert_eq!(written(&notes), ["swapped"]);
}

#[tokio::test]
async fn s_02_a_program_without_cookies_needs_no_token_and_a_browser_does() {
    let (client, notes) = notebook(&Security::new());
    let json = Some("application/json");
    let program = client.send("POST", "/json", json, b"{}".to_vec()).await;
    assert_eq!(program.status, StatusCode::NO_CONTENT);
    client.get("/").await;
    let browser = client.send("POST", "/json", json, b"[]".to_vec()).await;
    assert_eq!(browser.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.header("content-type"), "application/problem+json");
    // What a form of another site can send without being asked for leave.
    for kind in [None, Some("text/plain"), Some("multipart/form-data; boundary=x")] {
        let reply = client.stranger().send("POST", "/json", kind, b"{}".to_vec()).await;
        assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind:?}");
    }
    let empty = client.stranger().send("POST", "/json", None, Vec::new()).await;
    assert_eq!(empty.status, StatusCode::FORBIDDEN);
    assert_eq!(written(&notes), ["{}"]);
}

#[tokio::test]
async fn s_02_either_layer_may_be_switched_off_and_the_other_stays() {
    let (client, notes) = notebook(&Security::new().without_origin_check().without_token_check());
    let cross = client.header("sec-fetch-site", "cross-site");
    assert_eq!(cross.post("/", &[("note", "forged")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(client.post("/", &[("note", "no token")]).await.status, StatusCode::SEE_OTHER);

    let (client, _) = notebook(&Security::new().without_token_check().without_origin_check());
    let cross = client.header("sec-fetch-site", "cross-site");
    assert_eq!(cross.post("/", &[("note", "forged")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(write(&cross, "with token").await.status, StatusCode::SEE_OTHER);

    let (client, _) = notebook(&Security::new().unsafe_without_csrf_protection());
    let cross = client.header("sec-fetch-site", "cross-site");
    assert_eq!(cross.post("/", &[("note", "asked for it")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(written(&notes), ["no token"]);
}

#[tokio::test]
async fn s_02_a_trusted_origin_may_post_with_the_token() {
    let (app, notes) = notebook_app(&Security::new().trust_origin("https://portal.example"));
    let client = Client::new(app.clone());
    let portal = client.header("sec-fetch-site", "cross-site").header("origin", "https://portal.example");
    assert_eq!(write(&portal, "from the portal").await.status, StatusCode::SEE_OTHER);
    let headers =
        [("host", "localhost"), ("origin", "https://portal.example"), ("sec-fetch-site", "cross-site")];
    assert_eq!(raw(&app, "POST", "/", &headers, "").await.status(), StatusCode::FORBIDDEN, "no token");
    assert_eq!(written(&notes), ["from the portal"]);
}
