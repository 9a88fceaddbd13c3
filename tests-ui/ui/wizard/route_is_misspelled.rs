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
    #[step(routes = { Plan::Free => END, Plan::Team => saets })] //~ mended: #[step(routes = { Plan::Free => END, Plan::Team => seats })]
    fn plan(&mut self, plan: Plan) -> Plan {
        plan
    }

    #[step]
    fn seats(&mut self, seats: u8) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
