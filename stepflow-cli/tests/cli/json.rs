//! What programs get.

use expect_test::{Expect, expect};
use serde_json::Value;

use crate::steady;
use crate::world::{World, refund};

crate::on_every_store![every_command_speaks_json];

#[track_caller]
fn check(world: &World, args: &[&str], expected: Expect) {
    let args: Vec<&str> = [&["--json"], args].concat();
    let answer = world.tool.run(&args);
    let json: Value = serde_json::from_str(&answer.stdout).unwrap();
    expected.assert_eq(&steady::json(json));
}

async fn every_command_speaks_json(world: World) {
    let program = world.program().await;
    refund(&program, "order-0", 0).await;
    refund(&program, "order-7", 7).await;
    drop(program);

    check(
        &world,
        &["runs"],
        expect![[r#"
        {
          "next": null,
          "runs": [
            {
              "created_at": "…",
              "due": null,
              "finished_at": null,
              "hold": null,
              "run": "order-7",
              "running": false,
              "status": "paused",
              "step": "pay",
              "updated_at": "…",
              "workflow": "Refund"
            },
            {
              "created_at": "…",
              "due": null,
              "finished_at": "…",
              "hold": null,
              "run": "order-0",
              "running": false,
              "status": "failed",
              "step": null,
              "updated_at": "…",
              "workflow": "Refund"
            }
          ]
        }
    "#]],
    );
    check(
        &world,
        &["pending"],
        expect![[r#"
        {
          "damaged": [],
          "next": null,
          "waiting": [
            {
              "asks": "approval",
              "gate": "order-7/pay/1/1",
              "message": "Pay this refund?",
              "metadata": {
                "team": "billing"
              },
              "run": "order-7",
              "since": "…",
              "state": {
                "amount": 7,
                "paid": false
              },
              "step": "pay",
              "waiting_seconds": "…",
              "workflow": "Refund"
            }
          ]
        }
    "#]],
    );
    check(
        &world,
        &["show", "order-7"],
        expect![[r#"
        {
          "answer": null,
          "attempt": null,
          "cancel": null,
          "claims": 0,
          "created_at": "…",
          "damage": null,
          "due": null,
          "fingerprint": "ce648c00cce5b888",
          "finished_at": null,
          "hold": null,
          "initial_state": {
            "amount": 7,
            "paid": false
          },
          "log": [
            {
              "at": "…",
              "by": null,
              "data": {},
              "gate": null,
              "kind": "created",
              "number": 1
            }
          ],
          "question": {
            "asks": "approval",
            "gate": "order-7/pay/1/1",
            "message": "Pay this refund?",
            "metadata": {
              "team": "billing"
            }
          },
          "record": {
            "finished_at": "…",
            "pause": {
              "created_at": "…",
              "fingerprint": "ce648c00cce5b888",
              "message": "Pay this refund?",
              "metadata": {
                "team": "billing"
              },
              "outline": {
                "steps": [
                  {
                    "gated": false,
                    "name": "check",
                    "next": null,
                    "on_deny": null,
                    "routes": []
                  },
                  {
                    "gated": true,
                    "name": "pay",
                    "next": null,
                    "on_deny": null,
                    "routes": []
                  }
                ],
                "version": 0,
                "workflow_name": "Refund"
              },
              "step_index": 1,
              "step_name": "pay"
            },
            "run_id": "order-7",
            "started_at": "…",
            "status": "paused",
            "steps": [
              {
                "attempts": 1,
                "finished_at": "…",
                "name": "check",
                "output": "found",
                "sequence": 1,
                "started_at": "…",
                "status": "succeeded"
              },
              {
                "approval_required": true,
                "attempts": 0,
                "finished_at": "…",
                "name": "pay",
                "sequence": 2,
                "started_at": "…",
                "status": "paused"
              }
            ],
            "workflow_name": "Refund"
          },
          "run": "order-7",
          "state": {
            "amount": 7,
            "paid": false
          },
          "status": "paused",
          "step": "pay",
          "timeline": [
            {
              "at": "…",
              "log": 1
            },
            {
              "at": "…",
              "visit": 1
            },
            {
              "at": "…",
              "visit": 2
            }
          ],
          "updated_at": "…",
          "version": 3,
          "visits": [
            {
              "result": {
                "attempts": 1,
                "finished_at": "…",
                "name": "check",
                "output": "found",
                "sequence": 1,
                "started_at": "…",
                "status": "succeeded"
              },
              "saved_at": "…",
              "sequence": 1,
              "state": {
                "amount": 7,
                "paid": false
              },
              "step": "check",
              "visit": 1
            },
            {
              "result": {
                "approval_required": true,
                "attempts": 0,
                "finished_at": "…",
                "name": "pay",
                "sequence": 2,
                "started_at": "…",
                "status": "paused"
              },
              "saved_at": "…",
              "sequence": 2,
              "state": {
                "amount": 7,
                "paid": false
              },
              "step": "pay",
              "visit": 1
            }
          ],
          "worker": null,
          "workflow": "Refund"
        }
    "#]],
    );
    check(
        &world,
        &["show", "order-7", "--visit", "1"],
        expect![[r#"
        {
          "result": {
            "attempts": 1,
            "finished_at": "…",
            "name": "check",
            "output": "found",
            "sequence": 1,
            "started_at": "…",
            "status": "succeeded"
          },
          "saved_at": "…",
          "sequence": 1,
          "state": {
            "amount": 7,
            "paid": false
          },
          "state_before": {
            "amount": 7,
            "paid": false
          },
          "step": "check",
          "visit": 1
        }
    "#]],
    );
    check(
        &world,
        &["graph", "order-7"],
        expect![[r#"
        {
          "edges": [
            {
              "kind": "linear",
              "route_key": null,
              "source": "step_0",
              "target": "step_1"
            }
          ],
          "nodes": [
            {
              "description": null,
              "id": "step_0",
              "kind": "step",
              "label": "check",
              "requires_approval": false
            },
            {
              "description": null,
              "id": "step_1",
              "kind": "step",
              "label": "pay",
              "requires_approval": true
            }
          ]
        }
    "#]],
    );
    check(
        &world,
        &["fork", "order-7", "check", "copy", "--by", "noor"],
        expect![[r#"
        {
          "done": "forked",
          "of": "order-7",
          "run": "copy",
          "step": "check"
        }
    "#]],
    );
    check(
        &world,
        &["approve", "order-7", "--by", "noor", "--reason", "a regular"],
        expect![[r#"
        {
          "done": "approved",
          "gate": "order-7/pay/1/1",
          "run": "order-7"
        }
    "#]],
    );
    check(
        &world,
        &["deny", "order-7/pay/1/1", "--by", "ana"],
        expect![[r#"
        {
          "at": "…",
          "by": "noor",
          "decision": {
            "approved": true,
            "decided_by": "noor",
            "reason": "a regular"
          },
          "error": "already_decided",
          "gate": "order-7/pay/1/1",
          "message": "noor has approved `pay` of run `order-7` already, on …: a regular"
        }
    "#]],
    );
    check(
        &world,
        &["deny", "order-7", "--by", "ana"],
        expect![[r#"
        {
          "details": {
            "decided": {
              "at": "…",
              "by": "noor",
              "data": {
                "approved": true,
                "decided_by": "noor",
                "reason": "a regular"
              },
              "gate": "order-7/pay/1/1",
              "kind": "decided",
              "number": 2
            },
            "run": "order-7",
            "status": "ready"
          },
          "error": "not_asked",
          "message": "run `order-7` asks nothing: it is ready"
        }
    "#]],
    );
    check(
        &world,
        &["retry", "order-0", "--by", "noor"],
        expect![[r#"
        {
          "done": "retried",
          "run": "order-0"
        }
    "#]],
    );
    check(
        &world,
        &["cancel", "copy", "--by", "noor"],
        expect![[r#"
        {
          "done": "cancelled",
          "run": "copy"
        }
    "#]],
    );
    check(
        &world,
        &["cancel", "copy", "--by", "noor"],
        expect![[r#"
        {
          "error": "finished",
          "message": "run `copy` is over: it is cancelled",
          "run": "copy",
          "status": "cancelled"
        }
    "#]],
    );
    check(
        &world,
        &["delete", "copy"],
        expect![[r#"
        {
          "done": "deleted",
          "run": "copy"
        }
    "#]],
    );
    check(
        &world,
        &["show", "copy"],
        expect![[r#"
        {
          "error": "unknown_run",
          "message": "there is no run `copy`",
          "run": "copy"
        }
    "#]],
    );
    check(
        &world,
        &["settle", "order-7", "happened", "--by", "noor"],
        expect![[r#"
        {
          "error": "not_unsettled",
          "message": "run `order-7` has nothing to settle: it is ready",
          "run": "order-7",
          "status": "ready"
        }
    "#]],
    );
    check(
        &world,
        &["release", "order-7", "--by", "noor"],
        expect![[r#"
        {
          "error": "not_held",
          "message": "run `order-7` is not held: it is ready",
          "run": "order-7",
          "status": "ready"
        }
    "#]],
    );
    check(
        &world,
        &["sweep", "--older-than", "1d"],
        expect![[r#"
        {
          "count": 0,
          "done": "swept"
        }
    "#]],
    );
}
