//! refusal: handle_name_taken

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    const PAY: u32 = 3;

    #[step]
    fn pay(&mut self) { //~ mended: fn pay_out(&mut self) {
        self.state = Self::PAY;
    }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
