//! refused by the compiler
#![allow(unused)]

use stepflow_wizard::wizard;

#[derive(schemars::JsonSchema)] //~ mended: #[derive(serde::Deserialize, schemars::JsonSchema)]
struct Account {
    email: String,
}

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step]
    fn account(&mut self, answer: Account) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
