//! Handles are as visible as their methods, in private and public types.

#![deny(private_interfaces, private_bounds, dead_code)]

mod inner {
    use stepflow::workflow;

    pub(crate) struct Refund {
        pub(crate) state: u32,
    }

    #[derive(serde::Serialize)]
    struct Private;

    #[workflow(state = u32)]
    impl Refund {
        #[step]
        pub(crate) fn check(&mut self) -> u32 {
            self.state
        }

        #[step]
        pub(super) fn pay(&mut self) -> u32 {
            self.state
        }

        #[step]
        fn close(&mut self) -> Private {
            Private
        }
    }

    pub(crate) fn closed() -> bool {
        Refund { state: 0 }.run().output(Refund::CLOSE).is_ok()
    }
}

struct Ledger {
    state: u32,
}

#[stepflow::workflow(state = u32)]
impl Ledger {
    #[step]
    fn book(&mut self) {
        self.state += 1;
    }
}

fn main() {
    let result = inner::Refund { state: 4 }.run();
    assert_eq!(result.output(inner::Refund::CHECK).unwrap(), result.output(inner::Refund::PAY).unwrap());
    assert!(inner::closed());
    assert_eq!(Ledger { state: 0 }.run().into_state(), 1);
}
