//! The recorded traces of the original, replayed through the public API.
//!
//! `STEPFLOW_TRACES=path cargo test --test it traces` replays another file of the same format.

pub(crate) mod diff;
pub(crate) mod format;
mod graph;
pub(crate) mod loaded;
mod model;
mod observe;
mod random;
mod refusals;
pub(crate) mod replay;
mod rows;
pub(crate) mod world;

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use self::diff::difference;
use self::format::{ErrorTrace, File, Outcome, Pictured, ResultTrace, Scenario, WorkflowSpec};
use self::loaded::LoadedStage;
use self::model::foretell;
use self::refusals::Met;
use self::replay::{Carried, Replayed, replay};
use self::rows::{Row, Rules};
use self::world::{Stage, Way};

const COMMITTED: &str = include_str!("../../data/agentflow-traces.json");

#[test]
fn every_recorded_trace_agrees_or_differs_through_a_row_of_the_table() {
    let (name, text) = match std::env::var_os("STEPFLOW_TRACES") {
        Some(path) => read(Path::new(&path)),
        None => ("the committed traces".to_owned(), COMMITTED.to_owned()),
    };
    let mut said = String::new();
    let outcome = check_file(&text, &mut said);
    // Straight to the stream: what the test harness captures is not seen when a test passes.
    let _ = write!(std::io::stderr(), "{name}:\n{said}");
    if let Err(problem) = outcome {
        panic!("{name}: {problem}");
    }
}

/// A path as the caller means it: the tests run in their package's folder, the caller most likely is in
/// the workspace's.
fn read(path: &Path) -> (String, String) {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places =
        [std::env::var_os("PWD").map(PathBuf::from), Some(PathBuf::new()), package.parent().map(Into::into)];
    let found = places.into_iter().flatten().map(|place| place.join(path)).find(|path| path.is_file());
    let found = found.unwrap_or_else(|| panic!("there is no file {}", path.display()));
    let text = std::fs::read_to_string(&found).unwrap_or_else(|error| panic!("{}: {error}", found.display()));
    (found.display().to_string(), text)
}

fn check_file(text: &str, said: &mut String) -> Result<(), String> {
    let file: File = serde_json::from_str(text).map_err(cannot_express)?;
    if file.format != 1 {
        return Err(cannot_express(format!("it is of format {}", file.format)));
    }
    for (key, workflow) in &file.workflows {
        check_picture(workflow).map_err(|problem| format!("workflow `{key}`: {problem}"))?;
    }
    said.push_str(&format!(
        "  {} workflows are drawn as recorded, or as Mermaid needs them\n",
        file.workflows.len()
    ));

    let mut through: BTreeMap<String, usize> = BTreeMap::new();
    let mut passed = 0;
    for written in &file.scenarios {
        let name = written["name"].as_str().unwrap_or("without a name").to_owned();
        let rows = check_written(written)
            .map_err(|problem| format!("{passed} scenarios passed, then `{name}` did not: {problem}"))?;
        passed += 1;
        if rows.is_empty() {
            *through.entry("as recorded".to_owned()).or_default() += 1;
        }
        for row in rows {
            *through.entry(format!("through {}", row.label())).or_default() += 1;
        }
    }
    said.push_str(&format!("  {passed} of {} scenarios passed\n", file.scenarios.len()));
    for (how, many) in through {
        said.push_str(&format!("    {many} {how}\n"));
    }
    check_refusals(&file, said)
}

fn check_refusals(file: &File, said: &mut String) -> Result<(), String> {
    let mut checked = Vec::new();
    let mut elsewhere = Vec::new();
    let definitions = file.definition_errors.iter().map(|row| (&row.name, refusals::definition(row)));
    let calls = file.call_errors.iter().map(|row| (&row.name, refusals::call(row)));
    for (name, met) in definitions.chain(calls) {
        match met.map_err(|problem| format!("refusal `{name}`: {problem}"))? {
            Met::Checked => checked.push(name.as_str()),
            Met::Elsewhere => elsewhere.push(name.as_str()),
        }
    }
    said.push_str(&format!("  {} refusals by the check of a loaded definition\n", checked.len()));
    said.push_str(&format!("  {} refusals by the compiler: {}\n", elsewhere.len(), elsewhere.join(", ")));
    Ok(())
}

