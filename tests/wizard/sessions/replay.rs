//! The calls of a session, made to our wizard under the original's rules.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use stepflow_wizard::compat::{self, AdvanceResult};
use stepflow_wizard::extract::{Extraction, Reading};
use stepflow_wizard::load::Loader;
use stepflow_wizard::{
    Blueprint, Command, Definition, DropReason, Dropped, Env, Event, EventKind, FunctionContext, Functions,
    HookPolicy, Input, Kind, Outcome, Parity, Patch, Refused, State, Timestamp, WizardError, advance,
};

use super::trace::{Call, Hook, Options, Routing, Row, Session, Trace};

/// What we make of a call, in the shape of the trace.
pub(super) struct Made {
    /// `result`, `raised` and `hooks`, as far as there are any.
    pub(super) row: Map<String, Value>,
    /// Whether the input was found to break the schema.
    pub(super) invalid: bool,
    /// Fields whose values were found in a text and break the schema.
    pub(super) misread: BTreeSet<String>,
    /// Fields whose values were found in a text and are none of their choices.
    pub(super) unmatched: BTreeSet<String>,
}

/// One session on its way.
pub(super) struct Player<'t> {
    definition: Definition,
    options: &'t Options,
    state: State,
    seconds: i64,
    /// What the extractor has left to say.
    script: std::slice::Iter<'t, Extraction>,
    /// How often the original's was asked.
    recorded: usize,
}

impl<'t> Player<'t> {
    /// Why it cannot be played, if it cannot be.
    pub(super) fn new(trace: &Trace, session: &'t Session) -> Result<Self, String> {
        let definition = definition(trace, &session.options)?;
        let env = env(0);
        let state = match &session.options.initial {
            Some(_) => compat::from_dict(&definition, &session.initial_state, &env)
                .map_err(|error| error.to_string())?,
            None => definition.begin(&env).map_err(|error| error.to_string())?.state,
        };
        let options = &session.options;
        let script = options.extractor.as_deref().unwrap_or_default().iter();
        Ok(Self { definition, options, state, seconds: 0, script, recorded: 0 })
    }

    pub(super) fn start_stage(&self) -> &str {
        self.definition.start_stage()
    }

    /// Whether some stage of the wizard asks for the field, or a stage takes any.
    pub(super) fn is_declared(&self, field: &str) -> bool {
        let flow = self.definition.flow(self.state.flow()).unwrap();
        let stage = self.definition.stage(self.state.flow(), self.state.stage()).unwrap();
        let asks = |schema: &Value| schema["properties"].get(field).is_some();
        stage.schema.is_none() || flow.stages.iter().any(|stage| stage.schema.as_deref().is_some_and(asks))
    }

    /// Fields that some transition derives, and those that hold for one call.
    pub(super) fn special_fields(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let stages = self.definition.flows().flat_map(|(_, flow)| &flow.stages);
        let derives = stages.flat_map(|stage| &stage.transitions).flat_map(|transition| &transition.derive);
        let derived = derives.map(|derive| derive.field.to_string()).collect();
        (derived, self.definition.settings().per_turn.iter().map(ToString::to_string).collect())
    }

    pub(super) fn state(&self) -> Value {
        dict(&self.definition, &self.state)
    }

    /// Goes on from where the original is.
    pub(super) fn go_on_from(&mut self, original: &Value) -> Result<(), String> {
        self.state = compat::from_dict(&self.definition, original, &env(self.seconds))
            .map_err(|error| error.to_string())?;
        Ok(())
    }

    /// Goes on from what a store would have kept.
    pub(super) fn save_and_load(&mut self) {
        self.state = State::from_json(&self.state.to_json().unwrap()).unwrap();
    }

    /// Makes the call.
    pub(super) fn play(&mut self, row: &Row) -> Made {
        self.seconds += 1;
        let env = env(self.seconds);
        let mut asked = Vec::new();
        let carried_out = match row.call.op.as_str() {
            "view" => return self.view(row, &env),
            _ => match command(&row.call) {
                Some(command) => advance(&self.definition, self.state.clone(), command, &env),
                None => self.read(row.call.text().unwrap_or_default(), &env, &mut asked),
            },
        };
        let mut made = Map::new();
        if self.options.extractor.is_some() && row.extractor_calls.is_some() {
            made.insert("extractor_calls".to_owned(), asked.into());
        }
        let mut invalid = false;
        let (mut misread, mut unmatched) = (BTreeSet::new(), BTreeSet::new());
        match carried_out {
            Ok(outcome) if row.call.op == "push_subflow" && outcome.state.depth() <= self.state.depth() => {
                self.keep(&row.call, &outcome, &env, &mut made);
            }
            Ok(outcome) => {
                invalid = outcome.kind == Kind::Invalid;
                if let Some(found) = &outcome.extraction {
                    let no_choice = |dropped: &&Dropped| dropped.reason == DropReason::NotAChoice;
                    let dropped = found.dropped.iter().filter(no_choice);
                    unmatched = dropped.map(|dropped| dropped.field.clone()).collect();
                    let fields = outcome.errors.iter().filter_map(|error| error.field.as_deref());
                    misread = fields.map(str::to_owned).collect();
                }
                self.tell(&row.call, outcome, &env, &mut made);
            }
            Err(refused) => {
                made.insert("raised".to_owned(), self.raised(kind_of(&refused.error)));
                made.insert("hooks".to_owned(), json!([]));
            }
        }
        // The original may have asked more or less often.
        let recorded = row.extractor_calls.as_ref().map_or(0, Vec::len);
        self.recorded += recorded;
        let script = self.options.extractor.as_deref().unwrap_or_default();
        self.script = script.get(self.recorded..).unwrap_or_default().iter();
        Made { row: made, invalid, misread, unmatched }
    }

