//! refusal: async_without_tokio

use stepflow::workflow;

struct Refund {
    state: u32,
}

/// The runtime as it is without its feature `tokio`.
mod lean {
    pub use stepflow::*;

    macro_rules! without_tokio {
        ({ $($with:tt)* } { $($without:tt)* }) => { $($without)* };
    }
    pub(crate) use without_tokio as __async_steps;
}

#[workflow(state = u32, crate = crate::lean)] //~ mended: #[workflow(state = u32)]
impl Refund {
    #[step]
    fn check(&mut self) {}

    #[step]
    async fn pay(&mut self) {
        self.state = self.read().await;
    }

    async fn read(&self) -> u32 {
        self.state
    }
}

async fn refund() -> u32 {
    let result = Refund { state: 1 }.run().await;
    drop(result.output(Refund::PAY));
    result.into_state()
}

fn main() {
    drop(refund());
}
