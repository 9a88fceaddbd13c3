//! States that the original saved.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use crate::advance::seeds;
use crate::definition::CompiledFlow;
use crate::error::Corrupt;
use crate::record::{TransitionRecord, Trigger};
use crate::state::{FORMAT, Frame, Page, Return, State, Status, Visit, VisitKind};
use crate::task::TaskStatus;
use crate::{Definition, Env, Map, Name};

/// Reads a state that the original's `to_dict` wrote, so that a wizard begun there can go on here.
///
/// Fields go to the first stage that asks for them, in the order of the history; what no stage asks for goes to the first of them that
/// takes any fields, or is kept as known from the beginning. Stages of the history count as answered; whether their answers are good enough is found out as with any state. `_skipped_x` and
/// `_stage_render_counts` become what they are here; other keys with an underscore in front are left behind.
///
/// # Errors
///
/// The document is not of that shape, or names a stage or a flow that the definition does not have; the error names the place.
pub fn from_dict(definition: &Definition, saved: &Value, env: &Env) -> Result<State, Corrupt> {
    let saved: Saved = serde_path_to_error::deserialize(saved)
        .map_err(|error| Corrupt::new(error.path().to_string(), error.inner().to_string()))?;
    let mut frames = Vec::with_capacity(saved.subflow_stack.len() + 1);
    let mut path: Name = Arc::clone(&definition.compiled_main().path);
    let mut back_to = None;
    for (index, entry) in saved.subflow_stack.iter().enumerate() {
        let place = format!("subflow_stack[{index}]");
        let flow = flow_of(definition, &path, &place)?;
        let called = called_from(definition, &path, &entry.subflow_network)
            .ok_or_else(|| Corrupt::new(format!("{place}.subflow_network"), "there is no such sub-flow"))?;
        let mut frame = Reader { definition, flow, env }.frame(
            &entry.parent_stage,
            &entry.parent_data,
            &entry.parent_history,
            &place,
        )?;
        frame.back_to = back_to.take();
        frames.push(frame);
        if flow.position(&entry.return_stage).is_none() {
            return Err(Corrupt::new(format!("{place}.return_stage"), "there is no such stage"));
        }
        back_to = Some(Return {
            from: entry.parent_stage.as_str().into(),
            network: entry.subflow_network.as_str().into(),
            to: Some(entry.return_stage.as_str().into()),
            results: entry
                .result_mapping
                .iter()
                .filter_map(|(child, parent)| Some((child.as_str().into(), parent.as_str()?.into())))
                .collect(),
            at: moment(entry.push_timestamp, env),
        });
        path = called;
    }
    let flow = flow_of(definition, &path, "subflow_stack")?;
    let mut frame =
        Reader { definition, flow, env }.frame(&saved.current_stage, &saved.data, &saved.history, "")?;
    frame.back_to = back_to;
    frames.push(frame);
    let pages = frames.iter().flat_map(|frame| frame.pages.values());
    let newest = pages.map(|page| page.touched).max().unwrap_or(0);
    let mut tasks = seeds(definition);
    for task in &mut tasks {
        let saved = saved.tasks.tasks.iter().find(|saved| *saved.id == *task.id);
        task.status = saved.map_or(task.status, |saved| saved.status);
    }
    let entered_at = moment(saved.stage_entry_time, env);
    Ok(State {
        format: FORMAT,
        definition: definition.id().clone(),
        // What is said from now on is newer than whatever was said before.
        rev: newest,
        status: if saved.completed { Status::Completed } else { Status::Active },
        frames,
        tasks,
        log: saved.transitions.iter().map(|record| record.read(env)).collect(),
        recent: VecDeque::new(),
        progress: 0.0,
        items_added: 0,
        attempts: saved.clarification_attempts,
        started_at: entered_at,
        entered_at,
    })
}

#[derive(Deserialize)]
struct Saved {
    current_stage: String,
    #[serde(default)]
    data: Map,
    #[serde(default)]
    history: Vec<String>,
    #[serde(default)]
    completed: bool,
    #[serde(default)]
    clarification_attempts: u64,
    #[serde(default)]
    transitions: Vec<SavedRecord>,
    #[serde(default)]
    stage_entry_time: f64,
    #[serde(default)]
    tasks: SavedTasks,
    #[serde(default)]
    subflow_stack: Vec<SavedFrame>,
}

#[derive(Deserialize)]
struct SavedFrame {
    parent_stage: String,
    #[serde(default)]
    parent_data: Map,
    #[serde(default)]
    parent_history: Vec<String>,
    return_stage: String,
    #[serde(default)]
    result_mapping: Map,
    subflow_network: String,
    #[serde(default)]
    push_timestamp: f64,
}

#[derive(Default, Deserialize)]
struct SavedTasks {
    #[serde(default)]
    tasks: Vec<SavedTask>,
}

#[derive(Deserialize)]
struct SavedTask {
    id: String,
    status: TaskStatus,
}

#[derive(Deserialize)]
struct SavedRecord {
    from_stage: String,
    to_stage: String,
    #[serde(default)]
    timestamp: f64,
    #[serde(default)]
    trigger: String,
    #[serde(default)]
    duration_in_stage_ms: f64,
    #[serde(default)]
    data_snapshot: Option<Map>,
    #[serde(default)]
    condition_evaluated: Option<Name>,
    #[serde(default)]
    subflow_push: Option<Name>,
    #[serde(default)]
    subflow_pop: Option<Name>,
    #[serde(default)]
    subflow_depth: usize,
}

