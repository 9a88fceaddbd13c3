//! `#[cfg]` on the steps and routes of a wizard reaches every fragment.

use stepflow_wizard::{Env, Timestamp, advance, wizard};

#[derive(Clone, Copy, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
enum Plan {
    Free,
    #[cfg(any())]
    Gold,
    Team,
}

struct Registration {
    state: Vec<String>,
}

#[wizard(state = Vec<String>)]
#[cfg(all())]
impl Registration {
    #[cfg(any())]
    #[step]
    fn first(&mut self, answer: Missing) -> Missing {
        missing!()
    }

    #[step(routes = { Plan::Free => letter, #[cfg(any())] Plan::Gold => gold, Plan::Team => seats })]
    fn plan(&mut self, plan: Plan) -> Plan {
        plan
    }

    #[cfg(any())]
    #[step(next = seats, when = missing, on_enter = missing)]
    fn gold(&mut self, answer: Missing) {}

    #[cfg(all())]
    #[cfg(not(any()))]
    #[step(can_skip)]
    fn seats(&mut self, seats: u8) {
        self.state.push(format!("{seats} seats"));
    }

    #[cfg(any())]
    #[step]
    fn between(&mut self, answer: Missing) {}

    #[cfg(any())]
    #[step]
    fn letter(&mut self, answer: Missing) -> Missing {}

    #[cfg(all())]
    #[step]
    fn letter(&mut self, letter: bool) {
        self.state.push(format!("letter: {letter}"));
    }

    #[cfg(any())]
    fn helper(&self) -> Missing {}
}

#[cfg(any())]
#[wizard(state = Missing)]
impl Missing {
    #[step]
    fn nothing(&mut self, answer: Missing) {}
}

fn main() {
    let wizard = Registration::definition(|state| Registration { state }).unwrap();
    let env = Env::at(Timestamp::UNIX_EPOCH);
    let state = wizard.begin(&env).unwrap().state;
    let state = advance(&wizard, state, Registration::PLAN.submit(&Plan::Team).unwrap(), &env).unwrap().state;
    let state = advance(&wizard, state, Registration::SEATS.submit(&3).unwrap(), &env).unwrap().state;
    let state = advance(&wizard, state, Registration::LETTER.submit(&true).unwrap(), &env).unwrap().state;
    assert!(state.is_completed());
    assert_eq!(wizard.fold::<Vec<String>>(&state, &env).unwrap(), ["3 seats", "letter: true"]);
}
