//! What people see.

use expect_test::{Expect, expect};
use stepflow_store::{Change, Hold, RunStatus};

use crate::steady;
use crate::world::{Post, World, id, refund};

crate::on_every_store![lists_and_runs_read_well];

#[track_caller]
fn check(world: &World, args: &[&str], expected: Expect) {
    expected.assert_eq(&steady::text(&world.tool.done(args)));
}

async fn lists_and_runs_read_well(world: World) {
    let program = world.program().await;
    let posting = Post { state: 0, begun: world.begun.clone() };
    program.start(id("post-1"), posting).await.unwrap();
    world.begun.notified().await;
    drop(program);
    let program = world.mended_program().await;
    program.run(id("post-1")).wait().await.unwrap();
    drop(program);
    let program = world.program().await;
    refund(&program, "order-0", 0).await;
    refund(&program, "order-7", 7).await;
    refund(&program, "order-8", 8).await;
    drop(program);
    let held = world.store.load(&id("order-8")).await.unwrap().unwrap();
    let differences =
        vec!["step `pay` was removed".to_owned(), "step `send` was added at place 2".to_owned()];
    let hold = serde_json::to_string(&Hold::DefinitionChanged { differences }).unwrap();
    let change = Change { status: Some(RunStatus::Held), hold: Some(Some(hold)), ..Change::default() };
    assert!(world.store.amend(&id("order-8"), held.version, &change).await.unwrap());

    check(
        &world,
        &["runs"],
        expect![[r#"
        RUN  WORKFLOW  STATUS  STEP  ADDED  CHANGED
        order-8  Refund  held  pay  …  …
        order-7  Refund  paused  pay  …  …
        order-0  Refund  failed  -  …  …
        post-1  Post  unsettled  post  …  …
    "#]],
    );
    check(
        &world,
        &["runs", "--workflow", "Rfund"],
        expect![[r#"
        there are no such runs
    "#]],
    );
    check(
        &world,
        &["pending"],
        expect![[r#"
        GATE OR RUN  WORKFLOW  WAITS  ASKS  STATE
        order-7/pay/1/1  Refund  …  Pay this refund? team="billing"  {"amount":7,"paid":false}
        post-1  Post  …  Did `post` do its work? (settle)  0
    "#]],
    );
    check(
        &world,
        &["show", "order-7"],
        expect![[r#"
        run  order-7
        workflow  Refund (version 0, ce648c00cce5b888)
        status  paused at `pay`
        asks  Pay this refund?
                  team: "billing"
                  stepflow approve order-7/pay/1/1 --by NAME
                  stepflow deny order-7/pay/1/1 --by NAME --reason TEXT
        added  …
        changed  …

        WHEN  VISIT  STEP  WHAT
        …  added
        …  1  check  succeeded in …: "found"
        …  2  pay  paused

        STATE
        {
          "amount": 7,
          "paid": false
        }
    "#]],
    );
    check(
        &world,
        &["show", "order-0"],
        expect![[r#"
        run  order-0
        workflow  Refund (version 0, ce648c00cce5b888)
        status  failed
                  `check` failed: there is no such order
                  stepflow retry order-0 --by NAME
        added  …
        finished  …

        WHEN  VISIT  STEP  WHAT
        …  added
        …  1  check  failed in …: there is no such order

        STATE
        {
          "amount": 0,
          "paid": false
        }
    "#]],
    );
    check(
        &world,
        &["show", "order-8"],
        expect![[r#"
        run  order-8
        workflow  Refund (version 0, ce648c00cce5b888)
        status  held at `pay`
                  its definition has changed:
                    step `pay` was removed
                    step `send` was added at place 2
                  stepflow release order-8 --adopt --by NAME
        added  …
        changed  …

        WHEN  VISIT  STEP  WHAT
        …  added
        …  1  check  succeeded in …: "found"
        …  2  pay  paused

        STATE
        {
          "amount": 8,
          "paid": false
        }
    "#]],
    );
    check(
        &world,
        &["show", "post-1"],
        expect![[r#"
        run  post-1
        workflow  Post (version 0, 5f07c6257d0124f8)
        status  unsettled at `post`
        asks  Did `post` do its work before it was broken off?
                  stepflow settle post-1 happened --by NAME
                  stepflow settle post-1 did-not-happen --by NAME
        added  …
        changed  …

        WHEN  VISIT  STEP  WHAT
        …  added
        …  1  post  broken off
        …  broken off inside `post`: nobody knows whether it did its work

        STATE
        0
    "#]],
    );
    check(
        &world,
        &["graph", "order-7"],
        expect![[r#"
        flowchart TD
            step_0["check"]
            step_1["pay\napproval"]
            step_0 --> step_1
    "#]],
    );
    check(
        &world,
        &["graph", "order-7", "--format", "dot"],
        expect![[r#"
        digraph workflow {
            step_0 [label="check", shape=box];
            step_1 [label="pay\napproval", shape=octagon];
            step_0 -> step_1;
        }
    "#]],
    );
    let (svg, same) = (&["graph", "order-7", "--svg"][..], &["graph", "order-7", "--format", "svg"][..]);
    let drawn = world.tool.done(svg);
    assert!(drawn.starts_with("<svg ") && drawn.trim_end().ends_with("</svg>"), "{drawn}");
    for told in ["Run order-7 of Refund: paused", ">done</text>", ">waits for approval</text>", "<style>"] {
        assert!(drawn.contains(told), "{told}: {drawn}");
    }
    assert_eq!(world.tool.done(same), drawn);
    check(
        &world,
        &["approve", "order-7", "--by", "noor", "--reason", "a regular"],
        expect![[r#"
        `pay` of run `order-7` is approved
    "#]],
    );
    check(
        &world,
        &["show", "order-7"],
        expect![[r#"
        run  order-7
        workflow  Refund (version 0, ce648c00cce5b888)
        status  ready at `pay`
                  it has been answered, and goes on as soon as a worker takes it
        added  …
        changed  …

        WHEN  VISIT  STEP  WHAT
        …  added
        …  1  check  succeeded in …: "found"
        …  2  pay  paused
        …  noor approved `pay`: a regular

        STATE
        {
          "amount": 7,
          "paid": false
        }
    "#]],
    );
    check(
        &world,
        &["cancel", "order-7", "--by", "noor"],
        expect![[r#"
        run `order-7` is cancelled
    "#]],
    );
    check(
        &world,
        &["release", "order-8", "--adopt", "--by", "noor"],
        expect![[r#"
        run `order-8` goes on by the definition of the day
    "#]],
    );
}
