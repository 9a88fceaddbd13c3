//! What is served: the wizards' definitions, and the description of the API.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::Api;
use super::caller::{At, Caller};
use super::problem::{Answer, Problem};
use super::wire::{DefinitionBody, Names};

/// `GET /openapi.json`.
pub(super) async fn openapi(State(api): State<Api>, caller: Caller) -> Response {
    let mut document = api.document.clone();
    let prefix = caller.mount.prefix();
    let url = if prefix.is_empty() { "/" } else { prefix };
    if let Value::Object(document) = &mut document {
        document.insert("servers".to_owned(), json!([{ "url": url }]));
    }
    caller.answer(StatusCode::OK, &document)
}

/// `GET /wizards`.
pub(super) async fn list(State(api): State<Api>, caller: Caller) -> Response {
    caller.answer(StatusCode::OK, &Names { wizards: api.wizards.keys().cloned().collect() })
}

/// `GET /wizards/{name}`.
pub(super) async fn show(State(api): State<Api>, caller: Caller, At(name): At<String>) -> Answer {
    let definition = api.of(&name)?.definition();
    Ok(caller.answer(StatusCode::OK, &DefinitionBody::of(definition)))
}

pub(super) async fn nothing() -> Problem {
    Problem::not_found()
}

pub(super) async fn wrong_method() -> Problem {
    Problem::method_not_allowed()
}
