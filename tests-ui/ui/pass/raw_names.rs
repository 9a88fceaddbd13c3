//! Raw identifiers lose their `r#` in public.

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(routes = { true => r#type, false => r#match })]
    fn r#if(&mut self) -> bool {
        self.state == 0
    }

    #[step(next = r#match)]
    fn r#type(&mut self) -> Option<u32> {
        Some(1)
    }

    #[step]
    fn r#match(&mut self, r#do: &mut stepflow::RunContext<'_>) -> u32 {
        r#do.attempt()
    }
}

fn main() {
    let result = Refund { state: 0 }.run();
    assert!(result.step("if").is_some() && result.step("type").is_some());
    assert_eq!(*result.output(Refund::TYPE).unwrap(), Some(1));
    assert_eq!(*result.output(Refund::MATCH).unwrap(), 1);
}
