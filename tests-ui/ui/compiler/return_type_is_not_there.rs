//! refused by the compiler

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[derive(serde::Serialize)]
struct Receipt;

#[workflow(state = u32)]
impl Refund {
    #[step]
    fn pay(&mut self) -> Reciept { //~ mended: fn pay(&mut self) -> Receipt {
        Receipt
    }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
