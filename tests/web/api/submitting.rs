//! A wizard is submitted once, whoever tries, and however often.

use std::sync::Arc;

use serde_json::json;
use stepflow_web::ApiOptions;
use stepflow_wizard::Receipt;
use tokio::sync::Semaphore;

use super::program::at;
use super::{Program, Taken, answered, parties, program, served};

#[tokio::test]
async fn s_07_the_same_key_again_is_the_same_answer() {
    let (program, taken) = program().await;
    let wizard = answered(&program).await;
    let first = program.complete(&wizard, "once").await;
    assert_eq!(first.status, 200, "{}", first.body);
    for key in ["once", "once", "after a restart"] {
        let again = program.complete(&wizard, &key.replace(' ', "-")).await;
        assert_eq!((again.status, again.body), (200, first.body.clone()));
    }
    assert_eq!(taken.times(), 1);
}

#[tokio::test]
async fn s_07_a_key_names_one_submission_and_no_other() {
    let (program, taken) = program().await;
    let (one, two) = (answered(&program).await, answered(&program).await);
    assert_eq!(program.complete(&one, "same").await.status, 200);
    let told = program.complete(&two, "same").await;
    assert_eq!(
        (told.status, &told.json["type"]),
        (422, &json!("urn:stepflow:problem:idempotency-key-reused"))
    );
    assert_eq!(taken.times(), 1);
    assert_eq!(program.complete(&two, "other").await.status, 200);
    assert_eq!(taken.times(), 2);
}

#[tokio::test]
async fn s_07_a_key_is_demanded() {
    let (program, taken) = program().await;
    let wizard = answered(&program).await;
    let path = format!("{}/complete", at(&wizard));
    let body = json!({ "submission": wizard["submission"] });
    let long = format!("\"{}\"", "x".repeat(256));
    for headers in [
        &[][..],
        &[("idempotency-key", "")],
        &[("idempotency-key", "\"open")],
        &[("idempotency-key", &long)],
        &[("idempotency-key", "a"), ("idempotency-key", "b")],
    ] {
        let told = program.ask("POST", &path, headers, Some(body.clone())).await;
        assert_eq!((told.status, &told.json["type"]), (400, &json!("urn:stepflow:problem:idempotency-key")));
    }
    assert_eq!(taken.times(), 0);
}

#[tokio::test]
async fn what_is_not_answered_to_its_end_is_not_submitted() {
    let (program, taken) = program().await;
    let mut wizard = program.begin("party").await;
    wizard["submission"] = "0".repeat(32).into();
    let told = program.complete(&wizard, "k").await;
    assert_eq!((told.status, &told.json["open"]), (409, &json!("kind")));
    assert_eq!(told.json["wizard"]["stage"]["name"], "kind");
    wizard["submission"] = "not one".into();
    assert_eq!(program.complete(&wizard, "l").await.status, 422);

    let wizard = answered(&program).await;
    let mut other = wizard.clone();
    other["submission"] = "0".repeat(32).into();
    let told = program.complete(&other, "m").await;
    assert_eq!((told.status, &told.json["type"]), (409, &json!("urn:stepflow:problem:stale")));
    assert_eq!(told.json["wizard"], wizard);
    assert_eq!(taken.times(), 0);
}

#[tokio::test]
async fn what_was_submitted_takes_no_more_answers_and_stays() {
    let (program, _) = program().await;
    let wizard = answered(&program).await;
    let receipt = program.complete(&wizard, "k").await.json;
    let told = program.advance(&wizard, json!({ "type": "restart" })).await;
    assert_eq!((told.status, &told.json["receipt"]), (409, &receipt));
    assert_eq!(program.get(&format!("{}/answers", at(&wizard))).await.status, 409);
    assert_eq!(program.delete(&at(&wizard)).await.status, 409);
    assert_eq!(program.get(&at(&wizard)).await.json["receipt"], receipt);
}

