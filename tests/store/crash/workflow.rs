//! A run with retries, a route, a loop, a gate and a body that must not run twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize};
use stepflow::{RunContext, workflow};

use super::Kill;
use super::deadly::die;
use super::journal::{Entry, Pen};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Claim {
    pub(super) rounds: u32,
    pub(super) seen: Vec<String>,
}

/// What the bodies do to the world outside.
#[derive(Clone)]
pub(super) struct World {
    pub(super) pen: Arc<Pen>,
    pub(super) bodies: Arc<AtomicU32>,
    pub(super) kill: Kill,
}

impl World {
    /// A body begins; it does `what` to the world.
    fn body(&self, ctx: &RunContext<'_>, what: impl FnOnce(&Pen)) {
        let nth = self.bodies.fetch_add(1, Ordering::SeqCst) + 1;
        self.pen.write(&Entry::Begun { key: ctx.idempotency_key(), attempt: ctx.attempt() });
        if self.kill == Kill::BodyBegun(nth) {
            die();
        }
        what(&self.pen);
        if self.kill == Kill::BodyDone(nth) {
            die();
        }
    }
}

#[derive(Debug, Serialize)]
enum Verdict {
    Again,
    Pay,
}

pub(super) struct Refund {
    pub(super) state: Claim,
    pub(super) world: World,
}

#[workflow(state = Claim, max_visits = 3, retry(times = 1, delay = "1ms"))]
impl Refund {
    #[step]
    fn look(&mut self, ctx: &mut RunContext<'_>) -> Result<u32, String> {
        self.state.seen.push(format!("look {} {}", ctx.visit(), ctx.attempt()));
        self.world.body(ctx, |_| ());
        if ctx.attempt() == 1 { Err("the archive was closed".to_owned()) } else { Ok(ctx.visit()) }
    }

    #[step(routes = { Verdict::Again => look, Verdict::Pay => pay })]
    async fn decide(&mut self, ctx: &mut RunContext<'_>) -> Verdict {
        self.state.rounds += 1;
        self.world.body(ctx, |_| ());
        if self.state.rounds < 2 { Verdict::Again } else { Verdict::Pay }
    }

    #[step(approval = "Pay this refund?", effect = once)]
    async fn pay(&mut self, ctx: &mut RunContext<'_>) {
        let key = ctx.idempotency_key();
        self.world.body(ctx, |pen| pen.write(&Entry::Paid { key }));
    }

    #[step(after = "1ms", next = END)]
    fn file(&mut self, ctx: &mut RunContext<'_>) {
        self.state.seen.push("file".to_owned());
        self.world.body(ctx, |_| ());
    }
}
