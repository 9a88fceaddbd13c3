//! refusal: filter_on_opaque_output

use stepflow::workflow;

struct Refund<E> {
    state: u32,
    last: Option<E>,
}

type Paid<E> = Result<u32, E>;

#[workflow(state = u32)]
impl<E: std::error::Error + Send + Sync + 'static> Refund<E> {
    #[step(retry(times = 1, on = _))] //~ mended: #[step(fallible, retry(times = 1, on = _))]
    fn pay(&mut self) -> Paid<E> {
        self.last.take().map_or(Ok(self.state), Err)
    }
}

fn main() {
    let _ = Refund::<std::fmt::Error> { state: 0, last: None }.run();
}
