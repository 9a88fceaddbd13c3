//! The workflows that the runs are of.

use serde::{Deserialize, Serialize};
use stepflow::{Run, RunContext, workflow};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) amount: u32,
    pub(crate) checks: u32,
    pub(crate) paid: bool,
    pub(crate) sorry: bool,
}

pub(crate) fn order(amount: u32) -> Order {
    Order { amount, ..Order::default() }
}

/// Fails for an amount of 0.
pub(crate) struct Refund {
    pub(crate) state: Order,
}

impl Refund {
    pub(crate) fn new(state: Order) -> Self {
        Self { state }
    }
}

#[workflow(state = Order)]
impl Refund {
    #[step]
    fn check(&mut self) -> Result<String, String> {
        self.state.checks += 1;
        if self.state.amount == 0 { Err("there is no such order".into()) } else { Ok("found".into()) }
    }

    #[step(approval(message = "Pay this refund?", metadata = { team: "billing" }, on_deny = apologise), next = END)]
    fn pay(&mut self) -> u32 {
        self.state.paid = true;
        self.state.amount
    }

    #[step]
    fn apologise(&mut self) {
        self.state.sorry = true;
    }
}

/// The same after somebody has mended `check`, and put a step in between.
pub(crate) mod mended {
    use super::Order;

    pub(crate) struct Refund {
        pub(crate) state: Order,
    }

    impl Refund {
        pub(crate) fn new(state: Order) -> Self {
            Self { state }
        }
    }

    #[stepflow::workflow(state = Order)]
    impl Refund {
        #[step]
        fn check(&mut self) -> String {
            self.state.checks += 10;
            "found".into()
        }

        #[step]
        fn round(&mut self) {
            self.state.amount += 1;
        }

        #[step(approval = "Pay this refund?", next = END)]
        fn pay(&mut self) -> u32 {
            self.state.paid = true;
            self.state.amount
        }
    }
}

/// Asks again and again.
pub(crate) struct Rounds {
    pub(crate) state: u32,
}

impl Rounds {
    pub(crate) fn new(state: u32) -> Self {
        Self { state }
    }
}

#[workflow(state = u32, max_visits = 10)]
impl Rounds {
    #[step(approval = "Once more?", routes = { true => END, false => ask })]
    fn ask(&mut self) -> bool {
        self.state += 1;
        self.state == 3
    }
}

/// Moves money, and must not do so twice.
pub(crate) struct Transfer {
    pub(crate) state: Vec<String>,
}

impl Transfer {
    pub(crate) fn new(state: Vec<String>) -> Self {
        Self { state }
    }
}

#[workflow(state = Vec<String>)]
impl Transfer {
    #[step(effect = once, routes = { "sent" => book, "refused" => END })]
    fn send(&mut self, ctx: &mut RunContext<'_>) -> &'static str {
        self.state.push(ctx.idempotency_key());
        "sent"
    }

    #[step]
    fn book(&mut self) {
        self.state.push("booked".to_owned());
    }
}

/// The same, without anywhere to go afterwards.
pub(crate) struct Post {
    pub(crate) state: u32,
}

impl Post {
    pub(crate) fn new(state: u32) -> Self {
        Self { state }
    }
}

#[workflow(state = u32)]
impl Post {
    #[step(effect = once)]
    fn post(&mut self) -> u32 {
        self.state += 1;
        self.state
    }
}

/// Has a child, and tries it three times.
pub(crate) struct Parent {
    pub(crate) state: u32,
}

impl Parent {
    pub(crate) fn new(state: u32) -> Self {
        Self { state }
    }
}

#[workflow(state = u32, retry(times = 2))]
impl Parent {
    #[step]
    fn ask(&mut self, ctx: &mut RunContext<'_>) -> Result<(), stepflow::ChildWorkflowError> {
        self.state += 1;
        ctx.run_child(Child { state: self.state })?;
        Ok(())
    }
}

struct Child {
    state: u32,
}

#[workflow(state = u32)]
impl Child {
    #[step]
    fn ping(&mut self) -> Result<(), String> {
        if self.state < 3 { Err("no answer".into()) } else { Ok(()) }
    }
}

/// What the runs come to when nothing comes in between.
#[test]
fn in_memory_they_end_as_they_should() {
    let paid = Run::new(Refund::new(order(7))).on_approval(|_| true).run();
    assert!(paid.is_succeeded() && paid.state.paid);
    assert!(Run::new(Refund::new(order(0))).run().is_failed());
    assert!(Parent::new(0).run().is_succeeded());
    assert_eq!(Run::new(Rounds::new(0)).on_approval(|_| true).run().state, 3);
}
