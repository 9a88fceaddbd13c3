//! Whether a step can fail is seen through aliases; a type that is only called `…Result` is an output.

use serde::Serialize;
use stepflow::{StepHandle, workflow};

type Fallible<T> = Result<T, std::io::Error>;
type Unit = Fallible<()>;
type Amount = u32;

#[derive(Debug, Serialize, PartialEq)]
struct CheckResult(u32);

mod own {
    #[derive(Debug, serde::Serialize, PartialEq)]
    pub struct Result<T>(pub T);
}

struct Refund {
    state: u32,
}

#[workflow(state = u32, retry(times = 1, on = std::io::Error { .. }))]
impl Refund {
    #[step(retry(when = is_final))]
    fn alias(&mut self) -> Fallible<u32> {
        Ok(1)
    }

    #[step]
    fn unit(&mut self) -> Unit {
        Ok(())
    }

    #[step]
    fn amount(&mut self) -> Amount {
        self.state
    }

    #[step]
    fn check(&mut self) -> CheckResult {
        CheckResult(2)
    }

    #[step]
    fn own(&mut self) -> own::Result<u8> {
        own::Result(3)
    }

    #[step(fallible)]
    fn said(&mut self) -> std::result::Result<u32, Box<dyn std::error::Error + Send + Sync>> {
        Ok(4)
    }

    #[step]
    fn tuple(&mut self) -> (u8, Option<String>) {
        (5, None)
    }

    #[step]
    fn never(&mut self) -> ! {
        panic!("the last step")
    }
}

fn is_final(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::NotFound
}

fn main() {
    std::panic::set_hook(Box::new(|_| ()));
    let result = Refund { state: 0 }.run();
    let alias: StepHandle<u32> = Refund::ALIAS;
    let unit: StepHandle<()> = Refund::UNIT;
    let never: StepHandle<()> = Refund::NEVER;
    assert_eq!(*result.output(alias).unwrap(), 1);
    assert_eq!(*result.output(unit).unwrap(), ());
    assert_eq!(*result.output(Refund::CHECK).unwrap(), CheckResult(2));
    assert_eq!(*result.output(Refund::OWN).unwrap(), own::Result(3));
    assert_eq!(*result.output(Refund::SAID).unwrap(), 4);
    assert_eq!(result.output(Refund::TUPLE).unwrap().0, 5);
    assert!(result.output(never).is_err());
}
