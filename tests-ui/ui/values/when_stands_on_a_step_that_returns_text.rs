//! refusal: filter_without_error

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(retry(times = 1, when = str::is_empty))] //~ mended: #[step(retry(times = 1))]
    fn pay(&mut self) -> String {
        String::new()
    }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
