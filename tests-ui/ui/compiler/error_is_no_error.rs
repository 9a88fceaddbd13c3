//! refused by the compiler

use stepflow::workflow;

struct Refund {
    state: u32,
}

struct Refused;

#[workflow(state = u32)]
impl Refund {
    #[step]
    fn pay(&mut self) -> Result<u32, Refused> { //~ mended: fn pay(&mut self) -> Result<u32, String> {
        if self.state < 100 { Ok(self.state) } else { Err(Refused) } //~ mended: if self.state < 100 { Ok(self.state) } else { Err("refused".to_owned()) }
    }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
