use stepflow::ApprovalDecision;
use stepflow_store::{Hold, RunStatus, RunsError};

use super::desk::{Desk, Until};
use super::on_every_store;
use super::workflows::{Refund, mended, order};

on_every_store![
    it_goes_on_from_the_step_that_failed_with_the_state_before_it,
    it_goes_on_by_the_code_of_the_day,
    a_gate_asks_again,
    only_what_has_failed_is_tried_again,
];

async fn it_goes_on_from_the_step_that_failed_with_the_state_before_it(desk: Desk) {
    let run = desk.begin("order-0", Refund::new, order(0)).await;
    assert_eq!(desk.runs.get(&run).await.unwrap().state["checks"], 1);

    desk.runs.retry(&run, "noor").await.unwrap();
    let details = desk.runs.get(&run).await.unwrap();
    assert_eq!((details.status, details.step.as_deref()), (RunStatus::Ready, Some("check")));
    assert_eq!((&details.state["checks"], details.visits.len()), (&0.into(), 0));
    assert_eq!((details.hold, details.finished_at), (Some(Hold::Adopt), None));
    assert_eq!(details.log.last().unwrap().to_string(), "`check` is tried again by noor");

    // It fails once more, and may be tried once more.
    desk.work(Refund::new, Until::Idle).await;
    let details = desk.runs.get(&run).await.unwrap();
    assert_eq!((details.status, &details.state["checks"]), (RunStatus::Failed, &1.into()));
    desk.runs.retry(&run, "noor").await.unwrap();
}

async fn it_goes_on_by_the_code_of_the_day(desk: Desk) {
    let run = desk.begin("order-0", Refund::new, order(0)).await;
    desk.runs.retry(&run, "noor").await.unwrap();
    desk.work(mended::Refund::new, Until::Idle).await;
    let details = desk.runs.get(&run).await.unwrap();
    assert_eq!((details.status, &details.state["checks"]), (RunStatus::Paused, &10.into()));
    assert_eq!((details.definition.steps.len(), &details.state["amount"]), (3, &1.into()));
    assert_eq!(details.definition.steps[1].name, "round");
}

async fn a_gate_asks_again(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    let gate = "order-7/pay/1/1".parse().unwrap();
    // Without `on_deny` a no fails the run: that of the mended definition.
    desk.runs.cancel(&run, "noor", None).await.unwrap();
    let run = desk.begin("order-8", mended::Refund::new, order(8)).await;
    let no = ApprovalDecision::deny().by("noor");
    desk.runs.decide(&"order-8/pay/1/1".parse().unwrap(), no.clone()).await.unwrap();
    desk.work(mended::Refund::new, Until::Idle).await;
    assert_eq!(desk.status(&run).await, RunStatus::Failed);
    assert!(matches!(desk.runs.decide(&gate, no).await, Err(RunsError::Finished { .. })));

    desk.runs.retry(&run, "ana").await.unwrap();
    desk.work(mended::Refund::new, Until::Idle).await;
    let late =
        desk.runs.decide(&"order-8/pay/1/1".parse().unwrap(), ApprovalDecision::approve().by("ana")).await;
    assert!(matches!(late, Err(RunsError::AlreadyDecided(_))), "{late:?}");
    let yes = ApprovalDecision::approve().by("ana");
    desk.runs.decide(&"order-8/pay/1/2".parse().unwrap(), yes).await.unwrap();
    desk.work(mended::Refund::new, Until::Idle).await;
    assert_eq!(desk.runs.get(&run).await.unwrap().state["paid"], true);
}

async fn only_what_has_failed_is_tried_again(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    let before = desk.all(&run).await;
    let error = desk.runs.retry(&run, "noor").await.unwrap_err();
    assert_eq!(error.to_string(), "run `order-7` has not failed: it is paused");
    assert!(matches!(desk.runs.retry(&run, "").await, Err(RunsError::Nameless)));
    assert!(desk.runs.retry(&"order-1".parse().unwrap(), "noor").await.unwrap_err().is_unknown_run());
    assert_eq!(desk.all(&run).await, before);
}
