//! Workflows of every kind: with children, hooks, loaded definitions, and states that cannot be saved.

use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use stepflow::{
    Blocking, BlockingWorkflow, DefinitionRef, RunContext, StepOutcome, Workflow, WorkflowDefinition,
    WorkflowEvent, workflow,
};
use stepflow_store::{RunStatus, RunnerError, StartError};

use super::support::{Log, Place, TestResult, id, on_every_store};

struct Leaf {
    state: u32,
}

#[workflow(state = u32)]
impl Leaf {
    #[step]
    async fn grow(&mut self) -> u32 {
        self.state += 1;
        self.state
    }
}

struct Tree {
    state: u32,
}

#[workflow(state = u32)]
impl Tree {
    #[step]
    async fn branch(&mut self, ctx: &mut RunContext<'_>) -> Result<(), stepflow::BoxError> {
        for _ in 0..3 {
            self.state = ctx.run_child(Leaf { state: self.state }).await?.state;
        }
        Ok(())
    }
}

async fn children_are_part_of_their_step(place: Place) -> TestResult {
    let runner = place.runner().await?.register(|state| Tree { state }).start().await?;
    let outcome = runner.start(id("t1"), Tree { state: 0 }).await?.wait().await?;
    assert_eq!(outcome.state::<u32>()?, 3);
    let children = outcome.record().steps()[0].children();
    assert_eq!(children.len(), 3);
    assert_eq!(children[2].steps()[0].name(), "grow");
    Ok(())
}

