//! The macro works wherever an `impl` block does.

fn refunded() -> u32 {
    use stepflow::workflow;

    const STEP: u32 = 2;

    struct Refund {
        state: u32,
    }

    #[workflow(state = u32)]
    impl Refund {
        #[step]
        fn pay(&mut self) -> Amount {
            self.state += STEP;
            self.state
        }
    }

    type Amount = u32;

    let result = Refund { state: 1 }.run();
    let paid = *result.output(Refund::PAY).unwrap();
    paid + result.into_state()
}

fn main() {
    assert_eq!(refunded(), 6);
    let nested = || {
        struct Refund {
            state: u32,
        }
        #[stepflow::workflow(state = u32)]
        impl Refund {
            #[step]
            fn pay(&mut self) {
                self.state = 9;
            }
        }
        Refund { state: 0 }.run().into_state()
    };
    assert_eq!(nested(), 9);
}
