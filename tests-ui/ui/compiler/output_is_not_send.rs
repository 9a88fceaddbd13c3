//! refused by the compiler

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[derive(serde::Serialize)]
struct Shared(u32, std::marker::PhantomData<*const ()>);

#[workflow(state = u32)]
impl Refund {
    #[step]
    fn share(&mut self) -> Shared { //~ mended: fn share(&mut self) -> u32 {
        Shared(self.state, std::marker::PhantomData) //~ mended: self.state
    }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
