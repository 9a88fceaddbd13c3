use std::time::Duration;

use stepflow_store::{Change, ClaimRequest, Hold, RunQuery, RunStatus, RunsError};

use super::desk::{Desk, Until};
use super::on_every_store;
use super::workflows::{Refund, order};

on_every_store![
    what_is_over_is_deleted,
    what_is_not_over_has_to_be_cancelled_first,
    what_is_damaged_can_be_deleted,
    a_sweep_takes_what_has_been_over_for_long_enough,
];

async fn what_is_over_is_deleted(desk: Desk) {
    let run = desk.begin("order-0", Refund::new, order(0)).await;
    desk.runs.delete(&run).await.unwrap();
    assert!(desk.runs.get(&run).await.unwrap_err().is_unknown_run());
    assert!(desk.runs.delete(&run).await.unwrap_err().is_unknown_run());
    assert!(desk.store.visits(&run).await.unwrap().is_empty());
    assert!(desk.store.events(&run).await.unwrap().is_empty());
    // The id is free again.
    let run = desk.begin("order-0", Refund::new, order(7)).await;
    assert_eq!(desk.status(&run).await, RunStatus::Paused);
}

async fn what_is_not_over_has_to_be_cancelled_first(desk: Desk) {
    let paused = desk.begin("order-7", Refund::new, order(7)).await;
    let before = desk.all(&paused).await;
    let error = desk.runs.delete(&paused).await.unwrap_err();
    assert_eq!(error.to_string(), "run `order-7` is not over: it is paused; cancel it first");
    assert_eq!(desk.all(&paused).await, before);

    let running = "order-8".parse().unwrap();
    desk.add::<Refund>(&running, &order(7)).await;
    let worker = desk.worker().await;
    let request = ClaimRequest { worker: worker.clone(), workflows: vec!["Refund".into()], limit: 1 };
    desk.store.claim(&request).await.unwrap();
    let error = desk.runs.delete(&running).await.unwrap_err();
    assert!(matches!(&error, RunsError::Running { worker: by, .. } if *by == worker), "{error}");

    desk.runs.cancel(&paused, "noor", None).await.unwrap();
    desk.runs.delete(&paused).await.unwrap();
}

async fn what_is_damaged_can_be_deleted(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    let change = Change { head: Some(r#"{"position":"nowhere"}"#.into()), ..Change::default() };
    assert!(desk.store.amend(&run, desk.load(&run).await.version, &change).await.unwrap());
    desk.hold(&desk.load(&run).await, &Hold::Damaged { what: "its head".into() }).await;

    let details = desk.runs.get(&run).await.unwrap();
    assert_eq!(details.record.unwrap_err().to_string(), "the head of the saved run cannot be read");
    assert_eq!((details.visits.len(), &details.state["checks"]), (2, &1.into()));
    let error = desk.runs.cancel(&run, "noor", None).await.unwrap_err();
    assert_eq!(error.to_string(), "what is kept of run `order-7` is damaged");
    desk.runs.delete(&run).await.unwrap();
}

async fn a_sweep_takes_what_has_been_over_for_long_enough(desk: Desk) {
    for number in 0..3 {
        desk.begin(&format!("over-{number}"), Refund::new, order(0)).await;
    }
    let paused = desk.begin("order-7", Refund::new, order(7)).await;
    assert_eq!(desk.runs.sweep(Duration::from_secs(3600)).await.unwrap(), 0);
    assert_eq!(desk.runs.sweep(Duration::ZERO).await.unwrap(), 3);
    let left = desk.runs.list(&RunQuery::default()).await.unwrap().runs;
    assert_eq!(left.iter().map(|left| &left.run).collect::<Vec<_>>(), [&paused]);
    desk.work(Refund::new, Until::Idle).await;
}
