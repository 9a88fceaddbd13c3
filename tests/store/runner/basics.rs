//! Runs that nothing happens to.

use serde::{Deserialize, Serialize};
use stepflow::{ApprovalDecision, workflow};
use stepflow_store::{Existing, RunStatus, StartError};

use super::support::{Log, Place, TestResult, id, on_every_store};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Parcel {
    kilos: f64,
    label: Option<String>,
}

struct Shipping {
    state: Parcel,
    log: Log,
}

#[workflow(state = Parcel)]
impl Shipping {
    #[step]
    fn weigh(&mut self) -> f64 {
        self.log.note("weigh");
        self.state.kilos = 4.5;
        4.5
    }

    #[step(retry(times = 2, delay = "50ms"))]
    fn label(&mut self) -> Result<String, String> {
        self.log.note("label");
        if self.log.count("label") < 3 {
            return Err("out of paper".to_owned());
        }
        self.state.label = Some("P-1".to_owned());
        Ok("P-1".to_owned())
    }
}

struct Awaited {
    state: Parcel,
    log: Log,
}

#[workflow(state = Parcel)]
impl Awaited {
    #[step]
    async fn weigh(&mut self) -> f64 {
        tokio::task::yield_now().await;
        self.log.note("weigh");
        self.state.kilos = 4.5;
        4.5
    }

    #[step(approval = "Send it?", next = END)]
    async fn send(&mut self) {
        self.log.note("send");
        self.state.label = Some("sent".to_owned());
    }
}

fn parcel() -> Parcel {
    Parcel { kilos: 0.0, label: None }
}

async fn a_run_comes_to_its_end(place: Place) -> TestResult {
    let log = Log::default();
    let factory = {
        let log = log.clone();
        move |state| Shipping { state, log: log.clone() }
    };
    let runner = place.runner().await?.register(factory).start().await?;
    let run = runner.start(id("p1"), Shipping { state: parcel(), log: log.clone() }).await?;
    let outcome = run.wait().await?;
    assert_eq!(outcome.status(), RunStatus::Succeeded);
    let result = outcome.into_result::<Parcel>()?.into_result()?;
    assert_eq!(result.state, Parcel { kilos: 4.5, label: Some("P-1".to_owned()) });
    assert_eq!(result.output(Shipping::WEIGH)?, &4.5);
    assert_eq!(result.steps()[1].attempts(), 3);
    assert_eq!(log.lines(), ["weigh", "label", "label", "label"]);
    Ok(())
}

async fn a_run_waits_at_its_gate_and_goes_on_at_once(place: Place) -> TestResult {
    let log = Log::default();
    let factory = {
        let log = log.clone();
        move |state| Awaited { state, log: log.clone() }
    };
    let runner = place.runner().await?.register(factory).start().await?;
    let run = runner.start(id("p1"), Awaited { state: parcel(), log: log.clone() }).await?;
    let gate = run.wait().await?.gate().ok_or("it waits")?;
    assert_eq!(gate.to_string(), "p1/send/1/1");
    let before = tokio::time::Instant::now();
    runner.runs().decide(&gate, ApprovalDecision::approve().by("noor")).await?;
    let outcome = run.wait().await?;
    assert!(outcome.is_succeeded());
    if let Place::Memory(_) = place {
        assert!(before.elapsed() < std::time::Duration::from_millis(10), "{:?}", before.elapsed());
    }
    assert_eq!(log.lines(), ["weigh", "send"]);
    let result = outcome.into_result::<Parcel>()?;
    let decision = result.steps()[1].approval_decision().ok_or("somebody decided")?;
    assert_eq!(decision.decided_by.as_deref(), Some("noor"));
    Ok(())
}

async fn a_run_is_started_once(place: Place) -> TestResult {
    let log = Log::default();
    let (one, other) = (log.clone(), log.clone());
    let runner = place
        .runner()
        .await?
        .register(move |state| Shipping { state, log: one.clone() })
        .register(move |state| Awaited { state, log: other.clone() })
        .start()
        .await?;
    let shipping = || Shipping { state: parcel(), log: log.clone() };
    let first = runner.start(id("p1"), shipping()).await?;
    assert!(first.is_new());
    assert!(!runner.start(id("p1"), shipping()).await?.is_new());
    assert!(first.wait().await?.is_succeeded());
    assert_eq!(log.count("weigh"), 1);

    let refused = runner.start(id("p1"), shipping()).if_exists(Existing::Refuse).await;
    assert!(matches!(refused, Err(StartError::Exists { status: RunStatus::Succeeded, .. })));
    let refused = runner.start(id("p1"), Awaited { state: parcel(), log: log.clone() }).await;
    let text = refused.err().ok_or("another workflow has this id")?.to_string();
    assert_eq!(text, "run p1 is a run of `Shipping`, not of `Awaited`");
    Ok(())
}

on_every_store! {
    a_run_comes_to_its_end
    a_run_is_started_once
    a_run_waits_at_its_gate_and_goes_on_at_once
}
