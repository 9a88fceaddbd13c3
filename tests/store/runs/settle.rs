use stepflow::{RunId, Settlement, StepStatus};
use stepflow_store::{Question, RunStatus, RunsError};

use super::desk::{Desk, Until};
use super::on_every_store;
use super::workflows::{Post, Refund, Transfer, order};

on_every_store![
    what_happened_is_not_done_again,
    what_did_not_happen_is_done_under_the_same_key,
    a_routed_step_needs_its_route,
    there_has_to_be_something_to_settle,
    the_second_is_told_who_was_first,
];

/// A run whose process died in the body of `send`.
async fn broken_off(desk: &Desk) -> RunId {
    let run = "transfer-1".parse().unwrap();
    desk.add::<Transfer>(&run, &vec![]).await;
    desk.work(Transfer::new, Until::Begun).await;
    desk.work(Transfer::new, Until::Idle).await;
    assert_eq!(desk.status(&run).await, RunStatus::Unsettled);
    run
}

async fn what_happened_is_not_done_again(desk: Desk) {
    let run = broken_off(&desk).await;
    let waiting = desk.runs.question(&run).await.unwrap().unwrap();
    let Question::Settlement { routes, .. } = waiting.question else { panic!("it is not settled") };
    assert_eq!(
        (waiting.step.as_str(), &routes[..]),
        ("send", &["sent".to_owned(), "refused".to_owned()][..])
    );

    desk.runs.settle(&run, Settlement::happened_by("sent", "PAY-1047"), "noor").await.unwrap();
    desk.work(Transfer::new, Until::Idle).await;
    let details = desk.runs.get(&run).await.unwrap();
    assert_eq!((details.status, details.state), (RunStatus::Succeeded, serde_json::json!(["booked"])));
    let record = details.record.unwrap();
    let send = record.step("send").unwrap();
    assert_eq!((send.status(), send.route_key()), (StepStatus::Succeeded, Some("sent")));
    assert_eq!(send.output().unwrap().to_json().unwrap(), "PAY-1047");
    let sentences: Vec<String> = details.log.iter().map(ToString::to_string).collect();
    assert_eq!(
        sentences,
        [
            "added",
            "broken off inside `send`: nobody knows whether it did its work",
            "noor settled `send`: it did happen, and led to `sent`",
        ]
    );
}

async fn what_did_not_happen_is_done_under_the_same_key(desk: Desk) {
    let run = broken_off(&desk).await;
    desk.runs.settle(&run, Settlement::DidNotHappen, "noor").await.unwrap();
    desk.work(Transfer::new, Until::Idle).await;
    let state = desk.runs.get(&run).await.unwrap().state;
    assert_eq!(state, serde_json::json!(["transfer-1/send/1", "booked"]));
}

async fn a_routed_step_needs_its_route(desk: Desk) {
    let run = broken_off(&desk).await;
    let before = desk.all(&run).await;
    for (settlement, text) in [
        (
            Settlement::happened(),
            "run `transfer-1`: step `send` has routes, so say which it took: sent, refused",
        ),
        (
            Settlement::happened_by("lost", ()),
            "run `transfer-1`: step `send` has no route `lost`, only sent, refused",
        ),
    ] {
        let error = desk.runs.settle(&run, settlement, "noor").await.unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), ("refused", text));
    }
    let error = desk.runs.settle(&run, Settlement::happened_by("sent", ()), " ").await.unwrap_err();
    assert!(matches!(error, RunsError::Nameless));
    assert_eq!(desk.all(&run).await, before);

    desk.runs.settle(&run, Settlement::happened_by("refused", ()), "noor").await.unwrap();
    desk.work(Transfer::new, Until::Idle).await;
    let details = desk.runs.get(&run).await.unwrap();
    assert_eq!((details.status, details.state), (RunStatus::Succeeded, serde_json::json!([])));
}

async fn there_has_to_be_something_to_settle(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    let before = desk.all(&run).await;
    let error = desk.runs.settle(&run, Settlement::happened(), "noor").await.unwrap_err();
    assert_eq!(error.to_string(), "run `order-7` has nothing to settle: it is paused");
    assert_eq!(desk.all(&run).await, before);
    let error =
        desk.runs.settle(&"order-1".parse().unwrap(), Settlement::happened(), "noor").await.unwrap_err();
    assert!(error.is_unknown_run());
}

async fn the_second_is_told_who_was_first(desk: Desk) {
    let run = "post-1".parse().unwrap();
    desk.add::<Post>(&run, &0).await;
    desk.work(Post::new, Until::Begun).await;
    desk.work(Post::new, Until::Idle).await;
    desk.runs.settle(&run, Settlement::DidNotHappen, "noor").await.unwrap();
    for _ in 0..2 {
        let before = desk.all(&run).await;
        let error = desk.runs.settle(&run, Settlement::happened(), "ana").await.unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("noor has settled `post` of run `post-1` already, on 20"), "{text}");
        assert!(text.ends_with(": it did not happen"), "{text}");
        assert_eq!(desk.all(&run).await, before);
        desk.work(Post::new, Until::Idle).await;
    }
    assert_eq!(desk.load(&run).await.state, "1");
}
