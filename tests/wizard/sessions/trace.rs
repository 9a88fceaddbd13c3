//! Recorded sessions of the original, as they are on disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};
use stepflow_wizard::extract::Extraction;

/// A definition and what was done with it.
#[derive(Debug, Deserialize)]
pub(super) struct Trace {
    pub(super) name: String,
    pub(super) config: String,
    pub(super) functions: Option<BTreeMap<String, Routing>>,
    pub(super) sessions: Vec<Session>,
    #[serde(skip)]
    pub(super) folder: PathBuf,
}

/// A routing function, as data.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Routing {
    /// Compares a field with a limit, and sets another field.
    Threshold { field: String, limit: f64, set: String, over: Value, under: Value },
}

#[derive(Debug, Deserialize)]
pub(super) struct Session {
    pub(super) name: String,
    pub(super) options: Options,
    pub(super) initial_stage: String,
    pub(super) initial_state: Value,
    pub(super) calls: Vec<Row>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Options {
    #[serde(default = "yes")]
    pub(super) lifecycle: bool,
    /// One of each kind, if it is not said.
    pub(super) hooks: Option<Vec<Hook>>,
    pub(super) initial: Option<Value>,
    #[serde(default)]
    pub(super) with_tasks: bool,
    /// What the extractor finds, call by call; nothing, where there is no extractor.
    pub(super) extractor: Option<Vec<Extraction>>,
}

fn yes() -> bool {
    true
}

/// A hook that was registered.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Hook {
    pub(super) on: String,
    pub(super) label: String,
    pub(super) stage: Option<String>,
    #[serde(default)]
    pub(super) fail: bool,
}

/// A call and what came of it.
#[derive(Debug, Deserialize)]
pub(super) struct Row {
    pub(super) call: Call,
    pub(super) result: Option<Value>,
    pub(super) raised: Option<Raised>,
    #[serde(default)]
    pub(super) hooks: Vec<Value>,
    /// What the extractor was asked, where there was one.
    pub(super) extractor_calls: Option<Vec<Value>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Call {
    pub(super) op: String,
    pub(super) input: Option<Value>,
    pub(super) navigation: Option<String>,
    #[serde(default = "yes")]
    pub(super) llm: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Raised {
    pub(super) kind: String,
    pub(super) state: Value,
}

impl Call {
    pub(super) fn fields(&self) -> Map<String, Value> {
        self.input.as_ref().and_then(Value::as_object).cloned().unwrap_or_default()
    }

    pub(super) fn text(&self) -> Option<&str> {
        self.input.as_ref().and_then(Value::as_str)
    }
}

/// All sessions in a folder: those of this repository, or others of the same format.
pub(super) fn all() -> Vec<Trace> {
    let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("data/wizard");
    let folder = std::env::var_os("STEPFLOW_WIZARD_SESSIONS").map_or_else(own, PathBuf::from);
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(".trace.json"));
    paths.sort();
    let read = |path: PathBuf| {
        let trace: Trace = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        Trace { folder: folder.clone(), ..trace }
    };
    paths.into_iter().map(read).collect()
}
