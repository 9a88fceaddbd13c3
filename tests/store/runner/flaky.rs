//! A workflow that can be told to hang, to fail and to wait, and writes down what it does.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use stepflow::{RunContext, workflow};

use tokio::sync::watch;

use super::support::Log;

/// What the steps of an [`Order`] do besides their work.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    pub(crate) log: Log,
    hanging: Arc<Mutex<BTreeSet<String>>>,
    failing: Arc<Mutex<Vec<String>>>,
    /// The runs whose hanging bodies come to their end after all.
    released: Arc<watch::Sender<BTreeSet<String>>>,
}

impl World {
    /// The next bodies of this step never come to their end.
    pub(crate) fn hang(&self, step: &str) -> &Self {
        self.hanging.lock().unwrap().insert(step.to_owned());
        self
    }

    pub(crate) fn hang_no_more(&self) -> &Self {
        self.hanging.lock().unwrap().clear();
        self
    }

    /// The hanging body of this run comes to its end.
    pub(crate) fn let_go(&self, run: &str) {
        self.released.send_modify(|released| {
            released.insert(run.to_owned());
        });
    }

    /// One more attempt at this step fails.
    pub(crate) fn fail(&self, step: &str) -> &Self {
        self.failing.lock().unwrap().push(step.to_owned());
        self
    }

    async fn visit(&self, ctx: &mut RunContext<'_>) -> Result<(), String> {
        let (step, key) = (ctx.step_name(), ctx.idempotency_key());
        self.log.note(format!("{step} begins as {key}"));
        let failing = {
            let mut failing = self.failing.lock().unwrap();
            failing.iter().position(|known| known == step).map(|found| failing.remove(found))
        };
        if failing.is_some() {
            self.log.note(format!("{step} fails"));
            return Err(format!("{step} is out of order"));
        }
        if self.hanging.lock().unwrap().contains(step) {
            let run = ctx.run_id().to_string();
            let mut released = self.released.subscribe();
            let let_go = released.wait_for(|released| released.contains(&run)).await;
            let_go.map_err(|error| error.to_string())?;
        }
        self.log.note(step);
        Ok(())
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Basket {
    pub(crate) done: Vec<String>,
    pub(crate) rounds: u32,
}

pub(crate) struct Order {
    pub(crate) state: Basket,
    pub(crate) world: World,
}

#[derive(Debug, Serialize)]
pub(crate) enum Packed {
    Again,
    Full,
}

#[workflow(state = Basket, max_visits = 5)]
impl Order {
    #[step]
    async fn reserve(&mut self, ctx: &mut RunContext<'_>) -> Result<(), String> {
        self.world.visit(ctx).await?;
        self.state.done.push("reserve".to_owned());
        Ok(())
    }

    #[step(retry(times = 3, delay = "40ms"))]
    pub(crate) async fn pay(&mut self, ctx: &mut RunContext<'_>) -> Result<String, String> {
        self.world.visit(ctx).await?;
        self.state.done.push("pay".to_owned());
        Ok(format!("receipt of {}", ctx.run_id()))
    }

    #[step(routes = { Packed::Again => pack, Packed::Full => ship })]
    async fn pack(&mut self, ctx: &mut RunContext<'_>) -> Result<Packed, String> {
        self.world.visit(ctx).await?;
        self.state.done.push("pack".to_owned());
        self.state.rounds += 1;
        Ok(if self.state.rounds < 3 { Packed::Again } else { Packed::Full })
    }

    #[step(after = "100ms")]
    async fn ship(&mut self, ctx: &mut RunContext<'_>) -> Result<(), String> {
        self.world.visit(ctx).await?;
        self.state.done.push("ship".to_owned());
        Ok(())
    }
}

impl World {
    pub(crate) fn factory(&self) -> impl Fn(Basket) -> Order + Send + Sync + 'static {
        let world = self.clone();
        move |state| Order { state, world: world.clone() }
    }

    pub(crate) fn order(&self) -> Order {
        Order { state: Basket::default(), world: self.clone() }
    }
}
