use stepflow::{ApprovalDecision, GateId, StepStatus};
use stepflow_store::{RunStatus, RunsError};

use super::desk::{Desk, Until};
use super::on_every_store;
use super::workflows::{Refund, Rounds, order};

on_every_store![
    a_yes_starts_the_step,
    a_no_goes_where_a_no_leads,
    the_second_is_told_who_was_first,
    a_late_click_never_answers_the_next_question,
    a_question_that_was_not_asked_is_refused,
    nobody_decides_nothing,
    what_is_not_open_is_refused_and_changes_nothing,
    names_and_reasons_are_data,
    a_decision_that_is_too_large_is_refused,
];

fn gate(text: &str) -> GateId {
    text.parse().unwrap()
}

fn yes() -> ApprovalDecision {
    ApprovalDecision::approve().by("noor")
}

async fn a_yes_starts_the_step(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    assert_eq!(desk.status(&run).await, RunStatus::Paused);

    desk.runs.decide(&gate("order-7/pay/1/1"), yes().because("a regular")).await.unwrap();
    assert_eq!(desk.status(&run).await, RunStatus::Ready);
    desk.work(Refund::new, Until::Idle).await;

    let details = desk.runs.get(&run).await.unwrap();
    assert_eq!((details.status, &details.state["paid"]), (RunStatus::Succeeded, &true.into()));
    let record = details.record.unwrap();
    let decision = record.step("pay").unwrap().approval_decision().unwrap();
    assert_eq!(*decision, yes().because("a regular"));
}

async fn a_no_goes_where_a_no_leads(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    let no = ApprovalDecision::deny().by("noor").because("paid twice already");
    desk.runs.decide(&gate("order-7/pay/1/1"), no).await.unwrap();
    desk.work(Refund::new, Until::Idle).await;

    let details = desk.runs.get(&run).await.unwrap();
    assert_eq!(details.status, RunStatus::Succeeded);
    assert_eq!((&details.state["paid"], &details.state["sorry"]), (&false.into(), &true.into()));
    let record = details.record.unwrap();
    assert_eq!(record.step("pay").unwrap().status(), StepStatus::Failed);
}

async fn the_second_is_told_who_was_first(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    let gate = gate("order-7/pay/1/1");
    let no = ApprovalDecision::deny().by("noor").because("over the limit");
    desk.runs.decide(&gate, no.clone()).await.unwrap();

    // Before the run goes on, after it has, and after it is over: the answer is the same.
    for _ in 0..2 {
        let before = desk.all(&run).await;
        let error = desk.runs.decide(&gate, ApprovalDecision::approve().by("ana")).await.unwrap_err();
        let RunsError::AlreadyDecided(first) = &error else { panic!("{error}") };
        assert_eq!((&first.gate, &first.decision, first.by.as_str()), (&gate, &no, "noor"));
        let log = desk.runs.get(&run).await.unwrap().log;
        assert_eq!(first.at, log.iter().find(|entry| entry.kind == "decided").unwrap().at);
        let text = error.to_string();
        assert!(text.starts_with("noor has denied `pay` of run `order-7` already, on 20"), "{text}");
        assert!(text.ends_with(": over the limit"), "{text}");
        assert_eq!(desk.all(&run).await, before);
        desk.work(Refund::new, Until::Idle).await;
    }
}

async fn a_late_click_never_answers_the_next_question(desk: Desk) {
    let run = desk.begin("poll", Rounds::new, 0).await;
    desk.runs.decide(&gate("poll/ask/1/1"), yes()).await.unwrap();
    desk.work(Rounds::new, Until::Idle).await;
    assert_eq!(desk.runs.question(&run).await.unwrap().unwrap().step, "ask");

    let before = desk.all(&run).await;
    let error = desk.runs.decide(&gate("poll/ask/1/1"), yes()).await.unwrap_err();
    assert!(matches!(error, RunsError::AlreadyDecided(_)), "{error}");
    assert_eq!(desk.all(&run).await, before);

    desk.runs.decide(&gate("poll/ask/2/2"), yes()).await.unwrap();
    desk.work(Rounds::new, Until::Idle).await;
    desk.runs.decide(&gate("poll/ask/3/3"), yes()).await.unwrap();
    desk.work(Rounds::new, Until::Idle).await;
    assert_eq!(desk.runs.get(&run).await.unwrap().state, 3);
}

