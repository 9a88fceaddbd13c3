//! Runs that wait for a person.

use serde::{Deserialize, Serialize};
use stepflow::{ApprovalDecision, workflow};
use stepflow_store::{RunStatus, RunsError};

use super::support::{Log, Place, TestResult, id, on_every_store};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Claim {
    rounds: u32,
    refused: bool,
}

struct Claiming {
    state: Claim,
    log: Log,
}

#[derive(Debug, Serialize)]
enum Look {
    Again,
    Done,
}

#[workflow(state = Claim, max_visits = 3)]
impl Claiming {
    #[step(approval(message = "Pay?", on_deny = refuse), routes = { Look::Again => pay, Look::Done => END })]
    fn pay(&mut self) -> Look {
        self.log.note("pay");
        self.state.rounds += 1;
        if self.state.rounds < 2 { Look::Again } else { Look::Done }
    }

    #[step]
    fn refuse(&mut self) {
        self.log.note("refuse");
        self.state.refused = true;
    }
}

struct Strict {
    state: Claim,
}

#[workflow(state = Claim)]
impl Strict {
    #[step(approval = "Really?")]
    fn pay(&mut self) {
        self.state.rounds += 1;
    }
}

async fn each_visit_asks_anew_and_a_late_click_answers_no_other(place: Place) -> TestResult {
    let log = Log::default();
    let other = log.clone();
    let runner =
        place.runner().await?.register(move |state| Claiming { state, log: other.clone() }).start().await?;
    let run = runner.start(id("c1"), Claiming { state: Claim::default(), log: log.clone() }).await?;
    let first = run.wait().await?.gate().ok_or("it asks")?;
    let (runs, yes) = (runner.runs(), ApprovalDecision::approve().by("noor"));
    runs.decide(&first, yes.clone()).await?;
    let second = run.wait().await?.gate().ok_or("it asks again")?;
    assert_ne!(first, second);
    assert_eq!(log.lines(), ["pay"]);

    let late = runs.decide(&first, ApprovalDecision::deny().by("ben")).await;
    let text = late.expect_err("noor was quicker").to_string();
    assert!(text.contains("noor"), "{text}");
    assert_eq!(run.wait().await?.status(), RunStatus::Paused, "nothing has changed");

    runs.decide(&second, ApprovalDecision::deny().by("ben").because("once is enough")).await?;
    let outcome = run.wait().await?;
    assert!(outcome.is_succeeded());
    assert!(outcome.state::<Claim>()?.refused);
    assert_eq!(log.lines(), ["pay", "refuse"]);
    let over = runs.decide(&second, yes).await;
    assert!(matches!(over, Err(RunsError::AlreadyDecided(_))));
    Ok(())
}

async fn a_denied_run_fails_where_it_leads_nowhere_else(place: Place) -> TestResult {
    let runner = place.runner().await?.register(|state| Strict { state }).start().await?;
    let run = runner.start(id("c1"), Strict { state: Claim::default() }).await?;
    let gate = run.wait().await?.gate().ok_or("it asks")?;
    runner.runs().decide(&gate, ApprovalDecision::deny().by("ben").because("no budget")).await?;
    let outcome = run.wait().await?;
    assert_eq!(outcome.status(), RunStatus::Failed);
    assert_eq!(outcome.state::<Claim>()?.rounds, 0);
    let error = outcome.into_result::<Claim>()?.into_result().expect_err("it was denied").to_string();
    assert!(error.contains("no budget"), "{error}");
    Ok(())
}

async fn a_decision_outlives_the_process_that_asked(place: Place) -> TestResult {
    let runner = place.runner().await?.register(|state| Strict { state }).start().await?;
    let gate = runner.start(id("c1"), Strict { state: Claim::default() }).await?.wait().await?.gate();
    let gate = gate.ok_or("it asks")?;
    drop(runner);
    // Nobody is there who could go on with it.
    let runner = place.runner().await?.start().await?;
    runner.runs().decide(&gate, ApprovalDecision::approve().by("noor")).await?;
    drop(runner);
    let runner = place.runner().await?.register(|state| Strict { state }).start().await?;
    let outcome = runner.run(id("c1")).wait().await?;
    assert!(outcome.is_succeeded());
    assert_eq!(outcome.state::<Claim>()?.rounds, 1);
    Ok(())
}

on_every_store! {
    a_decision_outlives_the_process_that_asked
    a_denied_run_fails_where_it_leads_nowhere_else
    each_visit_asks_anew_and_a_late_click_answers_no_other
}