    /// Answers with a text, which the extractor of the session reads.
    fn read(&mut self, text: &str, env: &Env, asked: &mut Vec<Value>) -> Result<Outcome, Box<Refused>> {
        let mut reading = Reading::begin(&self.definition, self.state.clone(), text, env)?;
        while let Some(request) = reading.request() {
            let mut schema = request.schema.clone();
            if let Some(required) = schema["required"].as_array_mut() {
                required.sort_by_key(|name| name.as_str().map(str::to_owned));
            }
            asked.push(json!({ "text": request.text, "schema": schema }));
            let answer = match &self.options.extractor {
                Some(_) => self.script.next().cloned().unwrap_or_default(),
                // Without an extractor, the original takes the text as it stands, and does not trust it.
                None => Extraction::new([("_raw_input", request.text.as_str())], 0.5),
            };
            reading = reading.answer(Ok(answer))?;
        }
        reading.finish()
    }

    /// What the recorder did where no flow was to be entered: it kept the input, ran the exit hook, and stayed.
    fn keep(&mut self, call: &Call, outcome: &Outcome, env: &Env, made: &mut Map<String, Value>) {
        let mut kept = compat::to_dict(&self.definition, &self.state);
        kept["data"].as_object_mut().unwrap().extend(call.fields());
        self.go_on_from(&kept).unwrap();
        let left = outcome.events.iter().filter(|event| matches!(event.kind, EventKind::Exited(_)));
        let left: Vec<Event> = left.cloned().collect();
        made.insert("hooks".to_owned(), self.hooks(&left).0.into());
        let result = json!({ "pushed": false, "metadata": self.metadata(env), "state": self.state() });
        made.insert("result".to_owned(), result);
    }

    fn tell(&mut self, call: &Call, outcome: Outcome, env: &Env, made: &mut Map<String, Value>) {
        let depth = self.state.depth();
        self.state = outcome.state.clone();
        let (hooks, failed) = self.hooks(&outcome.events);
        made.insert("hooks".to_owned(), hooks.into());
        if failed {
            made.insert("raised".to_owned(), self.raised("hook"));
            return;
        }
        let result = match call.op.as_str() {
            "push_subflow" => {
                let pushed = self.state.depth() > depth;
                json!({ "pushed": pushed, "metadata": self.metadata(env), "state": self.state() })
            }
            _ => {
                let result = AdvanceResult::of(&self.definition, &outcome, env).unwrap();
                let mut result = serde_json::to_value(result).unwrap();
                result["state"] = self.state();
                result["metadata"] = self.metadata(env);
                result
            }
        };
        made.insert("result".to_owned(), result);
    }

    fn view(&self, row: &Row, env: &Env) -> Made {
        let result = json!({ "metadata": self.metadata(env), "state": self.state() });
        let mut seen = json!({ "result": result, "hooks": [] });
        if row.extractor_calls.is_some() {
            seen["extractor_calls"] = json!([]);
        }
        let row = seen.as_object().cloned().unwrap_or_default();
        Made { row, invalid: false, misread: BTreeSet::new(), unmatched: BTreeSet::new() }
    }

    /// The metadata, without what the original's does not have.
    fn metadata(&self, env: &Env) -> Value {
        let mut metadata = compat::metadata(&self.definition, &self.state, env).unwrap();
        metadata.remove("prompt_rendered");
        metadata.remove("diagnostics");
        metadata.into()
    }

    fn raised(&self, kind: &str) -> Value {
        json!({ "kind": kind, "state": self.state() })
    }

