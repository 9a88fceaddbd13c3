use stepflow::{Answer, ApprovalDecision, RunId, StepStatus};
use stepflow_store::{RunStatus, TimelineEntry};

use super::desk::{Desk, Until};
use super::on_every_store;
use super::workflows::{Parent, Refund, Rounds, order};

on_every_store![
    a_run_is_shown_with_all_that_happened_in_order,
    every_visit_has_the_state_before_and_after_it,
    children_and_attempts_are_there,
    an_attempt_that_is_to_be_made_again_is_shown,
    a_run_that_waits_shows_its_question,
    as_json_it_is_one_object,
];

/// The timeline in words.
fn told(details: &stepflow_store::RunDetails) -> Vec<String> {
    details
        .timeline()
        .into_iter()
        .map(|entry| match entry {
            TimelineEntry::Log(entry) => entry.to_string(),
            TimelineEntry::Visit(visit) => {
                format!("{} ({}): {}", visit.step, visit.visit, visit.result.status())
            }
        })
        .collect()
}

async fn a_run_is_shown_with_all_that_happened_in_order(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    let gate = "order-7/pay/1/1".parse().unwrap();
    desk.runs.decide(&gate, ApprovalDecision::approve().by("noor").because("a regular")).await.unwrap();
    desk.work(Refund::new, Until::Idle).await;

    let details = desk.runs.get(&run).await.unwrap();
    assert_eq!(
        told(&details),
        [
            "added",
            "check (1): succeeded",
            "pay (1): paused",
            "noor approved `pay`: a regular",
            "pay (1): succeeded",
        ]
    );
    assert_eq!((details.workflow.as_str(), details.status), ("Refund", RunStatus::Succeeded));
    assert!(details.question.is_none() && details.worker.is_none() && details.answer.is_none());
    let record = details.record.unwrap();
    assert_eq!(record.step("check").unwrap().output().unwrap().to_json().unwrap(), "found");
    assert_eq!(details.definition.name, "Refund");
}

async fn every_visit_has_the_state_before_and_after_it(desk: Desk) {
    let run = desk.begin("poll", Rounds::new, 0).await;
    for gate in ["poll/ask/1/1", "poll/ask/2/2", "poll/ask/3/3"] {
        desk.runs.decide(&gate.parse().unwrap(), ApprovalDecision::approve().by("noor")).await.unwrap();
        desk.work(Rounds::new, Until::Idle).await;
    }
    let details = desk.runs.get(&run).await.unwrap();
    let states: Vec<(u32, StepStatus, i64, i64)> = details
        .visits
        .iter()
        .map(|visit| {
            let state = |state: Option<&serde_json::Value>| state.unwrap().as_i64().unwrap();
            let (before, after) = (details.state_before(visit.sequence), details.state_after(visit.sequence));
            (visit.visit, visit.result.status(), state(before), state(after))
        })
        .collect();
    let (asked, done) = (StepStatus::Paused, StepStatus::Succeeded);
    assert_eq!(
        states,
        [
            (1, asked, 0, 0),
            (1, done, 0, 1),
            (2, asked, 1, 1),
            (2, done, 1, 2),
            (3, asked, 2, 2),
            (3, done, 2, 3)
        ]
    );
    assert_eq!((details.initial_state.clone(), details.state.clone()), (0.into(), 3.into()));
    assert_eq!(
        (details.state_before(0), details.state_before(7), details.state_after(7)),
        (None, None, None)
    );
}

async fn children_and_attempts_are_there(desk: Desk) {
    let run = desk.begin("parent", Parent::new, 0).await;
    let details = desk.runs.get(&run).await.unwrap();
    let [visit] = &details.visits[..] else { panic!("{details:?}") };
    assert_eq!((visit.result.attempts(), visit.result.children().len()), (3, 3));
    assert_eq!(visit.result.children()[0].record().error().unwrap().to_string(), "no answer");
    assert!(details.attempt.is_none());
}

async fn an_attempt_that_is_to_be_made_again_is_shown(desk: Desk) {
    let run: RunId = "parent".parse().unwrap();
    desk.add::<Parent>(&run, &0).await;
    desk.work(Parent::new, Until::Saved).await;
    let details = desk.runs.get(&run).await.unwrap();
    let attempt = details.attempt.unwrap();
    assert_eq!((attempt.step.as_str(), attempt.failed), ("ask", 1));
    assert!(attempt.error.unwrap().ends_with("no answer"));
    assert_eq!((details.status, details.step.as_deref()), (RunStatus::Ready, Some("ask")));
}

async fn a_run_that_waits_shows_its_question(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    let details = desk.runs.get(&run).await.unwrap();
    let asked = desk.runs.question(&run).await.unwrap().unwrap();
    assert_eq!(details.question, Some(asked.question));
    let no = ApprovalDecision::deny().by("noor");
    desk.runs.decide(&"order-7/pay/1/1".parse().unwrap(), no.clone()).await.unwrap();
    let details = desk.runs.get(&run).await.unwrap();
    assert_eq!((details.question, details.answer), (None, Some(Answer::Decided(no))));
}

async fn as_json_it_is_one_object(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    let details = desk.runs.get(&run).await.unwrap();
    let json = serde_json::to_value(&details).unwrap();
    for (pointer, expected) in [
        ("/run", "order-7"),
        ("/status", "paused"),
        ("/question/asks", "approval"),
        ("/question/gate", "order-7/pay/1/1"),
        ("/visits/0/result/output", "found"),
        ("/log/0/kind", "created"),
        ("/record/steps/1/status", "paused"),
    ] {
        assert_eq!(json.pointer(pointer).and_then(|value| value.as_str()), Some(expected), "{pointer}");
    }
    assert_eq!((&json["timeline"][0]["log"], &json["timeline"][1]["visit"]), (&1.into(), &1.into()));
    assert_eq!((&json["damage"], &json["initial_state"]["checks"]), (&().into(), &0.into()));
}
