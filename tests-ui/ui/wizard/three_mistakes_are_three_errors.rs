//! refusal: unknown_key
#![allow(unused)]

use stepflow_wizard::wizard;

#[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
struct Account {
    email: String,
}

#[derive(Clone, Copy, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
enum Plan {
    Free,
    Team,
}

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step(promt = "Who are you?")] //~ mended: #[step(prompt = "Who are you?")]
    fn account(&mut self, answer: Account) {}

    #[step(next = seets)] //~ mended: #[step(next = seats)]
    fn plan(&mut self, plan: Plan) {}

    #[step]
    fn seats(&self, seats: &str) {} //~ mended: fn seats(&self, seats: String) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