#[tokio::test]
async fn s_07_of_two_callers_at_once_one_is_told_to_wait() {
    let (parties, _) = parties();
    let (taken, entered, may_go_on) =
        (Taken::default(), Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (counting, inside, gate) = (taken.clone(), Arc::clone(&entered), Arc::clone(&may_go_on));
    let parties = parties.on_submit(move |_| {
        let number = counting.one_more();
        inside.add_permits(1);
        let gate = Arc::clone(&gate);
        async move {
            gate.acquire().await?.forget();
            Ok(Receipt::new(format!("TEA-{number}")))
        }
    });
    let program = Program::new(served(parties.build(), ApiOptions::new())).await;
    let wizard = answered(&program).await;
    let second = async {
        entered.acquire().await.unwrap().forget();
        let shown = program.get(&at(&wizard)).await.json;
        assert_eq!(shown["status"], "completing");
        let told = program.complete(&wizard, "second").await;
        let changed = program.advance(&wizard, json!({ "type": "restart" })).await;
        may_go_on.add_permits(1);
        (told, changed)
    };
    let (first, (second, changed)) = tokio::join!(program.complete(&wizard, "first"), second);
    assert_eq!((first.status, second.status, changed.status), (200, 409, 409));
    assert_eq!(second.json["type"], "urn:stepflow:problem:completing");
    assert_eq!(second.headers["retry-after"], "1");
    assert_eq!(program.complete(&wizard, "second").await.body, first.body);
    assert_eq!(taken.times(), 1);
}

#[tokio::test]
async fn s_07_who_hangs_up_has_submitted_all_the_same() {
    let (parties, _) = parties();
    let (entered, may_go_on) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (inside, gate) = (Arc::clone(&entered), Arc::clone(&may_go_on));
    let ended = Arc::new(Semaphore::new(0));
    let end = Arc::clone(&ended);
    let parties = parties.on_submit(move |_| {
        inside.add_permits(1);
        let (gate, end) = (Arc::clone(&gate), Arc::clone(&end));
        async move {
            gate.acquire().await?.forget();
            end.add_permits(1);
            Ok(Receipt::new("TEA"))
        }
    });
    let program = Program::new(served(parties.build(), ApiOptions::new())).await;
    let wizard = answered(&program).await;
    tokio::select! {
        biased;
        permit = entered.acquire() => permit.unwrap().forget(),
        _ = program.complete(&wizard, "k") => panic!("nobody let it through"),
    }
    may_go_on.add_permits(1);
    ended.acquire().await.unwrap().forget();
    while program.get(&at(&wizard)).await.json["status"] != "done" {
        tokio::task::yield_now().await;
    }
    assert_eq!(program.complete(&wizard, "k").await.json["reference"], "TEA");
}

#[tokio::test]
async fn u_25_a_submission_that_failed_can_be_sent_again() {
    let (parties, _) = parties();
    let taken = Taken::default();
    let counting = taken.clone();
    let parties = parties.on_submit(move |submission| {
        let number = counting.one_more();
        async move {
            if number == 1 {
                Err("the kettle of the secret kitchen is cold".into())
            } else {
                Ok(Receipt::new(submission.id.to_string()))
            }
        }
    });
    let program = Program::new(served(parties.build(), ApiOptions::new())).await;
    let wizard = answered(&program).await;
    let told = program.complete(&wizard, "k").await;
    assert_eq!((told.status, &told.json["type"]), (503, &json!("urn:stepflow:problem:submission-failed")));
    assert!(!told.body.contains("kettle") && told.headers.contains_key("retry-after"));
    assert_eq!(told.json["wizard"]["submission"], wizard["submission"]);
    let told = program.complete(&wizard, "k").await;
    assert_eq!((told.status, &told.json["reference"]), (200, &wizard["submission"]));
    assert_eq!(taken.times(), 2);
}

#[tokio::test]
async fn s_04_the_session_goes_on_under_another_id() {
    let (program, _) = program().await;
    let wizard = answered(&program).await;
    let before = program.client.cookies();
    program.complete(&wizard, "k").await;
    assert_ne!(program.client.cookies(), before);
    assert_eq!(program.get(&at(&wizard)).await.json["status"], "done");
}
