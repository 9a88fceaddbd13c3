use stepflow::{ApprovalDecision, RunId};
use stepflow_store::{Hold, RunStatus};

use super::desk::{Desk, Until};
use super::on_every_store;
use super::workflows::{Refund, Rounds, mended, order};

on_every_store![
    the_copy_begins_before_the_step_and_the_run_stays,
    the_copy_has_the_visits_and_states_of_before,
    the_copy_goes_on_by_the_code_of_the_day,
    what_cannot_be_copied_is_refused,
];

fn id(text: &str) -> RunId {
    text.parse().unwrap()
}

async fn the_copy_begins_before_the_step_and_the_run_stays(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    let before = desk.all(&run).await;
    desk.runs.fork(&run, "check", &id("again"), "noor").await.unwrap();
    assert_eq!(desk.all(&run).await, before);

    let copy = desk.runs.get(&id("again")).await.unwrap();
    assert_eq!((copy.status, copy.step.as_deref()), (RunStatus::Ready, Some("check")));
    assert_eq!((copy.hold, &copy.state["checks"]), (Some(Hold::Adopt), &0.into()));
    assert_eq!(copy.log[0].to_string(), "copied from run `order-7` before `check` by noor");

    desk.work(Refund::new, Until::Idle).await;
    let waiting = desk.runs.question(&id("again")).await.unwrap().unwrap();
    assert_eq!((waiting.step.as_str(), &waiting.state["checks"]), ("pay", &1.into()));
    // Each has a gate of its own.
    let yes = ApprovalDecision::approve().by("noor");
    desk.runs.decide(&"again/pay/1/1".parse().unwrap(), yes).await.unwrap();
    assert_eq!(desk.all(&run).await, before);
}

async fn the_copy_has_the_visits_and_states_of_before(desk: Desk) {
    let run = desk.begin("poll", Rounds::new, 0).await;
    for gate in ["poll/ask/1/1", "poll/ask/2/2", "poll/ask/3/3"] {
        desk.runs.decide(&gate.parse().unwrap(), ApprovalDecision::approve().by("noor")).await.unwrap();
        desk.work(Rounds::new, Until::Idle).await;
    }
    assert_eq!(desk.load(&run).await.state, "3");

    // Before the last of three visits: the two before it are behind the copy.
    desk.runs.fork(&run, "ask", &id("again"), "noor").await.unwrap();
    let copy = desk.runs.get(&id("again")).await.unwrap();
    assert_eq!((copy.state.clone(), copy.state_before(2)), (2.into(), Some(&0.into())));
    let done: Vec<u32> = copy.record.as_ref().unwrap().path().iter().map(|visit| visit.visit()).collect();
    assert_eq!(done, [1, 2]);

    desk.work(Rounds::new, Until::Idle).await;
    let yes = ApprovalDecision::approve().by("noor");
    desk.runs.decide(&"again/ask/3/1".parse().unwrap(), yes).await.unwrap();
    desk.work(Rounds::new, Until::Idle).await;
    let (run, copy) = (desk.load(&run).await, desk.load(&id("again")).await);
    assert_eq!((copy.status, copy.state), (RunStatus::Succeeded, run.state));
}

async fn the_copy_goes_on_by_the_code_of_the_day(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    desk.runs.fork(&run, "pay", &id("again"), "noor").await.unwrap();
    desk.work(mended::Refund::new, Until::Idle).await;
    let copy = desk.runs.get(&id("again")).await.unwrap();
    assert_eq!((copy.status, copy.definition.steps.len()), (RunStatus::Paused, 3));
    assert_eq!(copy.definition.steps[1].name, "round");
    assert_eq!(copy.state, desk.runs.get(&run).await.unwrap().state);
}

async fn what_cannot_be_copied_is_refused(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    let before = desk.all(&run).await;
    for (from, step, to, by, text) in [
        ("order-7", "apologise", "again", "noor", "run `order-7`: the run never came to step `apologise`"),
        ("order-7", "send", "again", "noor", "run `order-7`: the run never came to step `send`"),
        ("order-7", "check", "order-7", "noor", "there is a run `order-7` already"),
        ("order-1", "check", "again", "noor", "there is no run `order-1`"),
        ("order-7", "check", "again", "", "this is done in somebody's name, and none was given"),
    ] {
        let error = desk.runs.fork(&id(from), step, &id(to), by).await.unwrap_err();
        assert_eq!(error.to_string(), text);
    }
    assert_eq!(desk.all(&run).await, before);
    assert!(desk.runs.get(&id("again")).await.unwrap_err().is_unknown_run());
}
