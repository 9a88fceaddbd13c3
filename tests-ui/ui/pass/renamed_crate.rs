//! The runtime may stand behind another path.

use crate::vendor::flow::{RunContext, workflow as process};

mod vendor {
    pub mod flow {
        pub use ::stepflow::*;
    }
}

/// A module in the way of a path that is not absolute.
mod stepflow {}

struct Refund {
    state: u32,
}

#[process(state = u32, crate = crate::vendor::flow)]
impl Refund {
    #[step]
    fn check(&mut self) -> Result<u32, String> {
        Ok(self.state)
    }

    #[crate::vendor::flow::step(approval(metadata = { limit: 1 }))]
    fn pay(&mut self, ctx: &mut RunContext<'_>) {
        self.state += ctx.attempt();
    }
}

fn main() {
    let result = vendor::flow::Run::new(Refund { state: 0 }).on_approval(|_| true).run();
    assert_eq!(result.into_state(), 1);
}
