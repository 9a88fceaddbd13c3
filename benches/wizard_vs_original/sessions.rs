//! Recorded sessions, as far as they are made of answers and navigation.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use stepflow_wizard::compat::{self, AdvanceResult};
use stepflow_wizard::load::Loader;
use stepflow_wizard::{
    Command, Definition, Env, FunctionContext, Functions, Input, Parity, Patch, State, Timestamp, advance,
};

/// A definition, where it begins, and the calls.
pub(crate) struct Session {
    definition: Definition,
    begun: State,
    calls: Vec<Command>,
}

/// All sessions of a folder. Both sides choose by the same rule: see `calls_of` in `run.py`.
pub(crate) fn read(folder: &Path) -> Vec<Session> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of recorded sessions")
        .map(|entry| entry.expect("an entry of the folder").path())
        .filter(|path| path.to_string_lossy().ends_with(".trace.json"))
        .collect();
    paths.sort();
    let mut sessions = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a recorded session");
        let trace: Value = serde_json::from_str(&text).expect("a recorded session is JSON");
        let config = folder.join(trace["config"].as_str().unwrap_or_default());
        let functions = functions(&trace["functions"]);
        let loader = Loader::new(&functions).parity(Parity::Dataknobs069);
        let Ok(definition) = loader.file(config) else { continue };
        for session in trace["sessions"].as_array().into_iter().flatten() {
            sessions.extend(session_of(&definition, session));
        }
    }
    sessions
}

fn session_of(definition: &Definition, session: &Value) -> Option<Session> {
    let calls: Vec<Command> = calls_of(session).collect();
    if calls.is_empty() || !session["options"]["initial"].is_null() {
        return None;
    }
    let begun = definition.begin(&env()).ok()?.state;
    Some(Session { definition: definition.clone(), begun, calls })
}

/// The calls up to the first that is no answer and no navigation, or at which something failed.
fn calls_of(session: &Value) -> impl Iterator<Item = Command> {
    let rows = session["calls"].as_array().cloned().unwrap_or_default();
    rows.into_iter().map_while(|row| {
        let (call, input) = (&row["call"], &row["call"]["input"]);
        let fields = match input {
            Value::Null => Map::new(),
            Value::Object(fields) => fields.clone(),
            _ => return None,
        };
        if call["op"] != "advance"
            || !row["raised"].is_null()
            || fields.keys().any(|key| key.starts_with('_'))
        {
            return None;
        }
        match call["navigation"].as_str() {
            None => Some(Command::Submit(Input::Map(fields))),
            Some("back") => Some(Command::back()),
            Some("skip") => Some(Command::Skip),
            Some("restart") => Some(Command::Restart),
            Some(_) => None,
        }
    })
}

/// The routing functions of a trace: each compares a field with a limit, and sets another one.
fn functions(described: &Value) -> Functions {
    let mut functions = Functions::new();
    for (name, described) in described.as_object().into_iter().flatten() {
        let text = |key: &str| described[key].as_str().unwrap_or_default().to_owned();
        let (field, set) = (text("field"), text("set"));
        let limit = described["limit"].as_f64().unwrap_or_default();
        let (over, under) = (described["over"].clone(), described["under"].clone());
        functions = functions.transform(name.as_str(), move |context: &FunctionContext<'_>| {
            let value = context.data.get(&field).and_then(Value::as_f64).unwrap_or_default();
            Ok(Patch::new().set(set.as_str(), if value > limit { over.clone() } else { under.clone() }))
        });
    }
    functions
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock itself")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// How long the calls of all sessions take, in the fastest of many rounds: a busy machine slows the others.
pub(crate) fn replayed(name: &str, sessions: &[Session], fields: bool, long: Duration) -> Value {
    let calls: usize = sessions.iter().map(|session| session.calls.len()).sum();
    let (begun, mut least) = (now(), Duration::MAX);
    while least == Duration::MAX || begun.elapsed() < long {
        let round = now();
        once(sessions, fields);
        least = least.min(round.elapsed());
    }
    let seconds = least.as_secs_f64();
    json!({ "what": name, "sessions": sessions.len(), "calls": calls, "seconds": seconds })
}

fn once(sessions: &[Session], fields: bool) {
    let env = env();
    for session in sessions {
        let mut state = session.begun.clone();
        for call in &session.calls {
            state = match advance(&session.definition, state, call.clone(), &env) {
                Ok(outcome) => {
                    if fields {
                        let _ = black_box(AdvanceResult::of(&session.definition, &outcome, &env));
                    }
                    outcome.state
                }
                Err(refused) => refused.state,
            };
        }
        black_box(compat::data(&session.definition, &state));
    }
}

pub(crate) fn env() -> Env {
    Env::at(Timestamp::UNIX_EPOCH).seeded(1)
}
