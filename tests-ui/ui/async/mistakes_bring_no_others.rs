//! refusal: unknown_target, timeout_on_sync_step

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(next = pya)] //~ mended: #[step(next = pay)]
    async fn check(&mut self) {}

    #[step(timeout = "1s")] //~ mended: #[step]
    fn pay(&mut self) -> u32 {
        self.state
    }
}

async fn refund(workflow: Refund) -> u32 {
    drop(Refund::graph());
    let result = stepflow::Run::new(workflow).run().await;
    let again = Refund { state: 1 }.run().await;
    let paid: u32 = *result.output(Refund::PAY).unwrap();
    paid + result.into_state() + again.into_state()
}

fn main() {
    drop(refund(Refund { state: 0 }));
}
