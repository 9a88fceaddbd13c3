//! refusal: unknown_target

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(next = pya)] //~ mended: #[step(next = pay)]
    fn check(&mut self) {}

    #[step]
    fn pay(&mut self) {}
}

fn refund(workflow: Refund) -> u32 {
    let graph = Refund::graph();
    drop(graph);
    stepflow::Run::new(workflow).run().into_state()
}

fn main() {
    let _ = refund(Refund { state: 0 });
}
