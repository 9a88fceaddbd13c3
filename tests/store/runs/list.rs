use stepflow::ApprovalDecision;
use stepflow_store::{Hold, RunQuery, RunStatus};

use super::desk::Desk;
use super::on_every_store;
use super::workflows::{Refund, Rounds, order};

on_every_store![
    runs_are_found_by_workflow_and_status,
    a_list_comes_in_pages,
    why_a_run_is_held_is_in_the_list
];

async fn runs_are_found_by_workflow_and_status(desk: Desk) {
    desk.begin("poll", Rounds::new, 0).await;
    desk.begin("order-0", Refund::new, order(0)).await;
    desk.begin("order-7", Refund::new, order(7)).await;
    desk.begin("order-8", Refund::new, order(8)).await;
    let yes = ApprovalDecision::approve().by("noor");
    desk.runs.decide(&"order-8/pay/1/1".parse().unwrap(), yes).await.unwrap();

    for (workflow, statuses, expected) in [
        (None, vec![], "order-8 order-7 order-0 poll"),
        (Some("Refund"), vec![], "order-8 order-7 order-0"),
        (None, vec![RunStatus::Paused], "order-7 poll"),
        (Some("Refund"), vec![RunStatus::Paused, RunStatus::Failed], "order-7 order-0"),
        (Some("refund"), vec![], ""),
        (None, vec![RunStatus::Held], ""),
    ] {
        let query = RunQuery { workflow: workflow.map(str::to_owned), statuses, ..RunQuery::default() };
        let page = desk.runs.list(&query).await.unwrap();
        let found: Vec<String> = page.runs.iter().map(|run| run.run.to_string()).collect();
        assert_eq!(found.join(" "), expected, "{query:?}");
    }
    let page = desk.runs.list(&RunQuery { limit: 1, ..RunQuery::default() }).await.unwrap();
    let newest = serde_json::to_value(&page.runs[0]).unwrap();
    assert_eq!(
        (&newest["run"], &newest["status"], &newest["step"]),
        (&"order-8".into(), &"ready".into(), &"pay".into())
    );
}

async fn a_list_comes_in_pages(desk: Desk) {
    for number in 0..5 {
        desk.begin(&format!("order-{number}"), Refund::new, order(number)).await;
    }
    let mut query = RunQuery { limit: 2, ..RunQuery::default() };
    let mut pages = vec![];
    loop {
        let page = desk.runs.list(&query).await.unwrap();
        pages.push(page.runs.iter().map(|run| run.run.to_string()).collect::<Vec<_>>().join(" "));
        let Some(next) = page.next else { break };
        query.after = Some(next.to_string().parse().unwrap());
    }
    assert_eq!(pages, ["order-4 order-3", "order-2 order-1", "order-0"]);
}

async fn why_a_run_is_held_is_in_the_list(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    let hold = Hold::StateChanged { place: "amount".into(), what: "it is no number".into() };
    desk.hold(&desk.load(&run).await, &hold).await;
    let page = desk.runs.list(&RunQuery::default()).await.unwrap();
    assert_eq!((page.runs[0].status, page.runs[0].hold.as_ref()), (RunStatus::Held, Some(&hold)));
    let json = serde_json::to_value(&page).unwrap();
    assert_eq!((&json["runs"][0]["hold"]["why"], &json["next"]), (&"state_changed".into(), &().into()));
}