fn check_picture(written: &Value) -> Result<(), String> {
    let pictured: Pictured = serde_json::from_value(written.clone()).map_err(cannot_express)?;
    let (spec, picture) = pictured.split();
    spec.check_names()?;
    check_drawing(&spec, &picture.mermaid)?;
    let graph = loaded::definition(&spec)?.graph();
    let drawn = serde_json::to_value(&graph).map_err(|error| error.to_string())?;
    let expected = json!({"nodes": picture.nodes, "edges": picture.edges});
    let by_rule = graph::draw(&spec, Rules::OURS);
    let by_rule = json!({"nodes": by_rule.nodes, "edges": by_rule.edges});
    match difference(&expected, &drawn).or_else(|| difference(&by_rule, &drawn)) {
        Some(difference) => Err(format!("the graph is another:\n{difference}")),
        None => Ok(()),
    }
}

/// Byte for byte as recorded, but for names that Mermaid would stumble over.
fn check_drawing(spec: &WorkflowSpec, recorded: &str) -> Result<(), String> {
    let drawn = loaded::definition(spec)?.graph().to_mermaid();
    let by_rule = graph::draw(spec, Rules::ORIGINAL).mermaid;
    if by_rule != recorded {
        return Err(format!("the original's rules draw\n{by_rule}\nand recorded is\n{recorded}"));
    }
    let expected = graph::draw(spec, Rules::OURS).mermaid;
    if drawn != expected {
        return Err(format!("expected the diagram\n{expected}\nand got\n{drawn}"));
    }
    Ok(())
}

/// Checks one scenario and gives the rows that it differs through.
fn check_written(written: &Value) -> Result<Vec<Row>, String> {
    let scenario = express(written)?;
    check_drawing(&scenario.workflow, &scenario.mermaid)?;
    check(&scenario, &(Arc::new(LoadedStage) as Arc<dyn Stage>))
}

fn express(written: &Value) -> Result<Arc<Scenario>, String> {
    let scenario: Scenario = serde_json::from_value(written.clone()).map_err(cannot_express)?;
    scenario.check().map_err(cannot_express)?;
    Ok(Arc::new(scenario))
}

fn cannot_express(problem: impl fmt::Display) -> String {
    format!("it cannot be expressed: {problem}")
}

/// The committed scenarios, for other stages to play.
pub(crate) fn committed() -> Vec<Arc<Scenario>> {
    let file: File = serde_json::from_str(COMMITTED).unwrap();
    file.scenarios.iter().map(|written| express(written).unwrap()).collect()
}

/// Replays a scenario by every driver, each with paused results in memory and as JSON, and compares with
/// what is expected, and the drivers with each other.
pub(crate) fn check(scenario: &Arc<Scenario>, stage: &Arc<dyn Stage>) -> Result<Vec<Row>, String> {
    let expected = expect(scenario)?;
    every_way(scenario, stage, |outcomes| {
        let got = tidied(scenario, outcomes);
        let got = if expected.as_recorded { bare(got) } else { got };
        difference(&expected.outcomes, &got)
    })?;
    Ok(expected.rows)
}

