//! A thousand people on one definition never see each other's data (I9, B-01, B-02).

use serde_json::{Value, json};
use stepflow_wizard::store::{Caps, Lifetime};
use stepflow_wizard::{
    Blueprint, Collect, Command, Definition, Flow, Input, Keeping, Map, Stage, StageKind, State, SubflowCall,
    Transition, Wizards, advance,
};

use super::kit::memory;
use crate::kit::{asks, env, map};

const PEOPLE: usize = 1_000;

/// Asks, collects, calls another flow, and derives: whatever could be left behind somewhere.
fn definition() -> Definition {
    let call = SubflowCall::new("lodging").pass("name", "guest").take("room", "room").returning_to("note");
    let items = Stage { kind: StageKind::Collect(Collect::new("items")), ..Stage::new("items") }
        .schema(
            json!({ "type": "object", "properties": { "item": { "type": "string" } }, "required": ["item"] }),
        )
        .transition(Transition::into_subflow(call));
    let stages = vec![
        asks("name", "name", "string").to("items"),
        items,
        asks("note", "note", "string").to("done"),
        Stage::end("done"),
    ];
    let inner = Flow::new("lodging", vec![asks("room", "room", "string").to("end"), Stage::end("end")]);
    Definition::new(Blueprint::new(Flow::new("trip", stages).subflow(inner))).unwrap()
}

/// What a person does, in order; everything they say bears their number.
fn script(person: usize) -> Vec<Command> {
    let secret = |what: &str| format!("{what} of person {person:04}");
    let submit = |field: &str| Command::Submit(Input::Map(map(json!({ field: secret(field) }))));
    vec![
        submit("name"),
        Command::back(),
        submit("name"),
        Command::AddItem(map(json!({ "item": secret("first") }))),
        Command::AddItem(map(json!({ "item": secret("second") }))),
        Command::SaveDraft(map(json!({ "item": secret("draft") }))),
        Command::Done,
        submit("room"),
        submit("note"),
    ]
}

/// Whoever is named in what is known of a person is that person.
fn belongs(person: usize, state: &State) {
    let text = state.to_json().unwrap();
    let own = format!("person {person:04}");
    for (at, _) in text.match_indices("person ") {
        assert_eq!(&text[at..at + own.len()], own);
    }
}

fn expected(definition: &Definition, person: usize) -> Value {
    let mut state = definition.begin(&env(0)).unwrap().state;
    for command in script(person) {
        state = advance(definition, state, command, &env(1)).unwrap().state;
    }
    Value::Object(definition.journey(&state, &env(1)).unwrap().data)
}

/// An order in which a thousand people come to their next call, again and again.
fn order(seed: u64) -> Vec<usize> {
    let mut turns: Vec<usize> = (0..PEOPLE).flat_map(|person| vec![person; script(0).len()]).collect();
    let mut chance = seed;
    for last in (1..turns.len()).rev() {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        turns.swap(last, usize::try_from(chance >> 33).unwrap() % (last + 1));
    }
    turns
}

#[test]
fn a_thousand_interleaved_people_never_see_each_other() {
    let definition = definition();
    for seed in 0..3 {
        let mut states: Vec<_> =
            (0..PEOPLE).map(|_| Some(definition.begin(&env(0)).unwrap().state)).collect();
        let mut scripts: Vec<_> = (0..PEOPLE).map(|person| script(person).into_iter()).collect();
        for person in order(seed) {
            let command = scripts[person].next().unwrap();
            let state = states[person].take().unwrap();
            let outcome = advance(&definition, state, command, &env(1)).unwrap();
            states[person] = Some(outcome.state);
        }
        for (person, state) in states.iter().enumerate() {
            let state = state.as_ref().unwrap();
            assert!(state.is_completed(), "{state:?}");
            belongs(person, state);
            if person % 100 == 0 {
                let data = definition.journey(state, &env(1)).unwrap().data;
                assert_eq!(Value::Object(data), expected(&definition, person));
            }
        }
    }
}

/// The same through what keeps them, at the same time on many threads, with hooks that take their time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_saved_wizards_never_see_each_other() {
    let keeping = Keeping {
        caps: Caps { per_owner: 1, in_total: 1_000 },
        lifetime: Lifetime::default(),
        ..Keeping::default()
    };
    let hooks = stepflow_wizard::Hooks::new().on_exit(|call| async move {
        let before = call.data.clone();
        tokio::task::yield_now().await;
        assert_eq!(before, call.data);
        Ok(())
    });
    let wizards = Wizards::builder(definition(), memory().0).keeping(keeping).hooks(hooks).build();
    let people: Vec<_> = (0..PEOPLE)
        .map(|person| {
            let wizards = wizards.clone();
            tokio::spawn(async move {
                let owner = format!("person {person:04}").parse().unwrap();
                let mut session = wizards.begin(&owner, Map::new()).await.unwrap().session;
                for command in script(person) {
                    tokio::task::yield_now().await;
                    let call = wizards.advance(session.key(), session.revision(), command).await.unwrap();
                    assert!(call.hook_errors.is_empty(), "{:?}", call.hook_errors);
                    session = call.session;
                    belongs(person, session.state());
                }
                let data = wizards.journey(&session).unwrap().data;
                wizards.complete(session.key(), session.submission().unwrap()).await.unwrap();
                Value::Object(data)
            })
        })
        .collect();
    let definition = definition();
    for (person, known) in people.into_iter().enumerate() {
        let known = known.await.unwrap();
        if person % 100 == 0 {
            assert_eq!(known, expected(&definition, person));
        }
    }
}
