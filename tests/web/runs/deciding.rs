//! Answers: given once, in the name of whoever is signed in.

use axum::http::StatusCode;
use serde_json::{Value, json};
use stepflow_store::RunStatus;

use super::world::{Post, World, id};
use crate::client::{Client, Reply};

async fn decide_json(client: &Client, body: &Value) -> Reply {
    client.send("POST", "/desk/api/decide", Some("application/json"), body.to_string().into_bytes()).await
}

#[tokio::test]
async fn an_approval_goes_on_in_the_name_of_who_gave_it() {
    let world = World::new().await;
    world.refund("order-7", 7).await;
    let ana = world.approver("ana");
    let form = ana.get("/desk/inbox").await.form("article form");
    let form =
        form.set("reason", "  a regular \u{e9}").set("decided_by", "mallory").press("decision", "approve");
    let reply = ana.submit(&form).await;
    assert_eq!(reply.location(), "/desk/run?id=order-7");
    world.runner.run(id("order-7")).wait_until_over().await.unwrap();
    let page = ana.follow(reply).await;
    let timeline = page.text(".sf-timeline");
    assert!(timeline.contains("ana approved `pay`: a regular é"), "{timeline}");
    assert!(!page.body.contains("mallory"));
    let run = world.runner.runs().get(&id("order-7")).await.unwrap();
    assert_eq!(run.status, RunStatus::Succeeded);
    assert!(ana.get("/desk/inbox").await.text("main").contains("Nobody waits for an answer."));
}

#[tokio::test]
async fn a_denial_leads_where_denials_lead() {
    let world = World::new().await;
    world.refund("order-7", 7).await;
    let ana = world.approver("ana");
    let form = ana.get("/desk/inbox/question?id=order-7").await.form("main form");
    ana.submit(&form.press("decision", "deny")).await.location();
    world.runner.run(id("order-7")).wait_until_over().await.unwrap();
    let page = ana.get("/desk/run?id=order-7").await;
    let timeline = page.text(".sf-timeline");
    assert!(timeline.contains("denied by ana") && timeline.contains("regret: succeeded"), "{timeline}");
    // The question has gone: its page leads to the run.
    assert_eq!(ana.get("/desk/inbox/question?id=order-7").await.location(), "/desk/run?id=order-7");
}

#[tokio::test]
async fn of_two_people_one_wins_and_the_other_is_told_who_what_and_when() {
    let world = World::new().await;
    world.refund("order-7", 7).await;
    let (ana, ben) = (world.approver("ana"), world.approver("ben"));
    let of_ana = ana.get("/desk/inbox").await.form("article form").set("reason", "a <regular>");
    let of_ben = ben.get("/desk/inbox").await.form("article form");
    let (of_ana, of_ben) = (of_ana.press("decision", "approve"), of_ben.press("decision", "deny"));
    let (first, second) = tokio::join!(ana.submit(&of_ana), ben.submit(&of_ben));
    let (winner, reason, lost) = if first.status == StatusCode::SEE_OTHER {
        ("ana has approved", "a <regular>", second)
    } else {
        assert_eq!(second.status, StatusCode::SEE_OTHER);
        ("ben has denied", "", first)
    };
    assert_eq!(lost.status, StatusCode::CONFLICT);
    assert_eq!(lost.text("h1"), "Somebody else was quicker");
    let told = lost.text("main p").to_lowercase();
    assert!(told.contains(winner) && told.contains(reason), "{told}");
    let year = world.runner.runs().get(&id("order-7")).await.unwrap().created_at.to_string();
    assert!(told.contains(&year[..10]), "{told} says when");
    assert_eq!(lost.attr("main a", "href"), "/desk/run?id=order-7");
    // Once more, and by JSON: the same.
    let again = ben.submit(&of_ben).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let program = world.approver("cleo");
    let json = decide_json(&program, &json!({ "gate": "order-7/pay/1/1", "approved": true })).await;
    assert_eq!(json.status, StatusCode::CONFLICT);
    let json: Value = serde_json::from_str(&json.body).unwrap();
    assert_eq!(json["error"], "already_decided");
    assert!(winner.starts_with(json["by"].as_str().unwrap()), "{json}");
    assert!(json["at"].is_string() && json["decision"]["approved"].is_boolean());
}

#[tokio::test]
async fn many_clicks_at_once_are_one_decision() {
    let world = World::new().await;
    world.refund("order-7", 7).await;
    let mut clicks = Vec::new();
    for name in ["ana", "ben", "cleo", "dan", "eva", "finn"] {
        let client = world.approver(name);
        let form = client.get("/desk/inbox").await.form("article form").press("decision", "approve");
        clicks.push(async move { client.submit(&form).await.status });
    }
    let statuses = futures_util::future::join_all(clicks).await;
    assert_eq!(statuses.iter().filter(|status| **status == StatusCode::SEE_OTHER).count(), 1);
    assert_eq!(statuses.iter().filter(|status| **status == StatusCode::CONFLICT).count(), 5);
    let run = world.runner.runs().get(&id("order-7")).await.unwrap();
    assert_eq!(run.log.iter().filter(|entry| entry.kind == "decided").count(), 1);
}

