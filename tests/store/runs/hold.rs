use stepflow::ApprovalDecision;
use stepflow_store::{Hold, RunStatus, RunsError};

use super::desk::{Desk, Until};
use super::on_every_store;
use super::workflows::{Post, Refund, mended, order};

on_every_store![
    a_run_that_crashed_is_released,
    a_run_of_another_definition_is_not_released_but_adopted,
    a_body_that_must_not_run_twice_is_not_adopted,
    what_is_not_held_is_refused,
];

async fn a_run_that_crashed_is_released(desk: Desk) {
    let run = "order-7".parse().unwrap();
    desk.add::<Refund>(&run, &order(7)).await;
    let worker = desk.worker().await;
    let workflows = vec!["Refund".to_owned()];
    let request = stepflow_store::ClaimRequest { worker: worker.clone(), workflows, limit: 1 };
    desk.store.claim(&request).await.unwrap();
    desk.hold(&desk.load(&run).await, &Hold::Crashed { claims: 1 }).await;
    let held = desk.runs.get(&run).await.unwrap();
    assert_eq!((held.status, held.hold), (RunStatus::Held, Some(Hold::Crashed { claims: 1 })));

    desk.runs.release(&run, "noor").await.unwrap();
    let found = desk.load(&run).await;
    assert_eq!((found.status, found.hold, found.claims), (RunStatus::Ready, None, 0));
    assert_eq!(desk.log(&run).await, ["created", "held", "resumed"]);
    let log = desk.runs.get(&run).await.unwrap().log;
    assert_eq!(
        log[1].to_string(),
        "held: 1 processes in a row went down, or were stopped, while they carried it out"
    );
    assert_eq!(log[2].to_string(), "held no longer by noor");
    desk.work(Refund::new, Until::Idle).await;
    assert_eq!(desk.status(&run).await, RunStatus::Paused);
}

async fn a_run_of_another_definition_is_not_released_but_adopted(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    let yes = ApprovalDecision::approve().by("noor");
    desk.runs.decide(&"order-7/pay/1/1".parse().unwrap(), yes.clone()).await.unwrap();
    desk.work(mended::Refund::new, Until::Idle).await;
    assert_eq!(desk.status(&run).await, RunStatus::Held);

    let before = desk.all(&run).await;
    let error = desk.runs.release(&run, "noor").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "run `order-7` waits for a program with its own definition, or for somebody to say that it goes on by \
         today's: its definition has changed: everything has changed"
    );
    assert_eq!(desk.all(&run).await, before);

    // What was decided was decided for the step as it was then.
    desk.runs.adopt(&run, "noor").await.unwrap();
    desk.work(mended::Refund::new, Until::Idle).await;
    let details = desk.runs.get(&run).await.unwrap();
    assert_eq!((details.status, &details.state["paid"]), (RunStatus::Paused, &false.into()));
    assert_eq!(details.log.last().unwrap().to_string(), "goes on by the definition of the day by noor");
    desk.runs.decide(&"order-7/pay/1/2".parse().unwrap(), yes).await.unwrap();
    desk.work(mended::Refund::new, Until::Idle).await;
    assert_eq!(desk.status(&run).await, RunStatus::Succeeded);
}

async fn a_body_that_must_not_run_twice_is_not_adopted(desk: Desk) {
    let run = "post-1".parse().unwrap();
    desk.add::<Post>(&run, &0).await;
    desk.work(Post::new, Until::Begun).await;
    let differences = vec!["step `post` was removed".to_owned()];
    desk.hold(&desk.load(&run).await, &Hold::DefinitionChanged { differences }).await;
    let before = desk.all(&run).await;
    let error = desk.runs.adopt(&run, "noor").await.unwrap_err();
    assert!(matches!(&error, RunsError::BrokenOff { step, .. } if step == "post"), "{error}");
    assert_eq!(desk.all(&run).await, before);
}

async fn what_is_not_held_is_refused(desk: Desk) {
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    let before = desk.all(&run).await;
    for outcome in [desk.runs.release(&run, "noor").await, desk.runs.adopt(&run, "noor").await] {
        assert_eq!(outcome.unwrap_err().to_string(), "run `order-7` is not held: it is paused");
    }
    for outcome in [desk.runs.release(&run, "").await, desk.runs.adopt(&run, "").await] {
        assert!(matches!(outcome, Err(RunsError::Nameless)));
    }
    assert_eq!(desk.all(&run).await, before);
}
