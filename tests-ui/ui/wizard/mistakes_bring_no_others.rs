//! refusal: unknown_target
#![allow(unused)]

use stepflow_wizard::wizard;

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
    #[step(next = seets)] //~ mended: #[step(next = seats)]
    fn plan(&mut self, plan: Plan) {}

    #[step]
    fn seats(&mut self, seats: u8) {}
}

fn main() {
    let wizard = Registration::definition(|state| Registration { state }).unwrap();
    let graph = Registration::graph().unwrap();
    drop((wizard.name().to_owned(), graph));
    let name: &str = Registration::PLAN.name();
    assert_eq!(name, "plan");
}
