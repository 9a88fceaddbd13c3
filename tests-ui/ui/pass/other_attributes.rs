//! Attributes of others stay where they are, in their order; helpers stay as they are.

use serde::Serialize;
use stepflow::workflow;

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Approve,
    #[allow(dead_code)]
    Deny,
}

struct Refund {
    state: Vec<String>,
}

struct Limit<const N: usize>(usize);

macro_rules! helper {
    ($name:ident) => {
        fn $name(&mut self, text: &str) {
            self.state.push(text.to_owned());
        }
    };
}

#[workflow(state = Vec<String>)]
#[allow(clippy::unused_self)]
impl Refund {
    #![allow(clippy::missing_const_for_fn)]

    pub const LIMIT: usize = { 1 + 1 };

    /// Decides.
    #[inline]
    #[must_use]
    #[step(routes = { Verdict::Approve => pay, Verdict::Deny => END })]
    #[deprecated = "still called by the workflow"]
    #[cfg_attr(all(), allow(unused_mut))]
    fn decide(&mut self) -> Verdict {
        let mut verdict = Verdict::Approve;
        self.log("decide");
        verdict
    }

    #[step]
    #[cold]
    #[doc(alias = "transfer")]
    #[track_caller]
    fn pay(&mut self) {
        self.log("pay");
        Self::associated::<3>();
    }

    helper!(log);

    fn associated<const N: usize>() -> [u8; N] {
        [0; N]
    }

    async fn later(self) -> impl Sized {
        self.state
    }

    const fn bigger(limit: Limit<{ 1 + 2 }>) -> Limit<{ 2 + 2 }> {
        assert!(limit.0 > Self::LIMIT);
        Limit(limit.0)
    }

    /// The user's own; not generated.
    pub fn run(self) -> Vec<String> {
        assert_eq!(Self::bigger(Limit(3)).0, 3);
        drop(Self { state: Vec::new() }.later());
        stepflow::Run::new(self).run().into_state()
    }

    /// The user's own, too.
    pub fn graph(&self) -> &'static str {
        "mine"
    }
}

fn main() {
    let refund = Refund { state: Vec::new() };
    assert_eq!(refund.graph(), "mine");
    assert_eq!(refund.run(), ["decide", "pay"]);
    let mut by_hand = Refund { state: Vec::new() };
    by_hand.pay();
    assert_eq!(by_hand.state, ["pay"]);
}