async fn a_question_that_was_not_asked_is_refused(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    let before = desk.all(&run).await;
    for other in ["order-7/pay/2/1", "order-7/pay/1/2", "order-7/check/1/1"] {
        let error = desk.runs.decide(&gate(other), yes()).await.unwrap_err();
        let RunsError::NotAsked { gate: asked, status, now } = &error else { panic!("{error}") };
        assert_eq!((asked.to_string().as_str(), *status), (other, RunStatus::Paused));
        assert_eq!(now, &Some(gate("order-7/pay/1/1")));
        assert_eq!(error.to_string(), "run `order-7` does not ask that: it asks `order-7/pay/1/1` now");
    }
    assert_eq!(desk.all(&run).await, before);
}

async fn nobody_decides_nothing(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    let before = desk.all(&run).await;
    for nobody in
        [ApprovalDecision::approve(), ApprovalDecision::deny().by(""), ApprovalDecision::approve().by(" \t")]
    {
        let error = desk.runs.decide(&gate("order-7/pay/1/1"), nobody).await.unwrap_err();
        assert!(matches!(error, RunsError::Nameless), "{error}");
        assert_eq!(error.to_string(), "this is done in somebody's name, and none was given");
    }
    assert_eq!(desk.all(&run).await, before);
}

async fn what_is_not_open_is_refused_and_changes_nothing(desk: Desk) {
    let unknown = desk.runs.decide(&gate("order-1/pay/1/1"), yes()).await.unwrap_err();
    assert!(unknown.is_unknown_run());
    assert_eq!(unknown.to_string(), "there is no run `order-1`");

    let failed = desk.begin("order-2", Refund::new, order(0)).await;
    let stopped = desk.begin("order-3", Refund::new, order(7)).await;
    desk.runs.cancel(&stopped, "noor", None).await.unwrap();
    let sent_back = "order-4".parse().unwrap();
    desk.add::<Refund>(&sent_back, &order(7)).await;

    for (run, text) in [
        (&failed, "run `order-2` is over: it is failed"),
        (&stopped, "run `order-3` is over: it is cancelled"),
        (&sent_back, "run `order-4` does not ask that: it is ready"),
    ] {
        let before = desk.all(run).await;
        let error = desk.runs.decide(&gate(&format!("{run}/pay/1/1")), yes()).await.unwrap_err();
        assert_eq!(error.to_string(), text);
        assert_eq!(desk.all(run).await, before);
    }
}

async fn names_and_reasons_are_data(desk: Desk) {
    let name = "'; DROP TABLE runs; -- \u{1f980} \"";
    let run = desk.begin("it's 100% / done", Refund::new, order(7)).await;
    let waiting = desk.runs.question(&run).await.unwrap().unwrap();
    let stepflow_store::Question::Approval { gate, .. } = waiting.question else {
        panic!("it waits at a gate")
    };
    assert_eq!(gate.to_string(), "it's%20100%25%20%2F%20done/pay/1/1");
    let decision = ApprovalDecision::approve().by(name).because(name).with_metadata(name, name);
    desk.runs.decide(&gate, decision.clone()).await.unwrap();
    desk.work(Refund::new, Until::Idle).await;
    let error = desk.runs.decide(&gate, yes()).await.unwrap_err();
    let RunsError::AlreadyDecided(first) = error else { panic!("{error}") };
    assert_eq!((first.by.as_str(), first.decision), (name, decision));
}

async fn a_decision_that_is_too_large_is_refused(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    let before = desk.all(&run).await;
    let large = yes().because("x".repeat(10 << 20));
    let error = desk.runs.decide(&gate("order-7/pay/1/1"), large).await.unwrap_err();
    assert!(matches!(&error, RunsError::Store(error) if error.is_refused()), "{error}");
    assert!(error.store_failure().is_none());
    assert_eq!(desk.all(&run).await, before);
}
