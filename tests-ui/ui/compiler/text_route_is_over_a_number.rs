//! refused by the compiler

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(routes = { "many" => END, "few" => pay })] //~ mended: #[step(routes = { 0 => END, key = "more", _ => pay })]
    fn count(&mut self) -> u32 {
        self.state
    }

    #[step]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
