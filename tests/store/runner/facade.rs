//! The runner for programs without a runtime.

use std::time::Duration;

use stepflow::{ApprovalDecision, workflow};
use stepflow_store::{
    Existing, MemoryStore, RunStatus, Runner, RunnerError, SqliteStore, StartError, blocking,
};

use super::support::{TestResult, id};

struct Valve {
    state: bool,
}

#[workflow(state = bool)]
impl Valve {
    #[step(approval = "Open the valve?")]
    fn open(&mut self) {
        self.state = true;
    }
}

fn opened(runner: &blocking::Runner) -> TestResult {
    let run = runner.start(id("v1"), Valve { state: false }, Existing::Refuse)?;
    assert!(run.is_new());
    let gate = run.wait()?.gate().ok_or("it asks")?;
    runner.block_on(runner.runs().decide(&gate, ApprovalDecision::approve().by("noor")))?;
    assert!(run.wait()?.state::<bool>()?);
    assert!(!runner.start(id("v1"), Valve { state: false }, Existing::Return)?.is_new());

    let other = runner.start(id("v2"), Valve { state: false }, Existing::Return)?;
    other.wait()?;
    other.cancel("noor")?;
    assert_eq!(other.wait()?.status(), RunStatus::Cancelled);
    assert_eq!(runner.recover()?, 0);
    assert!(runner.drain(Duration::from_secs(1)).is_clean());
    let late = runner.start(id("v3"), Valve { state: false }, Existing::Return);
    assert!(matches!(late, Err(StartError::Draining)));
    Ok(())
}

#[test]
fn a_program_without_a_runtime_waits_for_its_runs() -> TestResult {
    let register = |builder: stepflow_store::RunnerBuilder| builder.register(|state| Valve { state });
    opened(&register(Runner::builder(MemoryStore::new())).start_blocking()?)?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("runs.db");
    opened(&blocking::Runner::connect(async { Ok(register(Runner::builder(SqliteStore::open(&file)?))) })?)
}

#[tokio::test]
async fn async_code_is_told_that_there_is_a_runtime_already() -> TestResult {
    let refused = Runner::builder(MemoryStore::new()).start_blocking();
    let error = refused.err().ok_or("there is one")?;
    assert!(matches!(error, RunnerError::Runtime { .. }));
    assert_eq!(error.to_string(), "this is async code already: a runner is started here by `start().await`");
    Ok(())
}