    /// The hooks that a driver runs for these events, in order, until one fails.
    fn hooks(&self, events: &[Event]) -> (Vec<Value>, bool) {
        let usual = ["enter", "exit", "complete", "restart", "error"];
        let usual =
            || usual.map(|on| Hook { on: on.into(), label: on.into(), stage: None, fail: false }).to_vec();
        let hooks = self.options.hooks.clone().unwrap_or_else(usual);
        let data = Value::Object(compat::data(&self.definition, &self.state));
        let mut told = Vec::new();
        for event in events {
            let (on, stage, data) = match &event.kind {
                EventKind::Entered(_) => ("enter", json!(event.stage), data.clone()),
                EventKind::Exited(_) => ("exit", json!(event.stage), data.clone()),
                EventKind::Completed => ("complete", Value::Null, data.clone()),
                EventKind::Restarted => ("restart", Value::Null, Value::Null),
                _ => continue,
            };
            let concerned =
                |hook: &&Hook| hook.on == on && hook.stage.as_deref().is_none_or(|only| stage == only);
            for hook in hooks.iter().filter(concerned) {
                told.push(json!({ "hook": on, "label": hook.label, "stage": stage, "data": data }));
                if hook.fail {
                    let stage = stage.as_str().map_or_else(|| format!("_{on}"), str::to_owned);
                    let data = if on == "restart" { json!({}) } else { data };
                    let error = format!("hook {} failed", hook.label);
                    told.extend(hooks.iter().filter(|hook| hook.on == "error").map(|hook| {
                        json!({ "hook": "error", "label": hook.label, "stage": stage, "data": data, "error": error })
                    }));
                    return (told, true);
                }
            }
        }
        (told, false)
    }
}

/// The definition under the original's rules, with the options of the session.
fn definition(trace: &Trace, options: &Options) -> Result<Definition, String> {
    let functions = functions(trace);
    let loaded = Loader::new(&functions).parity(Parity::Dataknobs069).file(trace.folder.join(&trace.config));
    let loaded = loaded.map_err(|error| error.to_string())?;
    let mut blueprint: Blueprint = loaded.blueprint().clone();
    blueprint.settings.hooks = HookPolicy::Compat { consistent_lifecycle: options.lifecycle };
    if !options.with_tasks {
        // The original has tasks in a state only if its caller puts them there.
        blueprint.tasks.clear();
        blueprint.main.stages.iter_mut().for_each(|stage| stage.tasks.clear());
    }
    Definition::new(blueprint).map_err(|error| error.to_string())
}

fn functions(trace: &Trace) -> Functions {
    let described = trace.functions.iter().flatten();
    described.fold(Functions::new(), |functions, (name, routing)| {
        let routing = routing.clone();
        functions.transform(name.as_str(), move |context: &FunctionContext<'_>| Ok(route(&routing, context)))
    })
}

fn route(routing: &Routing, context: &FunctionContext<'_>) -> Patch {
    let Routing::Threshold { field, limit, set, over, under } = routing;
    let value = context.data.get(field).and_then(Value::as_f64).unwrap_or_default();
    Patch::new().set(set, if value > *limit { over.clone() } else { under.clone() })
}

/// What the call asks for; nothing, if it takes an extractor to find out.
fn command(call: &Call) -> Option<Command> {
    match call.navigation.as_deref() {
        Some("back") => Some(Command::back()),
        Some("skip") => Some(Command::Skip),
        Some("restart") => Some(Command::Restart),
        // Any other word goes forward, in the original.
        Some(_) | None => match call.text() {
            Some(text) if !call.llm => Some(Command::Submit(Input::Text(text.to_owned()))),
            Some(_) => None,
            None => Some(Command::Submit(Input::Map(call.fields()))),
        },
    }
}

fn kind_of(error: &WizardError) -> &'static str {
    match error {
        WizardError::ExtractorRequired => "value_error",
        WizardError::ReservedKey(_) => "reserved_key",
        WizardError::AlreadyCompleted => "already_completed",
        _ => "refused",
    }
}

/// The state in the original's shape, without times, as in the traces.
fn dict(definition: &Definition, state: &State) -> Value {
    let mut dict = compat::to_dict(definition, state);
    dict.as_object_mut().unwrap().remove("stage_entry_time");
    by_id(&mut dict["tasks"]);
    for record in dict["transitions"].as_array_mut().unwrap() {
        let record = record.as_object_mut().unwrap();
        record.remove("timestamp");
        record.remove("duration_in_stage_ms");
    }
    for frame in dict["subflow_stack"].as_array_mut().unwrap() {
        frame.as_object_mut().unwrap().remove("push_timestamp");
    }
    dict
}

fn env(seconds: i64) -> Env {
    Env::at(Timestamp::from_second(1_700_000_000 + seconds).unwrap()).seeded(7)
}

/// Tasks by their ids: their order is that of whoever put them into the state.
pub(super) fn by_id(tasks: &mut Value) {
    let list = tasks["tasks"].as_array().cloned().unwrap_or_default();
    *tasks = list.into_iter().map(|task| (task["id"].as_str().unwrap().to_owned(), task)).collect();
}
