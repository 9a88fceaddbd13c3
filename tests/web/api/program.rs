//! A program at the API, that keeps cookies as most do, and trusts no answer that is not as the document says.

use std::cell::RefCell;
use std::rc::Rc;

use axum::Router;
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::contract::Contract;
use crate::client::Client;

pub(crate) struct Program {
    pub(crate) client: Client,
    token: RefCell<String>,
    pub(crate) contract: Rc<Contract>,
}

/// What it was told.
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    pub(crate) json: Value,
}

impl Program {
    pub(crate) async fn new(app: Router) -> Self {
        Self::with(Client::new(app)).await
    }

    /// One that says who it is with every request.
    pub(crate) async fn known_as(app: Router, person: &str) -> Self {
        Self::with(Client::new(app).header("x-person", person)).await
    }

    async fn with(client: Client) -> Self {
        let client = client.header("accept", "application/json");
        let reply = client.get("/api/openapi.json").await;
        let contract = Contract::new(serde_json::from_str(&reply.body).unwrap());
        Self {
            token: RefCell::new(reply.header("x-csrf-token").to_owned()),
            client,
            contract: Rc::new(contract),
        }
    }

    /// Somebody else at the same server.
    pub(crate) async fn stranger(&self) -> Self {
        let client = self.client.stranger();
        let token = client.get("/api/wizards").await.header("x-csrf-token").to_owned();
        Self { client, token: RefCell::new(token), contract: Rc::clone(&self.contract) }
    }

    /// The same program at another server, such as one that was started again.
    pub(crate) fn at(&self, app: Router) -> Self {
        Self { client: self.client.at(app), token: self.token.clone(), contract: Rc::clone(&self.contract) }
    }

    pub(crate) async fn get(&self, path: &str) -> Told {
        self.ask("GET", path, &[], None).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Told {
        self.ask("DELETE", path, &[], None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Told {
        self.ask("POST", path, &[], Some(body)).await
    }

    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Told {
        let text = body.as_ref().map(ToString::to_string).unwrap_or_default();
        let kind = body.is_some().then_some("application/json");
        let told = self.raw(method, path, headers, kind, text.into_bytes()).await;
        self.contract.check(method, path, body.as_ref(), told.status, &told.headers, &told.body);
        told
    }

    /// A request that may be no request at all.
    pub(crate) async fn raw(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        kind: Option<&str>,
        body: Vec<u8>,
    ) -> Told {
        let mut client = self.client.header("x-csrf-token", &self.token.borrow());
        for (name, value) in headers {
            client = client.header(name, value);
        }
        let reply = client.send(method, path, kind, body).await;
        if !reply.header("x-csrf-token").is_empty() {
            *self.token.borrow_mut() = reply.header("x-csrf-token").to_owned();
        }
        let json = serde_json::from_str(&reply.body).unwrap_or_default();
        Told { status: reply.status.as_u16(), headers: reply.headers, body: reply.body, json }
    }

    /// Begins a wizard, and gives it.
    pub(crate) async fn begin(&self, name: &str) -> Value {
        let told = self.post(&format!("/api/wizards/{name}"), json!({})).await;
        assert_eq!(told.status, 201, "{}", told.body);
        let wizard = told.json["wizard"].clone();
        assert_eq!(told.headers["location"].to_str().unwrap(), at(&wizard));
        wizard
    }

    pub(crate) async fn advance(&self, wizard: &Value, command: Value) -> Told {
        let body = json!({ "revision": wizard["revision"], "command": command });
        self.post(&format!("{}/advance", at(wizard)), body).await
    }

    /// Answers a stage, and gives the wizard as it is then.
    pub(crate) async fn submit(&self, wizard: &Value, values: Value) -> Value {
        let told = self.advance(wizard, json!({ "type": "submit", "values": values })).await;
        assert_eq!(told.status, 200, "{}", told.body);
        told.json["wizard"].clone()
    }

    /// Submits the wizard; every attempt after the other.
    pub(crate) async fn complete(&self, wizard: &Value, key: &str) -> Told {
        let body = json!({ "submission": wizard["submission"] });
        let told = self
            .ask(
                "POST",
                &format!("{}/complete", at(wizard)),
                &[("idempotency-key", &format!("\"{key}\""))],
                Some(body),
            )
            .await;
        // The session goes on under another id, and with another token.
        self.get("/api/wizards").await;
        told
    }
}

/// Where a wizard is.
pub(crate) fn at(wizard: &Value) -> String {
    format!("/api/wizards/{}/{}", wizard["wizard"].as_str().unwrap(), wizard["id"].as_str().unwrap())
}
