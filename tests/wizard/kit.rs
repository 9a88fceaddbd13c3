//! A person at a wizard: every call is a second after the last.

use serde_json::{Value, json};
use stepflow_wizard::{
    Blueprint, Call, Command, Definition, Env, EventKind, Flow, Input, Kind, Map, Outcome, Stage, State,
    Timestamp, Transition, WizardError, advance,
};

/// One person's way through a wizard.
pub(crate) struct Session {
    pub(crate) definition: Definition,
    pub(crate) state: State,
    pub(crate) seconds: i64,
}

impl Session {
    pub(crate) fn of(stages: Vec<Stage>) -> Self {
        Self::with(Blueprint::new(Flow::new("wizard", stages)))
    }

    pub(crate) fn with(blueprint: Blueprint) -> Self {
        Self::begin(&Definition::new(blueprint).unwrap())
    }

    pub(crate) fn begin(definition: &Definition) -> Self {
        Self::begin_with(definition, json!({}))
    }

    pub(crate) fn begin_with(definition: &Definition, initial: Value) -> Self {
        let outcome = definition.begin_with(map(initial), &env(0)).unwrap();
        Self { definition: definition.clone(), state: outcome.state, seconds: 0 }
    }

    pub(crate) fn env(&self) -> Env {
        env(self.seconds)
    }

    /// A call that is expected to be carried out.
    pub(crate) fn call(&mut self, call: impl Into<Call>) -> Outcome {
        self.seconds += 1;
        let outcome = advance(&self.definition, self.state.clone(), call, &self.env()).unwrap();
        self.state = outcome.state.clone();
        outcome
    }

    pub(crate) fn submit(&mut self, input: Value) -> Outcome {
        self.call(Command::Submit(Input::Map(map(input))))
    }

    pub(crate) fn back(&mut self) -> Outcome {
        self.call(Command::back())
    }

    pub(crate) fn skip(&mut self) -> Outcome {
        self.call(Command::Skip)
    }

    pub(crate) fn restart(&mut self) -> Outcome {
        self.call(Command::Restart)
    }

    pub(crate) fn go_to(&mut self, stage: &str) -> Outcome {
        self.call(Command::GoTo(stage.into()))
    }

    /// A call that is expected to be refused; the state must come back as it was.
    pub(crate) fn refused(&mut self, call: impl Into<Call>) -> WizardError {
        let before = self.state.to_json().unwrap();
        let refused = advance(&self.definition, self.state.clone(), call, &self.env()).unwrap_err();
        assert_eq!(refused.state.to_json().unwrap(), before);
        refused.error
    }

    /// What is known at the end of the way.
    pub(crate) fn data(&self) -> Value {
        Value::Object(self.definition.journey(&self.state, &self.env()).unwrap().data)
    }

    /// What is known in the flow being walked.
    pub(crate) fn current_data(&self) -> Value {
        Value::Object(self.definition.current_journey(&self.state, &self.env()).unwrap().data)
    }

    pub(crate) fn history(&self) -> Vec<String> {
        self.state.frames().last().unwrap().visits().map(|visit| visit.stage.to_string()).collect()
    }
}

pub(crate) fn env(seconds: i64) -> Env {
    Env::at(Timestamp::from_second(1_700_000_000 + seconds).unwrap()).seeded(7)
}

pub(crate) fn map(value: Value) -> Map {
    let Value::Object(map) = value else { panic!("an object is expected, not {value}") };
    map
}

pub(crate) fn when(target: &str, condition: &str) -> Transition {
    Transition::to(target).when(condition).unwrap()
}

/// A stage that asks for one field of a type, required.
pub(crate) fn asks(name: &str, field: &str, kind: &str) -> Stage {
    Stage::new(name).schema(json!({
        "type": "object",
        "properties": { field: { "type": kind } },
        "required": [field],
    }))
}

/// The events in short: `exit a`, `enter b`.
pub(crate) fn events(outcome: &Outcome) -> Vec<String> {
    let told = |event: &stepflow_wizard::Event| {
        let what = match &event.kind {
            EventKind::AutoAdvanced => "pass",
            EventKind::Cancelled => "cancel",
            EventKind::Completed => "complete",
            EventKind::Entered(_) => "enter",
            EventKind::Exited(_) => "exit",
            EventKind::Restarted => "restart",
            EventKind::Skipped => "skip",
            EventKind::SubflowPopped { .. } => "pop",
            EventKind::SubflowPushed { .. } => "push",
            _ => "?",
        };
        format!("{what} {}", event.stage)
    };
    outcome.events.iter().map(told).collect()
}

/// Stage, kind and whether it is completed, in short.
pub(crate) fn stands(outcome: &Outcome) -> (String, Kind, bool) {
    (outcome.view.stage.to_string(), outcome.kind, outcome.state.is_completed())
}

pub(crate) fn at(stage: &str, kind: Kind) -> (String, Kind, bool) {
    (stage.to_owned(), kind, kind == Kind::Completed)
}
