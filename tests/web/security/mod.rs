//! What keeps pages safe: the rules S-01 to S-19 as far as they are the guard's, and what an attacker would try.

mod attacks;
mod authentication;
mod desk;
mod forged;
mod headers;
mod limits;
mod oidc;
mod panics;
mod rate;
mod server;
mod sessions;
mod tokens;

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use http_body_util::BodyExt as _;
use maud::html;
use stepflow_web::{Denied, Fields, May, RotateSession, Security, Visitor};
use tower::ServiceExt as _;

use crate::client::{Client, Reply};

/// What the service under test was told.
type Notes = Arc<Mutex<Vec<String>>>;

/// A service that keeps notes, behind this guard, and a browser at it.
fn notebook(security: &Security) -> (Client, Notes) {
    let (app, notes) = notebook_app(security);
    (Client::new(app), notes)
}

fn notebook_app(security: &Security) -> (Router, Notes) {
    let notes = Notes::default();
    let router = Router::new()
        .route("/", get(page).post(note))
        .route("/json", post(note_json))
        .route("/owner", get(owner))
        .route("/complete", post(complete))
        .route("/decide", get(decide).post(decide))
        .route("/plain", get("nobody in particular"))
        .route("/panic", get(panics).post(panics))
        .with_state(Arc::clone(&notes));
    (security.wrap(router), notes)
}

async fn page(visitor: Visitor) -> Response {
    html! { form method="post" { (visitor.token_field()) input name="note"; } }.into_response()
}

async fn note(State(notes): State<Notes>, fields: Fields) -> Redirect {
    notes.lock().unwrap().push(fields.one("note").unwrap_or("?").to_owned());
    Redirect::to("/")
}

async fn note_json(State(notes): State<Notes>, body: String) -> StatusCode {
    notes.lock().unwrap().push(body);
    StatusCode::NO_CONTENT
}

async fn owner(visitor: Visitor) -> String {
    visitor.owner().to_owned()
}

async fn complete() -> impl IntoResponse {
    (Extension(RotateSession), Redirect::to("/"))
}

async fn decide(visitor: Visitor) -> Result<String, Denied> {
    Ok(visitor.allow(May::Decide)?.decided_by())
}

async fn panics(State(notes): State<Notes>) -> StatusCode {
    let notes = notes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    assert!(notes.len() > 1000, "the secret of the state");
    StatusCode::OK
}

fn written(notes: &Notes) -> Vec<String> {
    notes.lock().unwrap().clone()
}

/// Sends the page's own form with this note.
async fn write(client: &Client, note: &str) -> Reply {
    let form = client.get("/").await.form("form").set("note", note);
    client.submit(&form).await
}

/// A request with exactly these headers, from this machine.
async fn raw(app: &Router, method: &str, uri: &str, headers: &[(&str, &str)], body: &str) -> Response {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::from(body.to_owned())).unwrap();
    request.extensions_mut().insert(ConnectInfo(std::net::SocketAddr::from(([127, 0, 0, 1], 50000))));
    app.clone().oneshot(request).await.unwrap()
}

async fn text(response: Response) -> String {
    String::from_utf8_lossy(&response.into_body().collect().await.unwrap().to_bytes()).into_owned()
}
