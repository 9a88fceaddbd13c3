use std::sync::Arc;

use stepflow::{ApprovalDecision, GateId, Settlement};
use stepflow_store::{RunStatus, RunsError};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::desk::{Desk, Until};
use super::on_every_store;
use super::workflows::{Post, Refund, order};

on_every_store![
    of_many_who_decide_at_once_one_does_and_the_others_hear_of_it,
    of_many_who_settle_at_once_one_does,
    of_many_who_retry_at_once_one_does,
    a_decision_and_a_cancellation_do_not_both_win,
    of_many_who_fork_to_one_id_one_does,
];

const PEOPLE: usize = 24;

/// What came of the same thing done by many people at the same time, each with their number.
async fn at_once<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    act: impl Fn(usize) -> F,
) -> Vec<T> {
    let barrier = Arc::new(Barrier::new(PEOPLE));
    let mut people = JoinSet::new();
    for number in 0..PEOPLE {
        let (barrier, acting) = (barrier.clone(), act(number));
        people.spawn(async move {
            barrier.wait().await;
            acting.await
        });
    }
    people.join_all().await
}

async fn of_many_who_decide_at_once_one_does_and_the_others_hear_of_it(desk: Desk) {
    for round in 0..8 {
        let run = desk.begin(&format!("order-{round}"), Refund::new, order(7)).await;
        let gate: GateId = format!("{run}/pay/1/1").parse().unwrap();
        let outcomes = at_once(|number| {
            let (runs, gate) = (desk.runs.clone(), gate.clone());
            let decision = ApprovalDecision::from(number % 2 == 0).by(format!("person {number}"));
            async move { (decision.clone(), runs.decide(&gate, decision).await) }
        })
        .await;

        let mut winners = outcomes.iter().filter(|(_, outcome)| outcome.is_ok());
        let (winner, _) = winners.next().expect("somebody has won");
        assert!(winners.next().is_none(), "only one has");
        for (_, outcome) in outcomes.iter().filter(|(_, outcome)| outcome.is_err()) {
            let Err(RunsError::AlreadyDecided(first)) = outcome else { panic!("{outcome:?}") };
            assert_eq!((&first.decision, Some(&first.by)), (winner, winner.decided_by.as_ref()));
        }
        desk.work(Refund::new, Until::Idle).await;
        let details = desk.runs.get(&run).await.unwrap();
        assert_eq!(details.state["paid"], winner.approved);
        assert_eq!(details.log.iter().filter(|entry| entry.kind == "decided").count(), 1);
    }
}

async fn of_many_who_settle_at_once_one_does(desk: Desk) {
    let run = "post-1".parse().unwrap();
    desk.add::<Post>(&run, &0).await;
    desk.work(Post::new, Until::Begun).await;
    desk.work(Post::new, Until::Idle).await;
    assert_eq!(desk.status(&run).await, RunStatus::Unsettled);

    let outcomes = at_once(|number| {
        let (runs, run) = (desk.runs.clone(), run.clone());
        async move { runs.settle(&run, Settlement::happened_with(number), &format!("person {number}")).await }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let winner = outcomes.iter().find_map(|outcome| match outcome {
        Err(RunsError::AlreadySettled(first)) => Some(first.by.clone()),
        _ => None,
    });
    for outcome in outcomes.into_iter().filter(Result::is_err) {
        let Err(RunsError::AlreadySettled(first)) = outcome else { panic!("{outcome:?}") };
        assert_eq!((Some(first.by), first.step.as_str()), (winner.clone(), "post"));
    }
    desk.work(Post::new, Until::Idle).await;
    assert_eq!(
        (desk.status(&run).await, desk.load(&run).await.state),
        (RunStatus::Succeeded, "0".to_owned())
    );
}

async fn of_many_who_retry_at_once_one_does(desk: Desk) {
    let run = desk.begin("order-0", Refund::new, order(0)).await;
    let outcomes = at_once(|number| {
        let (runs, run) = (desk.runs.clone(), run.clone());
        async move { runs.retry(&run, &format!("person {number}")).await }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for outcome in outcomes.into_iter().filter(Result::is_err) {
        assert!(matches!(outcome, Err(RunsError::NotFailed { status: RunStatus::Ready, .. })), "{outcome:?}");
    }
}

async fn a_decision_and_a_cancellation_do_not_both_win(desk: Desk) {
    for round in 0..8 {
        let run = desk.begin(&format!("order-{round}"), Refund::new, order(7)).await;
        let outcomes = at_once(|number| {
            let (runs, run) = (desk.runs.clone(), run.clone());
            async move {
                let by = format!("person {number}");
                if number % 2 == 0 {
                    let gate = format!("{run}/pay/1/1").parse().unwrap();
                    runs.decide(&gate, ApprovalDecision::approve().by(by)).await.map(|()| "decided")
                } else {
                    runs.cancel(&run, &by, None).await.map(|_| "cancelled")
                }
            }
        })
        .await;
        desk.work(Refund::new, Until::Idle).await;
        let done: Vec<_> = outcomes.iter().flatten().collect();
        // A run that was decided on may still be stopped, before it has gone on; one that is stopped asks nothing.
        let expected = [&["cancelled"][..], &["decided", "cancelled"], &["cancelled", "decided"]];
        assert!(expected.iter().any(|expected| done.iter().copied().eq(expected.iter())), "{done:?}");
        let details = desk.runs.get(&run).await.unwrap();
        assert_eq!((details.status, &details.state["paid"]), (RunStatus::Cancelled, &false.into()));
    }
}

async fn of_many_who_fork_to_one_id_one_does(desk: Desk) {
    let run = desk.begin("order-0", Refund::new, order(0)).await;
    let outcomes = at_once(|number| {
        let (runs, run) = (desk.runs.clone(), run.clone());
        async move { runs.fork(&run, "check", &"copy".parse().unwrap(), &format!("person {number}")).await }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for outcome in outcomes.into_iter().filter(Result::is_err) {
        assert!(matches!(outcome, Err(RunsError::Exists { .. })), "{outcome:?}");
    }
}
