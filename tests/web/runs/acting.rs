//! Retry, cancel, fork and release: confirmed on a page, done in somebody's name.

use axum::http::StatusCode;
use serde_json::json;
use stepflow_store::{Change, Hold, RunStatus};

use super::world::{World, id};

#[tokio::test]
async fn each_is_confirmed_and_done_in_ones_name() {
    let world = World::new().await;
    world.refund("order-0", 0).await;
    world.refund("order-7", 7).await;
    let noor = world.operator("noor");

    let page = noor.get("/desk/run?id=order-7").await;
    let link = page.attr("nav.sf-actions a[href*=cancel]", "href");
    let confirm = noor.get(&link).await;
    assert_eq!(confirm.text("h1"), "Cancel this run?");
    assert_eq!(
        world.runner.runs().get(&id("order-7")).await.unwrap().status,
        RunStatus::Paused,
        "to look is not to do"
    );
    let reply = noor.submit(&confirm.form("main form").set("reason", "a <mistake>")).await;
    let page = noor.follow(reply).await;
    assert_eq!(page.text("#run-status"), "cancelled");
    assert!(page.text(".sf-timeline").contains("cancelled by noor: a <mistake>"));
    assert!(!page.has("nav.sf-actions a[href*=cancel]"));
    let again = noor.submit(&confirm.form("main form")).await;
    assert_eq!((again.status, again.text("h1").as_str()), (StatusCode::CONFLICT, "The run is over"));

    let world = world.start_again().await;
    let noor = world.operator("noor");
    let page = noor.get("/desk/run?id=order-0").await;
    assert!(page.text(".sf-facts").contains("there is no such order: a regular"));
    let confirm = noor.get(&page.attr("nav.sf-actions a[href*=retry]", "href")).await;
    noor.submit(&confirm.form("main form")).await.location();
    world.runner.run(id("order-0")).wait().await.unwrap();
    let page = noor.get("/desk/run?id=order-0").await;
    assert_eq!(page.text("#run-status"), "waits for approval at pay");
    assert!(page.text(".sf-timeline").contains("`check` is tried again by noor"));
    let again = noor.submit(&confirm.form("main form")).await;
    assert_eq!((again.status, again.text("h1").as_str()), (StatusCode::CONFLICT, "This cannot be done"));

    let confirm = noor.get(&page.attr("nav.sf-actions a[href*=fork]", "href")).await;
    let form = confirm.form("main form");
    assert_eq!(form.value("step"), Some("check"));
    let taken = noor.submit(&form.clone().set("new_id", "order-7")).await;
    assert_eq!(
        (taken.status, taken.text("h1").as_str()),
        (StatusCode::CONFLICT, "There is such a run already")
    );
    assert_eq!(noor.submit(&form.clone().set("new_id", " ")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reply = noor.submit(&form.set("new_id", "order-0b")).await;
    assert_eq!(reply.location(), "/desk/run?id=order-0b");
    world.runner.run(id("order-0b")).wait().await.unwrap();
    let page = noor.get("/desk/run?id=order-0b").await;
    assert!(page.text(".sf-timeline").contains("copied from run `order-0` before `check` by noor"));
}

#[tokio::test]
async fn a_run_that_is_held_is_let_go() {
    let world = World::new().await;
    world.refund("order-7", 7).await;
    let held = world.store.load(&id("order-7")).await.unwrap().unwrap();
    let hold = serde_json::to_string(&Hold::Crashed { claims: 3 }).unwrap();
    let change = Change { status: Some(RunStatus::Held), hold: Some(Some(hold)), ..Change::default() };
    assert!(world.store.amend(&id("order-7"), held.version, &change).await.unwrap());
    let noor = world.operator("noor");
    let page = noor.get("/desk/run?id=order-7").await;
    assert!(page.text(".sf-facts").contains("3 processes in a row went down"));
    assert_eq!(page.texts("svg .sf-held .sf-name"), ["pay"]);
    let confirm = noor.get(&page.attr("nav.sf-actions a[href*=release]", "href")).await;
    noor.submit(&confirm.form("main form")).await.location();
    let run = world.runner.runs().get(&id("order-7")).await.unwrap();
    assert!(run.log.iter().any(|entry| entry.kind == "resumed" && entry.by.as_deref() == Some("noor")));
}

#[tokio::test]
async fn whoever_may_only_decide_may_not_operate() {
    let world = World::new().await;
    world.refund("order-7", 7).await;
    let (ana, noor) = (world.approver("ana"), world.operator("noor"));
    assert!(!ana.get("/desk/run?id=order-7").await.has("nav.sf-actions a[href*=cancel]"));
    let form = ana.get("/desk/inbox").await.form("article form");
    for path in ["cancel", "retry", "fork", "release"] {
        assert_eq!(ana.get(&format!("/desk/run/{path}?id=order-7")).await.status, StatusCode::FORBIDDEN);
        let mut forged = form.clone().set("run", "order-7").set("new_id", "x").set("step", "check");
        forged.action = format!("/desk/run/{path}");
        assert_eq!(ana.submit(&forged).await.status, StatusCode::FORBIDDEN, "{path}");
        let body = json!({ "run": "order-7", "step": "check", "new_id": "x" }).to_string().into_bytes();
        let program = world.approver("ana");
        let reply =
            program.send("POST", &format!("/desk/api/run/{path}"), Some("application/json"), body).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}");
    }
    // And whoever operates does not decide.
    assert!(!noor.get("/desk/inbox").await.has("article form"));
    assert_eq!(world.runner.runs().get(&id("order-7")).await.unwrap().status, RunStatus::Paused);
}

#[tokio::test]
async fn the_same_by_json() {
    let world = World::new().await;
    world.refund("order-7", 7).await;
    world.refund("order-8", 8).await;
    let post = async |path: &str, body: serde_json::Value| {
        let noor = world.operator("noor");
        noor.send("POST", path, Some("application/json"), body.to_string().into_bytes()).await
    };
    let forked = json!({ "run": "order-7", "step": "check", "new_id": "copy" });
    assert_eq!(post("/desk/api/run/fork", forked).await.status, StatusCode::OK);
    let cancelled = post("/desk/api/run/cancel", json!({ "run": "order-8", "reason": "late" })).await;
    assert_eq!(cancelled.status, StatusCode::OK);
    assert!(cancelled.body.contains("\"cancelled\""), "{}", cancelled.body);
    for (path, body, status, error) in [
        ("retry", json!({ "run": "order-7" }), StatusCode::CONFLICT, "not_failed"),
        ("release", json!({ "run": "order-7", "adopt": true }), StatusCode::CONFLICT, "not_held"),
        ("cancel", json!({ "run": "order-8" }), StatusCode::CONFLICT, "finished"),
        ("cancel", json!({ "run": "none" }), StatusCode::NOT_FOUND, "unknown_run"),
        ("cancel", json!({ "run": "order-7", "by": "eve" }), StatusCode::UNPROCESSABLE_ENTITY, "malformed"),
        ("cancel", json!([]), StatusCode::UNPROCESSABLE_ENTITY, "malformed"),
    ] {
        let reply = post(&format!("/desk/api/run/{path}"), body).await;
        assert_eq!(reply.status, status, "{path}: {}", reply.body);
        assert!(reply.body.contains(error), "{path}: {}", reply.body);
    }
}

#[tokio::test]
async fn every_form_that_changes_something_carries_the_sessions_token() {
    let world = World::new().await;
    world.refund("order-0", 0).await;
    world.refund("order-7", 7).await;
    let both = world.somebody("noor", "operator, approver");
    for path in [
        "inbox",
        "inbox/question?id=order-7",
        "run?id=order-7",
        "run/cancel?id=order-7",
        "run/fork?id=order-7",
        "run/release?id=order-7",
        "run/retry?id=order-0",
    ] {
        let page = both.get(&format!("/desk/{path}")).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        let forms = page.texts("form[method=post]").len();
        let with_token = page.texts("form[method=post]:has(input[type=hidden][name=_csrf])").len()
            + page.texts("form[method=post]:has(input[type=hidden][name=_token])").len();
        assert_eq!(forms, with_token, "{path}");
        assert!(forms > 0 || path == "run?id=order-7", "{path}");
    }
}