async fn hooks_see_every_run_and_can_fail_it(place: Place) -> TestResult {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let lines = Arc::clone(&seen);
    let runner = place
        .runner()
        .await?
        .register(|state| Tree { state })
        .on_event(move |event| {
            let line = format!("{} {} {}", event.run_id(), event.kind(), event.step_name().unwrap_or("-"));
            lines.lock().unwrap().push(line);
        })
        .on_event(|event| match event {
            WorkflowEvent::StepFinished(_) if event.run_id().to_string() == "t2" => Err("no more of that"),
            _ => Ok(()),
        })
        .start()
        .await?;
    assert!(runner.start(id("t1"), Tree { state: 0 }).await?.wait().await?.is_succeeded());
    let of_the_run: Vec<String> =
        seen.lock().unwrap().iter().filter(|line| line.starts_with("t1 ")).cloned().collect();
    assert_eq!(
        of_the_run,
        ["t1 WorkflowStarted -", "t1 StepStarted branch", "t1 StepFinished branch", "t1 WorkflowFinished -"]
    );
    let outcome = runner.start(id("t2"), Tree { state: 0 }).await?.wait().await?;
    assert_eq!(outcome.status(), RunStatus::Failed);
    assert_eq!(outcome.record().hook_errors().len(), 1);
    Ok(())
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Scale {
    kilos: f64,
}

struct Weighing {
    state: Scale,
    log: Log,
}

#[workflow(state = Scale)]
impl Weighing {
    #[step]
    fn tare(&mut self) {
        self.log.note("tare");
        self.state.kilos = 1.0;
    }
    #[step(on_failure = repair)]
    fn weigh(&mut self) {
        self.log.note("weigh");
        self.state.kilos = f64::NAN;
    }
    #[step]
    fn file(&mut self) {
        self.log.note("file");
    }
    #[step]
    fn repair(&mut self) {
        self.log.note("repair");
    }
}

async fn a_state_without_json_fails_the_step_and_stays_as_it_was(place: Place) -> TestResult {
    let log = Log::default();
    let other = log.clone();
    let runner =
        place.runner().await?.register(move |state| Weighing { state, log: other.clone() }).start().await?;
    let weighing = |kilos| Weighing { state: Scale { kilos }, log: log.clone() };
    let outcome = runner.start(id("w1"), weighing(0.0)).await?.wait().await?;
    assert_eq!(outcome.status(), RunStatus::Failed);
    assert!((outcome.state::<Scale>()?.kilos - 1.0).abs() < f64::EPSILON);
    assert_eq!(log.lines(), ["tare", "weigh"]);
    let error = outcome.into_result::<Scale>()?.into_result().expect_err("NaN has no JSON").to_string();
    assert!(error.contains("weigh") && error.contains("kilos"), "{error}");

    let refused = runner.start(id("w2"), weighing(f64::INFINITY)).await;
    assert!(matches!(refused, Err(StartError::State(_))), "{refused:?}");
    Ok(())
}

struct Scripted {
    definition: Arc<WorkflowDefinition>,
    state: Vec<String>,
}

impl Workflow for Scripted {
    type State = Vec<String>;
    type Mode = Blocking;

    fn definition(&self) -> DefinitionRef {
        Arc::clone(&self.definition).into()
    }

    fn state(&self) -> &Vec<String> {
        &self.state
    }

    fn into_state(self) -> Vec<String> {
        self.state
    }
}

impl BlockingWorkflow for Scripted {
    fn run_step(&mut self, _: usize, ctx: &mut RunContext<'_>) -> StepOutcome {
        self.state.push(ctx.step_name().to_owned());
        StepOutcome::succeeded(())
    }
}

fn script(steps: &[&str]) -> Result<Arc<WorkflowDefinition>, serde_json::Error> {
    let steps: Vec<_> = steps.iter().map(|step| serde_json::json!({ "name": step })).collect();
    serde_json::from_value(serde_json::json!({ "name": "script", "steps": steps })).map(Arc::new)
}

async fn a_loaded_definition_is_run_and_checked_as_any_other(place: Place) -> TestResult {
    let (short, long) = (script(&["a", "b"])?, script(&["a", "b", "c"])?);
    let factory = |definition: &Arc<WorkflowDefinition>| {
        let definition = Arc::clone(definition);
        move |state| Scripted { definition: Arc::clone(&definition), state }
    };
    let runner = place.runner().await?.register_loaded(Arc::clone(&short), factory(&short)).start().await?;
    let outcome = runner.start(id("s1"), factory(&short)(vec![])).await?.wait().await?;
    assert_eq!(outcome.state::<Vec<String>>()?, ["a", "b"]);
    let other = runner.start(id("s2"), factory(&long)(vec![])).await;
    let text = other.err().ok_or("it has another definition")?.to_string();
    assert_eq!(
        text,
        "workflow `script` is registered with another definition: step `c` was added at place 3"
    );
    drop(runner);

    // A factory that builds something else than it said.
    let runner = place.runner().await?.register_loaded(Arc::clone(&short), factory(&long)).start().await?;
    let outcome = runner.start(id("s3"), factory(&short)(vec![])).await?.wait().await?;
    assert_eq!(outcome.status(), RunStatus::Held);
    assert!(outcome.state::<Vec<String>>()?.is_empty(), "nothing ran");
    Ok(())
}

async fn what_a_runner_does_not_know_it_does_not_start(place: Place) -> TestResult {
    let runner = place.runner().await?.start().await?;
    let refused = runner.start(id("t1"), Tree { state: 0 }).await;
    assert!(matches!(refused, Err(StartError::NotRegistered { .. })), "{refused:?}");
    let twice =
        place.runner().await?.register(|state| Tree { state }).register(|state| Tree { state }).start().await;
    assert!(matches!(twice, Err(RunnerError::Duplicate { .. })), "{twice:?}");
    let empty = place.runner().await?.register_loaded(Arc::new(WorkflowDefinition::BLANK), |state| {
        Scripted { definition: Arc::new(WorkflowDefinition::BLANK), state }
    });
    assert!(matches!(empty.start().await, Err(RunnerError::Definition { .. })));
    assert!(matches!(place.runner().await?.concurrency(0).start().await, Err(RunnerError::Setting { .. })));
    Ok(())
}

struct Touchy {
    state: Grumpy,
}

/// Panics when it is written, once somebody has touched it.
#[derive(Debug, Default, Deserialize)]
struct Grumpy {
    touched: bool,
}

impl Serialize for Grumpy {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        assert!(!self.touched, "do not touch");
        let mut fields = serializer.serialize_struct("Grumpy", 1)?;
        fields.serialize_field("touched", &self.touched)?;
        fields.end()
    }
}

#[workflow(state = Grumpy)]
impl Touchy {
    #[step]
    fn touch(&mut self) {
        self.state.touched = true;
    }
}

async fn a_panic_outside_of_steps_is_no_end_of_the_runner(place: Place) -> TestResult {
    let runner = place
        .runner()
        .await?
        .register(|state| Touchy { state })
        .register(|state: u32| -> Tree { panic!("no tree grows here: {state}") })
        .start()
        .await?;
    let outcome = runner.start(id("g1"), Touchy { state: Grumpy::default() }).await?.wait().await?;
    assert_eq!(outcome.status(), RunStatus::Failed);
    // A factory that panics is given up on, and the run held.
    let outcome = runner.start(id("t1"), Tree { state: 7 }).await?.wait().await?;
    assert_eq!(outcome.status(), RunStatus::Held);
    assert_eq!(outcome.state::<u32>()?, 7);
    Ok(())
}

on_every_store! {
    a_loaded_definition_is_run_and_checked_as_any_other
    a_panic_outside_of_steps_is_no_end_of_the_runner
    a_state_without_json_fails_the_step_and_stays_as_it_was
    children_are_part_of_their_step
    hooks_see_every_run_and_can_fail_it
    what_a_runner_does_not_know_it_does_not_start
}
