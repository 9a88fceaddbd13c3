//! Definitions that have changed: every case of the table, for a run that was decided on when nobody was there,
//! and for one that was broken off in the decided step.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use stepflow::{
    ApprovalDecision, Async, AsyncWorkflow, DefinitionRef, RunContext, RunId, StepOutcome, Workflow,
    WorkflowDefinition,
};
use stepflow_store::{Existing, Hold, Outcome, RunQuery, RunStatus, Runner, RunnerBuilder, RunsError, Store};

use super::cases::{CASES, Case};
use super::place::{Log, Place, TestResult, at_every_place, id, past_held, until};

/// Carries out whatever definition it is given, and keeps the steps that ran in its state.
pub(super) struct Scripted {
    definition: Arc<WorkflowDefinition>,
    state: Vec<String>,
    world: World,
}

#[derive(Clone, Default)]
pub(super) struct World {
    log: Log,
    /// What becomes of the body of `pay`.
    mode: Arc<Mode>,
}

#[derive(Default)]
pub(super) struct Mode {
    pub(super) fails: AtomicBool,
    hangs: AtomicBool,
}

impl World {
    pub(super) fn mode(&self) -> &Mode {
        &self.mode
    }

    pub(super) fn make(&self, definition: &Arc<WorkflowDefinition>, state: Vec<String>) -> Scripted {
        Scripted { definition: definition.clone(), state, world: self.clone() }
    }
}

impl Workflow for Scripted {
    type State = Vec<String>;
    type Mode = Async;

    fn definition(&self) -> DefinitionRef {
        self.definition.clone().into()
    }

    fn state(&self) -> &Vec<String> {
        &self.state
    }

    fn into_state(self) -> Vec<String> {
        self.state
    }
}

impl AsyncWorkflow for Scripted {
    async fn run_step(&mut self, _: usize, ctx: &mut RunContext<'_>) -> StepOutcome {
        let step = ctx.step_name();
        self.world.log.note(format!("{} {step}", ctx.run_id()));
        let mode = self.world.mode();
        if step == "pay" && mode.hangs.load(Ordering::SeqCst) {
            std::future::pending().await
        }
        if step == "pay" && mode.fails.load(Ordering::SeqCst) {
            return StepOutcome::failed("the bank is closed");
        }
        self.state.push(step.to_owned());
        match step {
            "decide" => StepOutcome::succeeded("pay").routed("pay"),
            _ => StepOutcome::succeeded(()),
        }
    }
}

/// A program that knows every workflow of the table, as it was or as it is.
pub(super) async fn program(
    place: &Place,
    world: &World,
    definition: impl Fn(&Case) -> Arc<WorkflowDefinition>,
) -> Result<Runner, Box<dyn std::error::Error>> {
    let register = |builder: RunnerBuilder, case: &Case| {
        let (definition, world) = (definition(case), world.clone());
        builder.register_loaded(definition.clone(), move |state| world.make(&definition, state))
    };
    Ok(CASES.iter().fold(place.program().await?, register).start().await?)
}

/// The runs of this test: of every case, under each of these names.
pub(super) fn runs(names: &[&str]) -> Vec<(&'static Case, RunId)> {
    let case = |(number, case)| names.iter().map(move |name| (case, id(&format!("{number}-{name}"))));
    CASES.iter().enumerate().flat_map(case).collect()
}

/// Has these runs come to the gate before `pay`, and decides on them.
pub(super) async fn decided(runner: &Runner, world: &World, runs: &[(&Case, RunId)]) -> TestResult {
    let mut gates = Vec::new();
    for (case, run) in runs {
        let made = world.make(&case.before(), vec![]);
        let outcome = runner.start(run.clone(), made).if_exists(Existing::Refuse).await?.wait().await?;
        gates.push(outcome.gate().ok_or("it asks")?);
    }
    for gate in gates {
        runner.runs().decide(&gate, ApprovalDecision::approve().by("noor")).await?;
    }
    Ok(())
}

/// Says yes until nobody is asked any more.
pub(super) async fn approve_all(runner: &Runner, run: &RunId) -> Result<Outcome, Box<dyn std::error::Error>> {
    loop {
        let outcome = runner.run(run.clone()).wait().await?;
        let Some(gate) = outcome.gate() else { return Ok(outcome) };
        runner.runs().decide(&gate, ApprovalDecision::approve().by("noor")).await?;
    }
}

/// The runs of every case, at `pay`: some decided on when nobody was there, some broken off in the body.
async fn saved_by_the_program_of_before(place: &Place, world: &World) -> TestResult {
    world.mode().hangs.store(true, Ordering::SeqCst);
    let (decided_on, broken_off) = (runs(&["decided"]), runs(&["broken-off"]));
    let runner = program(place, world, Case::before).await?;
    decided(&runner, world, &broken_off).await?;
    until(|| broken_off.iter().all(|(_, run)| world.log.count(&format!("{run} pay")) == 1)).await;
    drop(runner);

    // Nobody carries these out once they are decided on.
    let runner = program(place, world, Case::before).await?;
    let mut gates = Vec::new();
    for (case, run) in &decided_on {
        let outcome = runner.start(run.clone(), world.make(&case.before(), vec![])).await?.wait().await?;
        gates.push(outcome.gate().ok_or("it asks")?);
    }
    drop(runner);
    let runs = stepflow_store::Runs::new(place.open().await?);
    for gate in gates {
        runs.decide(&gate, ApprovalDecision::approve().by("noor")).await?;
    }
    world.mode().hangs.store(false, Ordering::SeqCst);
    Ok(())
}