#[tokio::test]
async fn a_wrong_or_late_gate_decides_nothing() {
    let world = World::new().await;
    world.refund("order-7", 7).await;
    let ana = world.approver("ana");
    let form = ana.get("/desk/inbox").await.form("article form").press("decision", "approve");
    for (gate, status, title) in [
        ("order-7/pay/2/1", StatusCode::CONFLICT, "This is not asked any more"),
        ("order-7/check/1/1", StatusCode::CONFLICT, "This is not asked any more"),
        ("order-8/pay/1/1", StatusCode::NOT_FOUND, "Run not found"),
        ("nonsense", StatusCode::UNPROCESSABLE_ENTITY, "This cannot be understood"),
        ("", StatusCode::UNPROCESSABLE_ENTITY, "This cannot be understood"),
    ] {
        let reply = ana.submit(&form.clone().set("gate", gate)).await;
        assert_eq!((reply.status, reply.text("h1").as_str()), (status, title), "{gate}");
        let json = decide_json(&world.approver("p"), &json!({ "gate": gate, "approved": true })).await;
        assert_eq!(json.status, status, "{gate}: {}", json.body);
    }
    let neither = ana.submit(&form.clone().set("decision", "perhaps")).await;
    assert_eq!(neither.status, StatusCode::UNPROCESSABLE_ENTITY);
    world.runner.runs().cancel(&id("order-7"), "noor", None).await.unwrap();
    let late = ana.submit(&form).await;
    assert_eq!((late.status, late.text("h1").as_str()), (StatusCode::CONFLICT, "The run is over"));
    let run = world.runner.runs().get(&id("order-7")).await.unwrap();
    assert!(run.log.iter().all(|entry| entry.kind != "decided"));
}

#[tokio::test]
async fn what_is_forged_or_not_allowed_decides_nothing() {
    let world = World::new().await;
    world.refund("order-7", 7).await;
    let ana = world.approver("ana");
    let form = ana.get("/desk/inbox").await.form("article form").press("decision", "approve");
    let statuses = [
        ana.submit(&form.clone().clear("_csrf").clear("_token")).await.status,
        ana.header("sec-fetch-site", "cross-site").submit(&form).await.status,
        world.somebody("vera", "viewer").submit(&form).await.status,
        // Another person's browser with ana's form.
        world.approver("ben").submit(&form).await.status,
        decide_json(
            &world.somebody("vera", "viewer"),
            &json!({ "gate": "order-7/pay/1/1", "approved": true }),
        )
        .await
        .status,
        // A name of one's own choice is no field.
        decide_json(&ana, &json!({ "gate": "order-7/pay/1/1", "approved": true, "decided_by": "eve" }))
            .await
            .status,
        ana.get("/desk/inbox/decide?gate=order-7/pay/1/1&decision=approve").await.status,
    ];
    assert!(statuses.iter().all(|status| status.is_client_error()), "{statuses:?}");
    let run = world.runner.runs().get(&id("order-7")).await.unwrap();
    assert_eq!(run.status, RunStatus::Paused);
    assert_eq!(ana.submit(&form).await.status, StatusCode::SEE_OTHER, "and the form itself still does");
}

#[tokio::test]
async fn a_decision_by_json_is_one_in_ones_own_name() {
    let world = World::new().await;
    world.refund("order-7", 7).await;
    let said = json!({ "gate": "order-7/pay/1/1", "approved": false, "reason": "too much" });
    let reply = decide_json(&world.approver("ana"), &said).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    let told: Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(told["decision"], json!({ "approved": false, "reason": "too much", "decided_by": "ana" }));
}

#[tokio::test]
async fn an_unknown_outcome_is_settled_once() {
    let world = World::new().await;
    let post = Post { state: 0, begun: world.begun.clone() };
    world.runner.start(id("post-1"), post).await.unwrap();
    world.begun.notified().await;
    let world = world.start_again().await;
    world.runner.run(id("post-1")).wait().await.unwrap();

    let ana = world.approver("ana");
    let page = ana.get("/desk/inbox").await;
    assert_eq!(page.texts("article h2"), ["Did post do its work?"]);
    let form = page.form("article form");
    for (fields, told) in [
        (vec![], "Choose whether"),
        (vec![("happened", "yes")], "post"),
        (vec![("happened", "yes"), ("route", "elsewhere")], "elsewhere"),
        (vec![("happened", "yes"), ("route", "sent"), ("output", "{")], "no JSON"),
    ] {
        let filled = fields.iter().fold(form.clone(), |form, (name, value)| form.set(name, value));
        let reply = ana.submit(&filled).await;
        assert!(reply.status.is_client_error(), "{fields:?}");
        assert!(reply.text("main p").contains(told), "{fields:?}: {}", reply.text("main p"));
    }
    let filled = form.set("happened", "yes").set("route", "sent").set("output", "\"PAY-1\"");
    assert_eq!(ana.submit(&filled).await.location(), "/desk/run?id=post-1");
    world.runner.run(id("post-1")).wait_until_over().await.unwrap();
    let ben = world.approver("ben");
    let of_ben = ben.get("/desk/run?id=post-1").await;
    assert!(of_ben.text(".sf-timeline").contains("ana settled `post`: it did happen, and led to `sent`"));
    let late = json!({ "run": "post-1", "settlement": "did_not_happen" }).to_string().into_bytes();
    let kind = Some("application/json");
    let forged = ana.send("POST", "/desk/api/settle", kind, late.clone()).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN, "a browser with a session needs its token");
    let late = world.approver("ben").send("POST", "/desk/api/settle", kind, late).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("already_settled") && late.body.contains("ana"), "{}", late.body);
}
