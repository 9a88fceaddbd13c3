//! Wizards written with `#[wizard]`, walked through `advance`.

mod branches;
mod forms;
mod loops;
mod passing;
mod rules;
mod subflows;
mod walks;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use stepflow_wizard::{
    Command, Definition, Env, Kind, Map, Outcome, StageHandle, Standing, State, Timestamp, advance,
};

/// One person's way through a wizard, step by step.
pub(crate) struct Visit {
    wizard: Definition,
    pub(crate) last: Outcome,
}

pub(crate) fn env() -> Env {
    Env::at(Timestamp::UNIX_EPOCH).seeded(1)
}

impl Visit {
    pub(crate) fn begin(wizard: &Definition) -> Self {
        Self { wizard: wizard.clone(), last: wizard.begin(&env()).unwrap() }
    }

    /// Gives an answer to the current step.
    #[track_caller]
    pub(crate) fn answer<A: Serialize>(&mut self, step: StageHandle<A>, answer: A) -> &mut Self {
        assert_eq!(self.stage(), step.name(), "the answer is for another step");
        self.tell(step.submit(&answer).unwrap())
    }

    /// Gives whatever fields.
    pub(crate) fn submit(&mut self, fields: Value) -> &mut Self {
        let Value::Object(fields) = fields else { panic!("a form has fields") };
        self.tell(Command::submit(fields))
    }

    pub(crate) fn read_on(&mut self) -> &mut Self {
        self.tell(Command::submit(Map::new()))
    }

    pub(crate) fn back(&mut self) -> &mut Self {
        self.tell(Command::back())
    }

    pub(crate) fn skip(&mut self) -> &mut Self {
        self.tell(Command::Skip)
    }

    pub(crate) fn go_to<A>(&mut self, step: StageHandle<A>) -> &mut Self {
        self.tell(Command::GoTo(step.into()))
    }

    /// Every state goes through JSON on its way, as it would between two requests.
    pub(crate) fn tell(&mut self, command: Command) -> &mut Self {
        let state = State::from_json(&self.last.state.to_json().unwrap()).unwrap();
        assert_eq!(state, self.last.state);
        self.last = advance(&self.wizard, state, command, &env()).unwrap();
        self
    }

    pub(crate) fn stage(&self) -> &str {
        self.last.state.stage()
    }

    pub(crate) fn kind(&self) -> Kind {
        self.last.kind
    }

    /// The typed state, folded over the answers.
    pub(crate) fn state<T: DeserializeOwned>(&self) -> T {
        self.wizard.fold(&self.last.state, &env()).unwrap()
    }

    /// What is wrong with the last answer, as people see it.
    pub(crate) fn errors(&self) -> Vec<String> {
        self.last.errors.iter().map(ToString::to_string).collect()
    }

    /// How the steps stand: `account*`, `plan`, `-company`.
    pub(crate) fn roadmap(&self) -> String {
        let entries = self.last.view.roadmap.iter().map(|entry| match entry.standing {
            Standing::Completed => format!("+{}", entry.stage),
            Standing::Current => format!("*{}", entry.stage),
            Standing::NotApplicable => format!("-{}", entry.stage),
            Standing::Skipped => format!("~{}", entry.stage),
            _ => entry.stage.to_string(),
        });
        entries.collect::<Vec<_>>().join(" ")
    }
}
