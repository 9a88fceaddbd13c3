//! What a call costs after so many visits.

use std::hint::black_box;

use serde_json::{Value, json};
use stepflow_wizard::{
    Blueprint, Command, Definition, Flow, Limits, Settings, Stage, State, Text, Transition, advance,
};

use super::sessions::{env, now};

/// Nanoseconds per answer, and per going back, in a wizard that goes round and remembers this many visits.
pub(crate) fn measured(visits: usize) -> Value {
    let definition = round(visits);
    let mut state = definition.begin(&env()).expect("the wizard begins").state;
    // Always from the same stage, since coming round opens stages again.
    while state.frames()[0].visits().len() < visits || state.stage() != "c" {
        state = answered(&definition, state);
    }
    let (answers, mut state) = timed(state, |state| answered(&definition, state));
    while state.stage() != "b" {
        state = answered(&definition, state);
    }
    // Going back forgets a visit and answering adds one, so the length stays.
    let (pairs, state) = timed(state, |state| answered(&definition, went_back(&definition, state)));
    json!({ "what": "history", "visits": state.frames()[0].visits().len(), "answer": answers, "back": pairs - answers })
}

/// The least of four hundred rounds, each of fifty calls.
fn timed(mut state: State, call: impl Fn(State) -> State) -> (f64, State) {
    let mut least = f64::INFINITY;
    for _ in 0..400 {
        let begun = now();
        for _ in 0..50 {
            state = black_box(call(state));
        }
        least = least.min(begun.elapsed().as_secs_f64() * 1e9 / 50.0);
    }
    (least, state)
}

fn answered(definition: &Definition, state: State) -> State {
    let call = Command::submit([("name", "Ada"), ("again", "yes")]);
    advance(definition, state, call, &env()).expect("an answer is taken").state
}

fn went_back(definition: &Definition, state: State) -> State {
    advance(definition, state, Command::back(), &env()).expect("there is a way back").state
}

fn round(visits: usize) -> Definition {
    let schema = json!({
        "type": "object",
        "properties": { "name": { "type": "string" }, "again": { "type": "string" } },
        "required": ["name"],
    });
    let stage = |name: &str, to: &str| {
        let again = Transition::to(to).when("data.get('again') == 'yes'").expect("the condition parses");
        let prompt = Text::parse("And now, {{ name }}?").expect("the text parses");
        Stage::new(name).schema(schema.clone()).prompt(prompt).transition(again)
    };
    let stages = vec![stage("a", "b"), stage("b", "c"), stage("c", "a"), Stage::end("done")];
    let settings =
        Settings { limits: Limits { history: visits, ..Limits::default() }, ..Settings::default() };
    let blueprint = Blueprint { settings, ..Blueprint::new(Flow::new("round", stages)) };
    Definition::new(blueprint).expect("the definition is sound")
}