impl SavedRecord {
    fn read(&self, env: &Env) -> TransitionRecord {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "saturates, and is not negative"
        )]
        let duration_ms = self.duration_in_stage_ms.max(0.0) as u64;
        TransitionRecord {
            from: self.from_stage.as_str().into(),
            to: self.to_stage.as_str().into(),
            at: moment(self.timestamp, env),
            trigger: trigger(&self.trigger),
            duration_ms,
            transition: None,
            key: None,
            condition: self.condition_evaluated.clone(),
            changed: Vec::new(),
            data: self.data_snapshot.clone(),
            pushed: self.subflow_push.clone(),
            popped: self.subflow_pop.clone(),
            depth: self.subflow_depth,
        }
    }
}

fn trigger(name: &str) -> Trigger {
    match name {
        "auto_advance" => Trigger::AutoAdvance,
        "navigation_back" => Trigger::NavigationBack,
        "navigation_skip" => Trigger::NavigationSkip,
        "api_restart" | "restart" | "auto_restart" => Trigger::Restart,
        "subflow_push" => Trigger::SubflowPush,
        "subflow_pop" => Trigger::SubflowPop,
        "amendment" | "go_to" => Trigger::GoTo,
        "migration" => Trigger::Migration,
        _ => Trigger::UserInput,
    }
}

/// Seconds since 1970; what is no time becomes the time of the call.
fn moment(seconds: f64, env: &Env) -> Timestamp {
    SignedDuration::try_from_secs_f64(seconds)
        .ok()
        .and_then(|since| Timestamp::from_duration(since).ok())
        .unwrap_or(env.now)
}

fn flow_of<'d>(definition: &'d Definition, path: &str, place: &str) -> Result<&'d CompiledFlow, Corrupt> {
    definition.compiled(path).ok_or_else(|| Corrupt::new(place, "there is no such flow"))
}

/// The path of the flow that a flow knows by a name: one of its own, or of a flow around it.
fn called_from(definition: &Definition, path: &str, network: &str) -> Option<Name> {
    let mut around = Some(path);
    while let Some(path) = around {
        let full = if path.is_empty() { network.to_owned() } else { format!("{path}/{network}") };
        if let Some(flow) = definition.compiled(&full) {
            return Some(Arc::clone(&flow.path));
        }
        around =
            if path.is_empty() { None } else { Some(path.rsplit_once('/').map_or("", |(rest, _)| rest)) };
    }
    None
}

struct Reader<'a> {
    definition: &'a Definition,
    flow: &'a CompiledFlow,
    env: &'a Env,
}

impl Reader<'_> {
    fn frame(&self, stage: &str, data: &Map, history: &[String], place: &str) -> Result<Frame, Corrupt> {
        let at = |key: &str| if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") };
        if self.flow.position(stage).is_none() {
            let key = if place.is_empty() { "current_stage" } else { "parent_stage" };
            return Err(Corrupt::new(at(key), format!("there is no stage `{stage}`")));
        }
        let mut visited: Vec<&str> = Vec::new();
        for (index, name) in history.iter().enumerate() {
            if self.flow.position(name).is_none() {
                let place =
                    format!("{}[{index}]", at(if place.is_empty() { "history" } else { "parent_history" }));
                return Err(Corrupt::new(place, format!("there is no stage `{name}`")));
            }
            visited.push(name);
        }
        if visited.is_empty() {
            visited.push(stage);
        }
        let mut frame = Frame::new(Arc::clone(&self.flow.path), stage.into(), Map::new());
        for (index, name) in visited.iter().enumerate() {
            let page = frame.pages.entry((*name).into()).or_default();
            page.submitted = *name != stage;
            page.touched = index as u64;
        }
        for (name, value) in data {
            self.place(&mut frame, &visited, name, value);
        }
        frame.visits = visited
            .iter()
            .map(|name| Visit {
                stage: (*name).into(),
                kind: VisitKind::Stop,
                at: self.env.now,
                reopened: Vec::new(),
            })
            .collect();
        frame.pages.retain(|_, page| *page != Page::default());
        Ok(frame)
    }

    /// Puts a field where it belongs.
    fn place(&self, frame: &mut Frame, visited: &[&str], name: &str, value: &Value) {
        if let Some(stage) = name.strip_prefix("_skipped_") {
            if self.flow.position(stage).is_some() && value == &Value::Bool(true) {
                frame.pages.entry(stage.into()).or_default().skipped = true;
            }
            return;
        }
        if name == "_stage_render_counts" {
            for (stage, count) in value.as_object().into_iter().flatten() {
                if let (Some(_), Some(count)) = (self.flow.position(stage), count.as_u64()) {
                    frame.pages.entry(stage.as_str().into()).or_default().renders = count;
                }
            }
            return;
        }
        let forgotten = self.definition.settings().per_turn.contains(name);
        if name.starts_with('_') || forgotten {
            return;
        }
        if self.definition.settings().original() {
            frame.initial.insert(name.to_owned(), value.clone());
            return;
        }
        let asks = |stage: &str| {
            let at = self.flow.position(stage)?;
            self.flow.stages[at].schema.as_ref()?.fields.get(name).map(|_| at)
        };
        let among = visited.iter().copied().find_map(asks);
        let stages = &self.flow.flow.stages;
        let among = among.or_else(|| stages.iter().find_map(|stage| asks(&stage.name)));
        match among {
            Some(at) => {
                let page = frame.pages.entry(self.flow.name_of(at)).or_default();
                page.answers.insert(name.to_owned(), value.clone());
            }
            None => {
                let free = visited.iter().find(|stage| {
                    let stage = self.flow.position(stage).map(|at| &self.flow.flow.stages[at]);
                    stage.is_some_and(|stage| stage.schema.is_none() && stage.asks())
                });
                let values = match free {
                    Some(stage) => &mut frame.pages.entry((*stage).into()).or_default().answers,
                    None => &mut frame.initial,
                };
                values.insert(name.to_owned(), value.clone());
            }
        }
    }
}
