//! `#[cfg]` on async steps; a workflow stays async when only sync steps are left.

use stepflow::{Async, Workflow, workflow};

struct Refund {
    state: Vec<&'static str>,
}

#[workflow(state = Vec<&'static str>, max_visits = 2)]
impl Refund {
    #[cfg(any())]
    #[step(timeout = "1s")]
    async fn fetch(&mut self) -> Missing {
        missing!().await
    }

    #[cfg(all())]
    #[step]
    fn fetch(&mut self) {
        self.state.push("fetch");
    }

    #[step(routes = { true => fetch, #[cfg(any())] 7 => fetch, false => close })]
    fn again(&self) -> bool {
        self.state.len() < 2
    }

    #[cfg(not(any()))]
    #[step(on_failure = END)]
    fn close(&mut self) {
        self.state.push("close");
    }
}

fn is_async<W: Workflow<Mode = Async>>() {}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    is_async::<Refund>();
    let result = Refund { state: Vec::new() }.run().await;
    assert_eq!(result.state, ["fetch", "fetch", "close"]);
}