/// Nobody goes on with it, everybody can see it, and nobody can wave it through by mistake.
async fn is_held(runner: &Runner, store: &dyn Store, case: &Case, run: &RunId) -> TestResult {
    let what = format!("{run}: {}", case.name);
    let outcome = runner.run(run.clone()).wait().await?;
    assert_eq!(outcome.status(), RunStatus::Held, "{what}");
    let differences: Vec<String> = case.differences.iter().map(|line| (*line).to_owned()).collect();
    let hold = Hold::DefinitionChanged { differences };
    assert_eq!(outcome.hold(), Some(&hold), "{what}");
    assert_eq!(hold.to_string(), format!("its definition has changed: {}", case.differences.join("; ")));
    assert_eq!(outcome.state::<Vec<String>>()?, ["check", "decide"], "{what}: nothing ran");

    let runs = runner.runs();
    let query = RunQuery {
        workflow: Some(case.name.to_owned()),
        statuses: vec![RunStatus::Held],
        ..RunQuery::default()
    };
    let listed = runs.list(&query).await?.runs;
    let listed = listed.iter().find(|listed| listed.run == *run).ok_or("it is listed")?;
    assert_eq!((listed.hold.as_ref(), listed.running), (Some(&hold), false), "{what}");
    let details = runs.get(run).await?;
    assert_eq!(details.hold, Some(hold), "{what}");
    assert_eq!(details.definition, *case.before(), "{what}: it keeps its own definition");
    let refused = runs.release(run, "noor").await;
    assert!(matches!(refused, Err(RunsError::HeldByDefinition { .. })), "{what}: {refused:?}");
    let refused = runs.retry(run, "noor").await;
    assert!(matches!(refused, Err(RunsError::NotFailed { .. })), "{what}: {refused:?}");

    let noted = store.events(run).await?.iter().filter(|event| event.kind == "held").count();
    assert_eq!(noted, 1, "{what}: it is noted once, however often a program starts");
    Ok(())
}

async fn every_change_holds_the_run_until_the_program_of_before_is_back(place: Place) -> TestResult {
    let world = World::default();
    saved_by_the_program_of_before(&place, &world).await?;
    let (all, store) = (runs(&["decided", "broken-off"]), place.open().await?);
    let before = world.log.lines();
    for _ in 0..2 {
        let runner = program(&place, &world, Case::now).await?;
        for (case, run) in &all {
            is_held(&runner, &*store, case, run).await?;
        }
        assert_eq!(world.log.lines(), before, "no body ran");
    }

    let runner = program(&place, &world, Case::before).await?;
    for (case, run) in &all {
        let outcome = past_held(&runner, run).await?;
        let what = format!("{run}: {}", case.name);
        assert!(outcome.is_succeeded(), "{what}: {outcome:?}");
        assert_eq!(outcome.state::<Vec<String>>()?, ["check", "decide", "pay", "file"], "{what}");
        assert_eq!(world.log.count(&format!("{run} check")), 1, "{what}");
        let asked = store.events(run).await?.iter().filter(|event| event.kind == "decided").count();
        assert_eq!(asked, 1, "{what}: the decision stands");
    }
    Ok(())
}

async fn a_person_can_let_every_run_go_on_by_the_new_definition(place: Place) -> TestResult {
    let world = World::default();
    saved_by_the_program_of_before(&place, &world).await?;
    let runner = program(&place, &world, Case::now).await?;
    for (case, run) in &runs(&["decided", "broken-off"]) {
        let what = format!("{run}: {}", case.name);
        assert_eq!(runner.run(run.clone()).wait().await?.status(), RunStatus::Held, "{what}");
        runner.runs().adopt(run, "noor").await?;
        let outcome = approve_all(&runner, run).await?;
        let ran = outcome.state::<Vec<String>>()?;
        match case.adopted {
            Some(steps) => {
                assert!(outcome.is_succeeded(), "{what}: {outcome:?}");
                assert_eq!(ran, [&["check", "decide"][..], steps].concat(), "{what}");
            }
            None => {
                let held = matches!(outcome.hold(), Some(Hold::DefinitionChanged { .. }));
                assert!(held, "{what}: {outcome:?}");
                assert_eq!(ran, ["check", "decide"], "{what}");
            }
        }
    }
    Ok(())
}

async fn a_renamed_workflow_leaves_its_runs_to_programs_that_know_the_name(place: Place) -> TestResult {
    let world = World::default();
    let case = &CASES[0];
    let run = id("0-decided");
    let runner = program(&place, &world, Case::before).await?;
    let outcome = runner.start(run.clone(), world.make(&case.before(), vec![])).await?.wait().await?;
    drop(runner);
    let runs = stepflow_store::Runs::new(place.open().await?);
    runs.decide(&outcome.gate().ok_or("it asks")?, ApprovalDecision::approve().by("noor")).await?;

    let renamed = |case: &Case| {
        let now = case.before();
        Arc::new(WorkflowDefinition { name: format!("{} anew", now.name).into(), ..(*now).clone() })
    };
    let runner = program(&place, &world, renamed).await?;
    assert_eq!(runner.recover().await?, 0, "nobody takes it");
    let waits = runs.get(&run).await?;
    assert_eq!((waits.status, waits.worker), (RunStatus::Ready, None));
    drop(runner);

    let runner = program(&place, &world, Case::before).await?;
    assert!(runner.run(run).wait().await?.is_succeeded());
    Ok(())
}

at_every_place! {
    a_person_can_let_every_run_go_on_by_the_new_definition
    a_renamed_workflow_leaves_its_runs_to_programs_that_know_the_name
    every_change_holds_the_run_until_the_program_of_before_is_back
}
