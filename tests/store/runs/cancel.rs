use stepflow::{Settlement, StepStatus};
use stepflow_store::{Cancellation, ClaimRequest, Hold, RunStatus, RunsError};

use super::desk::{Desk, Until};
use super::on_every_store;
use super::workflows::{Post, Refund, order};

on_every_store![
    a_run_that_nobody_carries_out_is_stopped_at_once,
    a_run_that_waits_at_a_gate_waits_no_more,
    a_run_that_was_broken_off_is_stopped,
    a_run_that_is_held_is_stopped,
    whoever_carries_a_run_out_is_told,
    what_is_over_stays_as_it_is,
];

async fn a_run_that_nobody_carries_out_is_stopped_at_once(desk: Desk) {
    let run = "order-7".parse().unwrap();
    desk.add::<Refund>(&run, &order(7)).await;
    assert_eq!(desk.runs.cancel(&run, "noor", Some("sent back")).await.unwrap(), Cancellation::Cancelled);
    desk.work(Refund::new, Until::Idle).await;

    let details = desk.runs.get(&run).await.unwrap();
    assert_eq!((details.status, &details.state["checks"]), (RunStatus::Cancelled, &0.into()));
    let record = details.record.unwrap();
    assert!(record.steps().iter().all(|step| step.status() == StepStatus::Skipped));
    assert_eq!(record.error().unwrap().to_string(), "the run was cancelled");
    assert!(details.finished_at.is_some() && details.step.is_none());
    assert_eq!(details.log.last().unwrap().to_string(), "cancelled by noor: sent back");
}

async fn a_run_that_waits_at_a_gate_waits_no_more(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    assert_eq!(desk.runs.cancel(&run, "noor", None).await.unwrap(), Cancellation::Cancelled);
    let details = desk.runs.get(&run).await.unwrap();
    let record = details.record.unwrap();
    let statuses: Vec<StepStatus> = record.steps().iter().map(|step| step.status()).collect();
    assert_eq!(statuses, [StepStatus::Succeeded, StepStatus::Cancelled, StepStatus::Skipped]);
    assert!(details.question.is_none());
    assert_eq!((&details.state["checks"], details.visits.len()), (&1.into(), 2));
    assert_eq!(details.log.last().unwrap().to_string(), "cancelled by noor");
    assert!(desk.runs.pending(&Default::default()).await.unwrap().waiting.is_empty());
}

async fn a_run_that_was_broken_off_is_stopped(desk: Desk) {
    let run = "post-1".parse().unwrap();
    desk.add::<Post>(&run, &0).await;
    desk.work(Post::new, Until::Begun).await;
    desk.work(Post::new, Until::Idle).await;
    desk.runs.cancel(&run, "noor", None).await.unwrap();
    let record = desk.runs.get(&run).await.unwrap().record.unwrap();
    assert_eq!(record.step("post").unwrap().status(), StepStatus::Cancelled);
    let error = desk.runs.settle(&run, Settlement::happened(), "noor").await.unwrap_err();
    assert!(matches!(error, RunsError::NotUnsettled { status: RunStatus::Cancelled, .. }), "{error}");
}

async fn a_run_that_is_held_is_stopped(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    desk.hold(&desk.load(&run).await, &Hold::Crashed { claims: 5 }).await;
    desk.runs.cancel(&run, "noor", None).await.unwrap();
    let found = desk.load(&run).await;
    assert_eq!((found.status, found.hold), (RunStatus::Cancelled, None));
}

async fn whoever_carries_a_run_out_is_told(desk: Desk) {
    let run = "order-7".parse().unwrap();
    desk.add::<Refund>(&run, &order(7)).await;
    let worker = desk.worker().await;
    let request = ClaimRequest { worker: worker.clone(), workflows: vec!["Refund".into()], limit: 1 };
    assert_eq!(desk.store.claim(&request).await.unwrap().len(), 1);

    assert_eq!(desk.runs.cancel(&run, "noor", Some("sent back")).await.unwrap(), Cancellation::Wished);
    let before = desk.all(&run).await;
    assert_eq!(desk.runs.cancel(&run, "ana", None).await.unwrap(), Cancellation::Wished);
    assert_eq!(desk.all(&run).await, before, "once is enough");

    let details = desk.runs.get(&run).await.unwrap();
    assert_eq!((details.status, details.worker), (RunStatus::Ready, Some(worker.clone())));
    let wish = details.cancel.unwrap();
    assert_eq!((wish.by.as_str(), wish.reason.as_deref()), ("noor", Some("sent back")));
    assert_eq!(details.log.last().unwrap().to_string(), "noor wants it to be cancelled: sent back");
    let renewed = desk.store.renew(&worker, super::desk::LONG).await.unwrap();
    assert_eq!(renewed.cancelled, [run]);
}

async fn what_is_over_stays_as_it_is(desk: Desk) {
    let run = desk.begin("order-0", Refund::new, order(0)).await;
    let before = desk.all(&run).await;
    let error = desk.runs.cancel(&run, "noor", None).await.unwrap_err();
    assert_eq!(error.to_string(), "run `order-0` is over: it is failed");
    assert!(matches!(desk.runs.cancel(&run, "", None).await, Err(RunsError::Nameless)));
    assert_eq!(desk.all(&run).await, before);
}
