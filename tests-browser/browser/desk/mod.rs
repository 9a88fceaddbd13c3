//! Refunds that wait for somebody, and the people who look at them.

mod accessible;
mod deciding;
mod living;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use serde::{Deserialize, Serialize};
use stepflow::workflow;
use stepflow_store::{Runner, SqliteStore};
use stepflow_web::auth::ProxyHeader;
use stepflow_web::{RunsOptions, Security, Shell, mask_fields, runs_router};
use tempfile::TempDir;
use tokio::sync::Semaphore;

use crate::lab::{Browser, Site};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Order {
    amount: u32,
    iban: String,
}

/// Looks the order up, asks, pays when the bank is open, and writes.
struct Refund {
    state: Order,
    bank: Arc<Semaphore>,
}

#[workflow(state = Order, name = "refund")]
impl Refund {
    #[step]
    fn check(&mut self) -> Result<String, String> {
        if self.state.amount == 0 { Err("there is no such order".to_owned()) } else { Ok("found".to_owned()) }
    }

    #[step(approval(message = "Pay this refund?", metadata = { team: "billing" }, on_deny = regret))]
    async fn pay(&mut self) -> Result<(), String> {
        let open = self.bank.acquire().await.map_err(|error| error.to_string())?;
        open.forget();
        Ok(())
    }

    #[step(next = END)]
    fn write(&mut self) {}

    #[step]
    fn regret(&mut self) {}
}

/// The inbox and the pages of runs, with a runner and a database behind them.
struct Desk {
    site: Site,
    runner: Runner,
    /// A permit pays one refund.
    bank: Arc<Semaphore>,
    _folder: TempDir,
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("refunds.db")).unwrap();
        let bank = Arc::new(Semaphore::new(0));
        let own = Arc::clone(&bank);
        let runner = Runner::builder(store)
            .register(move |state| Refund { state, bank: Arc::clone(&own) })
            .poll(Duration::from_millis(20))
            .start()
            .await
            .unwrap();
        let proxy = ProxyHeader::new("x-user").unwrap().trust("127.0.0.1").unwrap();
        let security = Security::new().authenticate(proxy.roles_from("x-roles").unwrap());
        let options = RunsOptions::new()
            .shell(Shell::new("Refunds"))
            .security(security.clone())
            .mask(mask_fields(["iban"]))
            .refresh(Duration::from_millis(50));
        let router = Router::new().nest("/desk", runs_router(runner.runs(), options));
        let site = Site::guarded(router, security).await;
        Self { site, runner, bank, _folder: folder }
    }

    /// A refund that waits for an answer, or has failed.
    async fn refund(&self, run: &str, amount: u32) {
        let state = Order { amount, iban: "DE02 1203".to_owned() };
        let refund = Refund { state, bank: Arc::clone(&self.bank) };
        self.runner.start(run.parse().unwrap(), refund).await.unwrap().wait().await.unwrap();
    }

    /// Brings somebody to one of the pages.
    async fn show(&self, browser: &Browser, name: &str, page: &str) {
        browser.behind_a_proxy(&[("x-user", name), ("x-roles", "approver, operator")]).await;
        browser.open_page(&self.site.at(&format!("/desk{page}"))).await;
    }
}
