//! A store, and the program that carries its runs out in this process.

use std::any::Any;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use stepflow::{RunId, workflow};
use stepflow_store::{RunHandle, Runner, RunnerBuilder, SqliteStore, Store};
use tokio::sync::Notify;

use crate::tool::Tool;

pub(crate) struct World {
    pub(crate) tool: Tool,
    pub(crate) store: Arc<dyn Store>,
    /// Told when a body begins that never ends.
    pub(crate) begun: Arc<Notify>,
    _kept: Box<dyn Any + Send + Sync>,
}

impl World {
    pub(crate) async fn sqlite() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("refunds.db");
        let store = SqliteStore::open(&path).unwrap();
        Some(Self::new(path.to_str().unwrap(), store, folder))
    }

    #[cfg(unix)]
    pub(crate) async fn postgres() -> Option<Self> {
        let database = stepflow_tests::postgres::database()?;
        let store = stepflow_store::PostgresStore::connect(database.url()).await.unwrap();
        let url = database.url().to_owned();
        Some(Self::new(&url, store, database))
    }

    fn new(name: &str, store: impl Store, kept: impl Any + Send + Sync) -> Self {
        let (store, begun) = (Arc::new(store), Arc::new(Notify::new()));
        Self { tool: Tool::on(name), store, begun, _kept: Box::new(kept) }
    }

    /// A program with everything that is registered here, and quick to hear of what other processes do.
    pub(crate) async fn program(&self) -> Runner {
        self.builder().start().await.unwrap()
    }

    fn builder(&self) -> RunnerBuilder {
        let (posting, sitting) = (self.begun.clone(), self.begun.clone());
        Runner::builder(self.store.clone())
            .register(|state| Refund { state, mended: false })
            .register(move |state| Post { state, begun: posting.clone() })
            .register(move |state| Sit { state, begun: sitting.clone() })
            .lease(Duration::from_millis(300))
            .poll(Duration::from_millis(20))
    }

    /// The program of the day after, in which `check` is mended and `post` comes to an end.
    pub(crate) async fn mended_program(&self) -> Runner {
        Runner::builder(self.store.clone())
            .register(|state| Refund { state, mended: true })
            .register(|state| mended::Post { state })
            .lease(Duration::from_millis(300))
            .poll(Duration::from_millis(20))
            .start()
            .await
            .unwrap()
    }
}

/// Starts a refund and waits until it waits.
pub(crate) async fn refund(program: &Runner, run: &str, amount: u32) -> RunHandle {
    let state = Order { amount, paid: false };
    let run = program.start(id(run), Refund { state, mended: false }).await.unwrap();
    run.wait().await.unwrap();
    run
}

pub(crate) fn id(run: &str) -> RunId {
    run.parse().unwrap()
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) amount: u32,
    pub(crate) paid: bool,
}

/// An amount of 0 fails, until that is mended.
pub(crate) struct Refund {
    pub(crate) state: Order,
    pub(crate) mended: bool,
}

#[workflow(state = Order)]
impl Refund {
    #[step]
    fn check(&mut self) -> Result<&'static str, String> {
        match self.state.amount {
            0 if !self.mended => Err("there is no such order".into()),
            _ => Ok("found"),
        }
    }

    #[step(approval(message = "Pay this refund?", metadata = { team: "billing" }))]
    fn pay(&mut self) -> u32 {
        self.state.paid = true;
        self.state.amount
    }
}

/// Must not run twice, and does not come to an end.
pub(crate) struct Post {
    pub(crate) state: u32,
    pub(crate) begun: Arc<Notify>,
}

#[workflow(state = u32)]
impl Post {
    #[step(effect = once)]
    async fn post(&mut self) -> u32 {
        self.begun.notify_one();
        pending().await
    }
}

pub(crate) mod mended {
    pub(crate) struct Post {
        pub(crate) state: u32,
    }

    #[stepflow::workflow(state = u32)]
    impl Post {
        #[step(effect = once)]
        fn post(&mut self) -> u32 {
            self.state += 1;
            self.state
        }
    }
}

/// Sits there until somebody stops it.
pub(crate) struct Sit {
    pub(crate) state: u32,
    pub(crate) begun: Arc<Notify>,
}

#[workflow(state = u32)]
impl Sit {
    #[step]
    async fn sit(&mut self) {
        self.begun.notify_one();
        pending().await
    }
}
