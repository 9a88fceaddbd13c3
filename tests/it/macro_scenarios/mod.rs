//! What the traces record, and what else the original did, with workflows written with the macro.

mod families;
mod graph;
mod written;

use std::sync::Arc;

use self::written::WrittenStage;
use crate::traces::format::{Scenario, TargetSpec, WorkflowSpec};
use crate::traces::world::Stage;
use crate::traces::{check, committed, loaded};

#[test]
fn every_recorded_scenario_ends_the_same_when_its_workflows_are_written_with_the_macro() {
    let stage: Arc<dyn Stage> = Arc::new(WrittenStage);
    let mut played = 0;
    for scenario in committed().iter().filter(|scenario| can_be_written(scenario)) {
        if let Err(problem) = check(scenario, &stage) {
            panic!("`{}`: {problem}", scenario.name);
        }
        played += 1;
    }
    assert!(played >= 55, "only {played} scenarios");
}

/// The original takes steps that nothing leads to; with the macro they do not compile.
fn can_be_written(scenario: &Scenario) -> bool {
    std::iter::once(&scenario.workflow).chain(scenario.children.values()).all(every_step_is_reached)
}

fn every_step_is_reached(spec: &WorkflowSpec) -> bool {
    (1..spec.steps.len()).all(|step| {
        let above = &spec.steps[step - 1];
        above.routes.is_none()
            || spec.steps[..step]
                .iter()
                .filter_map(|earlier| earlier.routes.as_ref())
                .flatten()
                .any(|(_, target)| matches!(target, TargetSpec::Step(name) if *name == spec.steps[step].name))
    })
}

#[test]
fn the_macro_makes_the_definition_that_the_recording_describes() {
    for scenario in committed().iter().filter(|scenario| can_be_written(scenario)) {
        let specs = std::iter::once(&scenario.workflow).chain(scenario.children.values());
        for spec in specs {
            for written in written::definitions(&spec.key) {
                let mut loaded = loaded::definition(spec).unwrap();
                // Where the recording says "no retries", the macro says nothing.
                loaded.retry = written.retry;
                assert_eq!(*written, loaded);
            }
        }
    }
}
