//! A service on this machine that speaks the protocol, or fails to.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// What the service answers.
#[derive(Debug, Clone)]
pub(super) enum Reply {
    /// A completion whose text is this.
    Says(String),
    /// This document, with status 200.
    Json(Value),
    /// This text, with status 200.
    Text(&'static str),
    /// A status, a header and a document.
    Fails(u16, Option<(&'static str, &'static str)>, Value),
    /// So many bytes, one after the other.
    Bytes(usize),
    /// Nothing, ever.
    Never,
}

impl Reply {
    /// A completion that is JSON.
    pub(super) fn says(content: Value) -> Self {
        Self::Says(content.to_string())
    }

    pub(super) fn fails(status: u16) -> Self {
        Self::Fails(status, None, json!({ "error": { "message": "no", "type": "server_error" } }))
    }
}

/// What the service was asked.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

#[derive(Default)]
struct Script {
    replies: VecDeque<Reply>,
    asked: Vec<Asked>,
}

/// A service that gives the replies it was told.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) address: SocketAddr,
    script: Arc<Mutex<Script>>,
}

impl Server {
    pub(super) async fn with(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let script = Script { replies: replies.into_iter().collect(), asked: Vec::new() };
        let server = Self { address: listener.local_addr().unwrap(), script: Arc::new(Mutex::new(script)) };
        let router = Router::new().route("/v1/chat/completions", post(reply)).with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        server
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.script.lock().unwrap().asked.clone()
    }
}

async fn reply(State(server): State<Server>, headers: HeaderMap, body: String) -> Response<Body> {
    let reply = {
        let mut script = server.script.lock().unwrap();
        script.asked.push(Asked { headers, body: serde_json::from_str(&body).unwrap() });
        script.replies.pop_front()
    };
    let ok = |body: String| Response::new(Body::from(body));
    match reply {
        Some(Reply::Says(text)) => {
            ok(completion(json!({ "role": "assistant", "content": text }), "stop").to_string())
        }
        Some(Reply::Json(document)) => ok(document.to_string()),
        Some(Reply::Text(text)) => ok(text.to_owned()),
        Some(Reply::Fails(status, header, document)) => {
            let mut response = ok(document.to_string());
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            if let Some((name, value)) = header {
                response.headers_mut().insert(name, value.parse().unwrap());
            }
            response
        }
        Some(Reply::Bytes(bytes)) => ok(" ".repeat(bytes)),
        Some(Reply::Never) => std::future::pending().await,
        None => ok("no more replies".to_owned()),
    }
}

/// A completion as services write it.
pub(super) fn completion(message: Value, finish_reason: &str) -> Value {
    json!({
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "test",
        "choices": [{ "index": 0, "message": message, "finish_reason": finish_reason }],
        "usage": { "prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12 },
    })
}

/// A service that reads a request, sends these bytes, and hangs up, as often as it is asked. Gives its address.
pub(super) async fn hangs_up(bytes: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(bytes).await;
        }
    });
    address
}
