//! Wizards that strangers drive, from states that strangers saved.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};
use stepflow_wizard::compat::{self, AdvanceResult};
use stepflow_wizard::load::{self, Loader};
use stepflow_wizard::{
    Call, Command, Definition, Env, EventKind, Extracted, Input, Parity, State, Status, Timestamp,
};

use super::bytes::Bytes;
use super::load::functions;
use super::plan::plan;

/// The wizard of `wizard.yaml`, under our rules and under the original's.
static WIZARDS: LazyLock<[Definition; 2]> = LazyLock::new(|| {
    let text = include_str!("../wizard.yaml");
    let functions = functions();
    let ours = load::from_yaml(text, &functions);
    let theirs = Loader::new(&functions).parity(Parity::Dataknobs069).yaml(text);
    [ours, theirs].map(|loaded| loaded.unwrap_or_else(|errors| panic!("{errors}")))
});

/// A definition and commands, both chosen by the bytes.
pub fn advance(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let plan = plan(&mut bytes);
    let functions = functions();
    let loader = Loader::new(&functions);
    let loader = if bytes.once_in(4) { loader.parity(Parity::Dataknobs069) } else { loader };
    if let Ok(definition) = loader.value(&plan) {
        walk(&definition, &mut bytes, 32);
    }
}

/// A state as it was saved; behind a zero byte, commands. `"definition":"this"` stands for the wizard's own.
pub fn state(data: &[u8]) {
    let (text, commands) = parts(data);
    let Ok(text) = std::str::from_utf8(text) else { return };
    for definition in &*WIZARDS {
        let id = serde_json::to_string(definition.id()).unwrap_or_default();
        let text = text.replace(r#""definition":"this""#, &format!(r#""definition":{id}"#));
        let state = match State::from_json(&text) {
            Ok(state) => state,
            Err(error) => {
                assert!(!error.to_string().is_empty());
                continue;
            }
        };
        read_again(&state);
        drive(definition, state, &mut Bytes::new(commands), 16);
    }
}

/// A state in the original's ten keys; behind a zero byte, commands.
pub fn from_dict(data: &[u8]) {
    let (text, commands) = parts(data);
    let Ok(saved) = serde_json::from_slice::<Value>(text) else { return };
    for definition in &*WIZARDS {
        match compat::from_dict(definition, &saved, &env(0)) {
            Ok(state) => {
                let dict = compat::to_dict(definition, &state);
                assert!(dict.as_object().is_some_and(|dict| dict.len() == 10));
                drive(definition, state, &mut Bytes::new(commands), 16);
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

/// Begins a wizard and drives it.
pub fn walk(definition: &Definition, bytes: &mut Bytes<'_>, calls: i64) {
    let outcome = match definition.begin(&env(0)) {
        Ok(outcome) => outcome,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    read_again(&outcome.state);
    drive(definition, outcome.state, bytes, calls);
}

/// Makes calls until the bytes run out, or so many were made.
fn drive(definition: &Definition, mut state: State, bytes: &mut Bytes<'_>, calls: i64) {
    for seconds in 1..=calls {
        looked_at(definition, &state);
        let command = command(definition, &state, bytes);
        state = call(definition, state, command, seconds);
        if bytes.is_empty() {
            break;
        }
    }
    looked_at(definition, &state);
}

/// One call, and what is promised of every call.
fn call(definition: &Definition, state: State, call: Call, seconds: i64) -> State {
    let before = json_of(&state);
    let outcome = match stepflow_wizard::advance(definition, state, call, &env(seconds)) {
        Ok(outcome) => outcome,
        Err(refused) => {
            assert!(!refused.error.to_string().is_empty());
            assert_eq!(json_of(&refused.state), before, "a refused call changes nothing");
            return refused.state;
        }
    };
    read_again(&outcome.state);
    let state = &outcome.state;
    assert!(definition.stage(state.flow(), state.stage()).is_some(), "the cursor names a stage");
    let passed = outcome.events.iter().filter(|event| event.kind == EventKind::AutoAdvanced).count();
    assert!(passed <= definition.settings().limits.auto_advance, "{passed} stages were passed in one call");
    assert!((0.0..=1.0).contains(&outcome.view.progress));
    if definition.settings().per_turn.is_empty() {
        let view = definition.view(state, &env(seconds));
        assert_eq!(view.ok().as_ref(), Some(&outcome.view), "the view of an outcome is that of its state");
    }
    if state.status() == Status::Completed && definition.settings().parity.is_none() {
        assert_eq!(state.depth(), 0);
    }
    if let Ok(result) = AdvanceResult::of(definition, &outcome, &env(seconds)) {
        assert!(serde_json::to_string(&result).is_ok());
    }
    outcome.state
}

fn read_again(state: &State) {
    let json = json_of(state);
    match State::from_json(&json) {
        Ok(read) => assert_eq!(json_of(&read), json, "what is read is what was written"),
        Err(error) => panic!("{error}: {json}"),
    }
}

fn json_of(state: &State) -> String {
    state.to_json().unwrap_or_else(|error| panic!("{error}"))
}

/// Everything that may be asked of a state without a call.
fn looked_at(definition: &Definition, state: &State) {
    let env = env(9);
    let _ = definition.view(state, &env);
    let _ = definition.journey(state, &env);
    let _ = definition.current_journey(state, &env);
    let _ = definition.explain(state, &env);
    let _ = compat::metadata(definition, state, &env);
    let _ = compat::to_dict(definition, state);
}

fn command(definition: &Definition, state: &State, bytes: &mut Bytes<'_>) -> Call {
    let command = match bytes.below(20) {
        0..=8 => Command::Submit(Input::Map(fields(definition, state, bytes))),
        9 => {
            let confidence = f64::from(bytes.next()) / 255.0;
            let found = Extracted::new(fields(definition, state, bytes), confidence);
            Command::Submit(Input::Extracted(Box::new(found)))
        }
        10 | 11 => Command::Back { draft: bytes.once_in(3).then(|| fields(definition, state, bytes)) },
        12 => Command::Skip,
        13 => Command::Restart,
        14 => Command::GoTo(stage(definition, bytes).into()),
        15 => Command::AddItem(fields(definition, state, bytes)),
        16 => Command::Done,
        17 => match item(state, bytes) {
            id if bytes.once_in(2) => Command::RemoveItem(id.into()),
            id => Command::EditItem { id: id.into(), values: fields(definition, state, bytes) },
        },
        18 => Command::SaveDraft(fields(definition, state, bytes)),
        _ => match bytes.below(4) {
            0 => Command::Cancel,
            1 => Command::CompleteTask(bytes.one_of(&["badge", "named", "nothing"]).into()),
            2 => Command::Submit(Input::Text("Ada, for two days".to_owned())),
            _ => Command::Submit(Input::Map(Map::new())),
        },
    };
    let call = Call::from(command);
    match bytes.below(24) {
        1 => call.with_id("the same one"),
        2 => call.at_rev(state.rev()),
        3 => call.at_rev(7),
        _ => call,
    }
}

/// Fields of the current stage, of others, and of none.
fn fields(definition: &Definition, state: &State, bytes: &mut Bytes<'_>) -> Map<String, Value> {
    let stage = definition.stage(state.flow(), state.stage());
    let schema = stage.and_then(|stage| stage.schema.as_deref());
    let asked: Vec<&String> =
        schema.and_then(|schema| schema["properties"].as_object()).into_iter().flat_map(Map::keys).collect();
    let mut fields = Map::new();
    for _ in 0..bytes.below(5) {
        let others = ["name", "p", "q", "again", "back", "stay", "_transition_signal", "", "x.y"];
        let name = match bytes.below(asked.len() + 2) {
            at if at < asked.len() => asked[at].as_str(),
            _ => bytes.one_of(&others),
        };
        fields.insert(name.to_owned(), value(bytes, 2));
    }
    fields
}

/// Some value.
fn value(bytes: &mut Bytes<'_>, depth: usize) -> Value {
    match bytes.below(if depth == 0 { 11 } else { 13 }) {
        0 => json!(true),
        1 => json!(false),
        2 => json!("Ada"),
        3 => json!("{{ name }} <b>"),
        4 => json!(i64::from(bytes.next()) - 3),
        5 => json!(""),
        6 => Value::Null,
        7 => json!(f64::from(bytes.next()) / 7.0),
        8 => json!("true"),
        9 => json!(u64::MAX),
        10 => json!(1e300),
        11 => (0..bytes.below(4)).map(|_| value(bytes, depth - 1)).collect(),
        _ => json!({ "k": value(bytes, depth - 1) }),
    }
}

fn stage(definition: &Definition, bytes: &mut Bytes<'_>) -> String {
    let stages: Vec<_> = definition.flows().flat_map(|(_, flow)| &flow.stages).collect();
    match stages.get(bytes.below(stages.len() + 1)) {
        Some(stage) => stage.name.to_string(),
        None => "nowhere".to_owned(),
    }
}

fn item(state: &State, bytes: &mut Bytes<'_>) -> String {
    let items = state.page(state.stage()).map(|page| page.items()).unwrap_or_default();
    match items.get(bytes.below(items.len() + 1)) {
        Some(item) => item.id.to_string(),
        None => "000000000000".to_owned(),
    }
}

/// What stands before the first zero byte, and what stands behind it.
fn parts(data: &[u8]) -> (&[u8], &[u8]) {
    match data.iter().position(|byte| *byte == 0) {
        Some(at) => (&data[..at], &data[at + 1..]),
        None => (data, &[]),
    }
}

fn env(seconds: i64) -> Env {
    let now = Timestamp::from_second(1_700_000_000 + seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    Env::at(now).seeded(7)
}