/// Replays a scenario in every way; each has to pass, and all have to give the same.
fn every_way(
    scenario: &Arc<Scenario>,
    stage: &Arc<dyn Stage>,
    differs: impl Fn(Vec<Outcome>) -> Option<String>,
) -> Result<(), String> {
    for carried in [Carried::InMemory, Carried::AsJson] {
        let mut first = None;
        for way in Way::ALL {
            let Replayed { outcomes, results } = replay(scenario, stage, way, carried)?;
            if let Some(difference) = differs(outcomes) {
                return Err(format!(
                    "expected (-) and got (+), {way:?}, paused results carried {carried:?}:\n{difference}"
                ));
            }
            let first = first.get_or_insert_with(|| results.clone());
            if let Some(difference) = difference(first, &results) {
                let from = Way::Blocking;
                return Err(format!(
                    "{from:?} (-) and {way:?} (+) differ, paused results carried {carried:?}:\n{difference}"
                ));
            }
        }
    }
    Ok(())
}

struct Expected {
    outcomes: Vec<Outcome>,
    /// The differences that change something.
    rows: Vec<Row>,
    /// Whether it is the recording itself, without what only we write down.
    as_recorded: bool,
}

/// What is recorded, under the table of differences.
///
/// Where a row of it changes something, the model first has to give the recording by the original's
/// rules: then what it gives by ours is what becomes of the recording.
fn expect(scenario: &Arc<Scenario>) -> Result<Expected, String> {
    let foretold = |rules| -> Result<Vec<Outcome>, String> {
        let outcomes = foretell(scenario, rules).map_err(cannot_express)?;
        Ok(tidied(scenario, outcomes))
    };
    let outcomes = foretold(Rules::OURS)?;
    let mut rows = Vec::new();
    for row in Row::ALL {
        if difference(&outcomes, &foretold(Rules::without(row))?).is_some() {
            rows.push(row);
        }
    }
    let recorded = scenario.calls.iter().map(|call| call.expected.clone()).collect();
    let recorded = bare(tidied(scenario, recorded));
    match difference(&recorded, &bare(foretold(Rules::ORIGINAL)?)) {
        Some(_) if rows.is_empty() => {
            return Ok(Expected { outcomes: recorded, rows, as_recorded: true });
        }
        Some(difference) => {
            return Err(format!("the original's rules (+) do not give what is recorded (-):\n{difference}"));
        }
        None => {}
    }
    let drawn = |rules| graph::draw(&scenario.workflow, rules).mermaid;
    if drawn(Rules::ORIGINAL) != drawn(Rules::OURS) {
        rows.push(Row::ValidMermaid);
    }
    Ok(Expected { outcomes, rows, as_recorded: false })
}

/// Leaves out the wordings of the library and of its recorder: a message counts where the scenario
/// chose it.
fn tidied(scenario: &Scenario, mut outcomes: Vec<Outcome>) -> Vec<Outcome> {
    let chosen = scenario.chosen_messages();
    for outcome in &mut outcomes {
        if let Some(raised) = &mut outcome.raised {
            tidy_chain(&mut raised.chain, &chosen);
        }
        if let Some(result) = &mut outcome.result {
            tidy(result, &chosen);
        }
    }
    outcomes
}

fn tidy(result: &mut ResultTrace, chosen: &[&str]) {
    tidy_chain(&mut result.error_chain, chosen);
    for step in &mut result.steps {
        tidy_chain(&mut step.error_chain, chosen);
        step.children.iter_mut().for_each(|child| tidy(child, chosen));
    }
}

fn tidy_chain(chain: &mut [ErrorTrace], chosen: &[&str]) {
    for error in chain {
        let message = error.message.take_if(|message| chosen.contains(&message.as_str()));
        error.message = message.filter(|_| error.kind.starts_with("user:"));
    }
}

/// Without what only we write down.
fn bare(mut outcomes: Vec<Outcome>) -> Vec<Outcome> {
    fn bare(result: &mut ResultTrace) {
        result.hook_errors.clear();
        result.attempt = 0;
        result.steps.iter_mut().flat_map(|step| &mut step.children).for_each(bare);
    }
    for outcome in &mut outcomes {
        outcome.keeps_started_at = None;
        outcome.result.iter_mut().for_each(bare);
    }
    outcomes
}
