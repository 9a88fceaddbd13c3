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
    fn pay(&mut self) -> Amount {
        self.state
    }
}

type Amount = u32;

fn refund(workflow: Refund) -> u32 {
    let graph = Refund::graph();
    drop(graph);
    let result = stepflow::Run::new(workflow).run();
    let paid: u32 = *result.output(Refund::PAY).unwrap();
    paid + result.into_state()
}

fn main() {
    let _ = refund(Refund { state: 0 });
}
