//! refusal: unknown_key
#![allow(unused)]

use stepflow_wizard::wizard;

#[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
struct Account {
    email: String,
}

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step(retry = 3)] //~ mended: #[step]
    fn account(&mut self, answer: Account) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
