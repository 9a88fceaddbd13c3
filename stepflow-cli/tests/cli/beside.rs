//! The tool beside a program that carries the runs out.

use serde_json::Value;
use stepflow_store::RunStatus;

use crate::world::{Order, Post, Refund, Sit, World, id, refund};

crate::on_every_store![
    what_is_approved_goes_on_in_the_program,
    what_is_denied_ends_there,
    a_run_that_is_being_carried_out_is_stopped,
    what_was_broken_off_is_settled,
    what_failed_is_tried_again_by_the_program_of_the_day,
    a_copy_goes_its_own_way,
    what_is_over_is_deleted_and_swept,
];

async fn what_is_approved_goes_on_in_the_program(world: World) {
    let program = world.program().await;
    let run = refund(&program, "order-7", 7).await;
    let pending = world.tool.json(&["pending"]);
    let gate = pending["waiting"][0]["gate"].as_str().unwrap();
    assert_eq!(gate, "order-7/pay/1/1");

    let done = world.tool.done(&["approve", gate, "--by", "noor", "--reason", "a regular"]);
    assert_eq!(done, "`pay` of run `order-7` is approved\n");
    let outcome = run.wait().await.unwrap();
    assert!(outcome.is_succeeded() && outcome.state::<Order>().unwrap().paid);
    let decision = outcome.record().step("pay").unwrap().approval_decision().unwrap();
    assert_eq!(
        (decision.decided_by.as_deref(), decision.reason.as_deref()),
        (Some("noor"), Some("a regular"))
    );
    assert_eq!(world.tool.done(&["pending"]), "nobody is waited for\n");
}

async fn what_is_denied_ends_there(world: World) {
    let program = world.program().await;
    let run = refund(&program, "order-7", 7).await;
    // In whose name is said by the environment, and the gate by the run.
    let output = world.tool.command(&["deny", "order-7"]).env("STEPFLOW_BY", "noor").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let outcome = run.wait().await.unwrap();
    assert_eq!((outcome.status(), outcome.state::<Order>().unwrap().paid), (RunStatus::Failed, false));
    let late = world.tool.run(&["approve", "order-7", "--by", "ana"]);
    assert_eq!(late.code, 1);
    assert!(
        late.stderr.starts_with("error: run `order-7` asks nothing: it is failed; noor denied `pay`, today ")
    );
}

async fn a_run_that_is_being_carried_out_is_stopped(world: World) {
    let program = world.program().await;
    let sitting = Sit { state: 0, begun: world.begun.clone() };
    let run = program.start(id("sit-1"), sitting).await.unwrap();
    world.begun.notified().await;
    let listed = world.tool.json(&["runs"]);
    assert_eq!(
        (&listed["runs"][0]["running"], &listed["runs"][0]["status"]),
        (&true.into(), &"ready".into())
    );
    assert!(world.tool.done(&["runs"]).contains("  running  "));
    assert!(world.tool.done(&["show", "sit-1"]).contains("running at `sit`, by "));
    let refused = world.tool.run(&["delete", "sit-1"]);
    assert!(
        refused.code == 1 && refused.stderr.contains("run `sit-1` is being carried out by"),
        "{refused:?}"
    );

    let done = world.tool.json(&["cancel", "sit-1", "--by", "noor", "--reason", "enough"]);
    assert_eq!(done, serde_json::json!({ "done": "wished", "run": "sit-1" }));
    assert_eq!(run.wait().await.unwrap().status(), RunStatus::Cancelled);
    let log = world.tool.json(&["show", "sit-1"])["log"].clone();
    let kinds: Vec<&str> =
        log.as_array().unwrap().iter().filter_map(|entry| entry["kind"].as_str()).collect();
    assert_eq!(kinds[..2], ["created", "cancel_wished"]);
}

async fn what_was_broken_off_is_settled(world: World) {
    let program = world.program().await;
    let posting = Post { state: 0, begun: world.begun.clone() };
    program.start(id("post-1"), posting).await.unwrap();
    world.begun.notified().await;
    drop(program);

    let program = world.mended_program().await;
    let run = program.run(id("post-1"));
    assert_eq!(run.wait().await.unwrap().status(), RunStatus::Unsettled);
    let asked = world.tool.json(&["pending"])["waiting"][0].clone();
    assert_eq!((&asked["asks"], &asked["step"]), (&"settlement".into(), &"post".into()));
    let approved = world.tool.run(&["approve", "post-1", "--by", "noor"]);
    assert!(approved.code == 1 && approved.stderr.contains("stepflow settle post-1 happened|did-not-happen"));

    let args = ["settle", "post-1", "happened", "--output", "1047", "--by", "noor"];
    assert_eq!(world.tool.done(&args), "run `post-1` is settled: it goes on behind the step\n");
    let outcome = run.wait().await.unwrap();
    assert_eq!((outcome.status(), outcome.state::<u32>().unwrap()), (RunStatus::Succeeded, 0));
    let late = world.tool.run(&["settle", "post-1", "did-not-happen", "--by", "ana"]);
    assert_eq!(late.code, 1);
    assert!(
        late.stderr.starts_with("error: noor has settled `post` of run `post-1` already, today "),
        "{late:?}"
    );
}

async fn what_failed_is_tried_again_by_the_program_of_the_day(world: World) {
    let program = world.program().await;
    let run = refund(&program, "order-0", 0).await;
    assert_eq!(run.wait().await.unwrap().status(), RunStatus::Failed);
    drop(program);
    let done = world.tool.done(&["retry", "order-0", "--by", "noor"]);
    assert_eq!(done, "run `order-0` is tried again, from the step that failed\n");
    let program = world.mended_program().await;
    assert_eq!(program.run(id("order-0")).wait().await.unwrap().status(), RunStatus::Paused);
}

async fn a_copy_goes_its_own_way(world: World) {
    let program = world.program().await;
    refund(&program, "order-7", 7).await;
    world.tool.done(&["fork", "order-7", "pay", "copy of 7/again", "--by", "noor"]);
    let copy = program.run(id("copy of 7/again"));
    assert_eq!(copy.wait().await.unwrap().gate().unwrap().to_string(), "copy%20of%207%2Fagain/pay/1/1");
    world.tool.done(&["approve", "copy of 7/again", "--by", "noor"]);
    assert!(copy.wait().await.unwrap().is_succeeded());
    assert_eq!(world.tool.json(&["show", "order-7"])["status"], "paused");

    // A name that could be a gate's is a run's where there is no such gate.
    program
        .start(id("a/b/1/1"), Refund { state: Order { amount: 1, paid: false }, mended: false })
        .await
        .unwrap();
    let odd = program.run(id("a/b/1/1"));
    odd.wait().await.unwrap();
    world.tool.done(&["approve", "a/b/1/1", "--by", "noor"]);
    assert!(odd.wait().await.unwrap().is_succeeded());
}

async fn what_is_over_is_deleted_and_swept(world: World) {
    let program = world.program().await;
    for run in ["order-0", "order-1", "order-2"] {
        refund(&program, run, 0).await;
    }
    refund(&program, "order-7", 7).await;
    assert_eq!(world.tool.done(&["delete", "order-0"]), "run `order-0` is deleted\n");
    assert_eq!(world.tool.done(&["sweep", "--older-than", "1h"]), "0 runs are deleted\n");
    assert_eq!(world.tool.done(&["sweep", "--older-than", "0s"]), "2 runs are deleted\n");
    let left = world.tool.json(&["runs"]);
    let left: Vec<&Value> = left["runs"].as_array().unwrap().iter().map(|run| &run["run"]).collect();
    assert_eq!(left, ["order-7"]);
}
