use stepflow::ApprovalDecision;
use stepflow_store::{Change, PendingQuery, Question};

use super::desk::{Desk, Until};
use super::on_every_store;
use super::workflows::{Post, Refund, Rounds, order};

on_every_store![
    who_waits_for_what,
    the_list_comes_in_pages_and_by_workflow,
    what_was_answered_waits_no_more,
    what_is_damaged_does_not_hide_the_others,
    as_json_it_has_all_that_a_page_shows,
];

async fn who_waits_for_what(desk: Desk) {
    let post = "post-1".parse().unwrap();
    desk.add::<Post>(&post, &0).await;
    desk.work(Post::new, Until::Begun).await;
    desk.work(Post::new, Until::Idle).await;
    let refund = desk.begin("order-7", Refund::new, order(7)).await;
    desk.begin("order-0", Refund::new, order(0)).await;

    let page = desk.runs.pending(&PendingQuery::default()).await.unwrap();
    let [first, second] = &page.waiting[..] else { panic!("{page:?}") };
    assert_eq!((&first.run, first.workflow.as_str(), first.step.as_str()), (&refund, "Refund", "pay"));
    let Question::Approval { gate, message, metadata } = &first.question else { panic!("{first:?}") };
    assert_eq!(gate.to_string(), "order-7/pay/1/1");
    assert_eq!((message.as_deref(), &metadata["team"]), (Some("Pay this refund?"), &"billing".into()));
    assert_eq!((&first.state["amount"], &first.state["checks"]), (&7.into(), &1.into()));
    assert!(first.since <= desk.store.now().await.unwrap());

    assert_eq!((&second.run, second.step.as_str()), (&post, "post"));
    let Question::Settlement { begun, routes } = &second.question else { panic!("{second:?}") };
    assert!(routes.is_empty() && *begun <= second.since);
    assert!(page.damaged.is_empty() && page.next.is_none());
}

async fn the_list_comes_in_pages_and_by_workflow(desk: Desk) {
    for number in 1..=3 {
        desk.begin(&format!("order-{number}"), Refund::new, order(number)).await;
    }
    desk.begin("poll", Rounds::new, 0).await;
    let workflow = Some("Refund".to_owned());
    let query = PendingQuery { workflow, limit: 2, ..PendingQuery::default() };
    let page = desk.runs.pending(&query).await.unwrap();
    let names = |waiting: &[stepflow_store::Pending]| -> Vec<String> {
        waiting.iter().map(|waiting| waiting.run.to_string()).collect()
    };
    assert_eq!(names(&page.waiting), ["order-3", "order-2"]);
    let page = desk.runs.pending(&PendingQuery { after: page.next, ..query }).await.unwrap();
    assert_eq!(names(&page.waiting), ["order-1"]);
    assert!(page.next.is_none());
}

async fn what_was_answered_waits_no_more(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    let yes = ApprovalDecision::approve().by("noor");
    desk.runs.decide(&"order-7/pay/1/1".parse().unwrap(), yes).await.unwrap();
    assert!(desk.runs.pending(&PendingQuery::default()).await.unwrap().waiting.is_empty());
    assert!(desk.runs.question(&run).await.unwrap().is_none());
    assert!(desk.runs.question(&"order-1".parse().unwrap()).await.unwrap_err().is_unknown_run());
}

async fn what_is_damaged_does_not_hide_the_others(desk: Desk) {
    let damaged = desk.begin("order-1", Refund::new, order(1)).await;
    let change = Change { head: Some(r#"{"position":"nowhere"}"#.into()), ..Change::default() };
    assert!(desk.store.amend(&damaged, desk.load(&damaged).await.version, &change).await.unwrap());
    let sound = desk.begin("order-2", Refund::new, order(2)).await;

    let page = desk.runs.pending(&PendingQuery::default()).await.unwrap();
    assert_eq!(page.waiting.iter().map(|waiting| &waiting.run).collect::<Vec<_>>(), [&sound]);
    let [run] = &page.damaged[..] else { panic!("{page:?}") };
    assert_eq!((&run.run, run.why.as_str()), (&damaged, "the head of the saved run cannot be read"));
    let yes = ApprovalDecision::approve().by("noor");
    let error = desk.runs.decide(&"order-1/pay/1/1".parse().unwrap(), yes).await.unwrap_err();
    assert_eq!(error.kind(), "damaged");
}

async fn as_json_it_has_all_that_a_page_shows(desk: Desk) {
    desk.begin("order-7", Refund::new, order(7)).await;
    let page = desk.runs.pending(&PendingQuery::default()).await.unwrap();
    let mut json = serde_json::to_value(&page).unwrap();
    let waiting = &mut json["waiting"][0];
    assert!(waiting["waiting_seconds"].take().as_f64().is_some_and(|seconds| seconds >= 0.0));
    assert!(waiting["since"].take().as_str().is_some_and(|since| since.ends_with('Z')));
    let expected = serde_json::json!({
        "waiting": [{
            "run": "order-7",
            "workflow": "Refund",
            "step": "pay",
            "asks": "approval",
            "gate": "order-7/pay/1/1",
            "message": "Pay this refund?",
            "metadata": { "team": "billing" },
            "since": null,
            "waiting_seconds": null,
            "state": { "amount": 7, "checks": 1, "paid": false, "sorry": false },
        }],
        "damaged": [],
        "next": null,
    });
    assert_eq!(json, expected);
}
