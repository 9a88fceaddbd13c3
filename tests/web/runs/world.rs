//! Runs to look at, and people who look at them.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use serde::{Deserialize, Serialize};
use stepflow::{RunContext, RunId, workflow};
use stepflow_store::{MemoryStore, Runner, Store};
use stepflow_web::auth::ProxyHeader;
use stepflow_web::{RunsOptions, Security, Shell, mask_fields, runs_router};
use tokio::sync::Notify;

use crate::client::Client;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) amount: u32,
    pub(super) iban: String,
    pub(super) note: String,
}

/// An amount of 0 fails until that is mended.
pub(super) struct Refund {
    pub(super) state: Order,
    pub(super) mended: bool,
}

#[workflow(state = Order)]
impl Refund {
    /// Looks the order up.
    #[step]
    fn check(&mut self, ctx: &mut RunContext<'_>) -> Result<String, String> {
        if self.state.amount == 7 {
            ctx.run_child(Score { state: self.state.amount }).map_err(|error| error.to_string())?;
        }
        match self.state.amount {
            0 if !self.mended => Err(format!("there is no such order: {}", self.state.note)),
            _ => Ok(self.state.note.clone()),
        }
    }

    #[step(approval(message = "Pay this <b>refund</b>?", metadata = { team: "<i>billing</i>" }, on_deny = regret), next = END)]
    fn pay(&mut self) {}

    #[step]
    fn regret(&mut self) {}
}

pub(super) struct Score {
    pub(super) state: u32,
}

#[workflow(state = u32)]
impl Score {
    #[step]
    fn score(&mut self) -> u32 {
        self.state * 2
    }
}

/// Must not run twice, and does not come to an end.
pub(super) struct Post {
    pub(super) state: u32,
    pub(super) begun: Arc<Notify>,
}

#[workflow(state = u32)]
impl Post {
    #[step(effect = once, routes = { "sent" => END, "lost" => search })]
    async fn post(&mut self) -> &'static str {
        self.begun.notify_one();
        pending().await
    }

    #[step]
    fn search(&mut self) {}
}

pub(super) struct World {
    pub(super) store: Arc<dyn Store>,
    pub(super) runner: Runner,
    pub(super) begun: Arc<Notify>,
    pub(super) app: Router,
}

impl World {
    pub(super) async fn new() -> Self {
        Self::with(options()).await
    }

    pub(super) async fn with(options: RunsOptions) -> Self {
        Self::on(Arc::new(MemoryStore::new()), options).await
    }

    pub(super) async fn on(store: Arc<dyn Store>, options: RunsOptions) -> Self {
        let begun = Arc::new(Notify::new());
        let runner = runner(&store, &begun, false).await;
        let app = Router::new().nest("/desk", runs_router(runner.runs(), options));
        Self { store, runner, begun, app }
    }

    /// Somebody who may look and decide.
    pub(super) fn approver(&self, name: &str) -> Client {
        self.somebody(name, "approver")
    }

    pub(super) fn operator(&self, name: &str) -> Client {
        self.somebody(name, "operator")
    }

    pub(super) fn somebody(&self, name: &str, role: &str) -> Client {
        Client::new(self.app.clone()).header("x-user", name).header("x-roles", role)
    }

    /// A refund that waits for somebody, or has failed.
    pub(super) async fn refund(&self, run: &str, amount: u32) {
        self.refund_with(run, amount, "a regular").await;
    }

    pub(super) async fn refund_with(&self, run: &str, amount: u32, note: &str) {
        let state = Order { amount, iban: "DE02 1203".to_owned(), note: note.to_owned() };
        let refund = self.runner.start(id(run), Refund { state, mended: false }).await.unwrap();
        refund.wait().await.unwrap();
    }

    /// The next program, in which an amount of 0 is no failure; runs that were broken off are taken up by it.
    pub(super) async fn start_again(self) -> Self {
        let Self { store, runner, begun, app: _ } = self;
        drop(runner);
        let runner = runner_of(&store, &begun).await;
        let app = Router::new().nest("/desk", runs_router(runner.runs(), options()));
        Self { store, runner, begun, app }
    }
}

pub(super) fn options() -> RunsOptions {
    let proxy = ProxyHeader::new("x-user").unwrap().trust("127.0.0.1").unwrap();
    let security = Security::new().authenticate(proxy.roles_from("x-roles").unwrap()).host("localhost");
    RunsOptions::new()
        .shell(Shell::new("Refunds"))
        .security(security)
        .mask(mask_fields(["iban"]))
        .refresh(Duration::from_millis(5))
}

pub(super) fn id(run: &str) -> RunId {
    run.parse().unwrap()
}

async fn runner_of(store: &Arc<dyn Store>, begun: &Arc<Notify>) -> Runner {
    runner(store, begun, true).await
}

async fn runner(store: &Arc<dyn Store>, begun: &Arc<Notify>, mended: bool) -> Runner {
    let begun = Arc::clone(begun);
    Runner::builder(Arc::clone(store))
        .register(move |state| Refund { state, mended })
        .register(move |state| Post { state, begun: Arc::clone(&begun) })
        .lease(Duration::from_millis(300))
        .poll(Duration::from_millis(10))
        .start()
        .await
        .unwrap()
}
