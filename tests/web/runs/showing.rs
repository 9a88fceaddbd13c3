//! One run, as a page and as JSON.

use axum::http::StatusCode;
use serde_json::Value;

use super::world::{World, id};

#[tokio::test]
async fn a_run_is_shown_with_its_timeline_its_children_its_state_and_its_graph() {
    let world = World::new().await;
    world.refund("order-7", 7).await;
    let page = world.approver("ana").get("/desk/run?id=order-7").await;
    assert_eq!(page.text("h1"), "Run order-7");
    assert_eq!(page.text("title"), "Run order-7 – waits for approval – Refunds");
    assert_eq!(page.text("#run-status"), "waits for approval at pay");
    let timeline = page.texts(".sf-timeline > li");
    assert!(timeline[0].ends_with("added"), "{timeline:?}");
    assert!(timeline[1].contains("check: succeeded") && timeline[1].contains("Child Score"), "{timeline:?}");
    assert!(timeline[2].contains("pay: paused"), "{timeline:?}");
    assert!(page.text("svg desc").contains("check: done; leads to pay. pay: waits for approval"));
    assert_eq!(page.texts("svg .sf-waiting .sf-name"), ["pay"]);
    assert!(page.text("section > pre.sf-value").contains("\"iban\": \"•••\""));
    assert!(!page.body.contains("DE02"), "what is masked is nowhere on the page");
    assert!(page.attr("#sf-live", "data-live").starts_with("/desk/run/live?id=order-7&version="));
}

#[tokio::test]
async fn a_step_that_was_approved_waits_for_a_worker_in_the_same_visit() {
    let world = World::new().await;
    world.refund("order-7", 7).await;
    let (store, app) = (world.store.clone(), world.app.clone());
    world.runner.drain(std::time::Duration::from_secs(10)).await;
    let runs = stepflow_store::Runs::new(store);
    let decision = stepflow::ApprovalDecision::approve().by("ben");
    runs.decide(&"order-7/pay/1/1".parse().unwrap(), decision).await.unwrap();
    let ana = crate::client::Client::new(app).header("x-user", "ana").header("x-roles", "approver");
    let page = ana.get("/desk/run?id=order-7").await;
    assert_eq!(page.texts("svg .sf-waiting .sf-state"), ["waits for a worker"]);
}

#[tokio::test]
async fn the_json_says_what_the_page_says() {
    let world = World::new().await;
    world.refund("order-7", 7).await;
    let ana = world.approver("ana");
    let page = ana.get("/desk/run?id=order-7").await;
    let json = ana.get("/desk/api/run?id=order-7").await;
    assert!(!json.body.contains("DE02"));
    let json: Value = serde_json::from_str(&json.body).unwrap();
    assert_eq!(json["run"], "order-7");
    assert_eq!(json["status"], "paused");
    let version = json["version"].to_string();
    assert!(page.attr("#sf-live", "data-live").ends_with(&version));
    let timeline = json["timeline"].as_array().unwrap();
    assert_eq!(timeline.len(), page.texts(".sf-timeline > li").len());
    assert_eq!(timeline[1]["step"], "check");
    assert_eq!(timeline[1]["children"][0]["workflow"], "Score");
    assert_eq!(timeline[1]["children"][0]["steps"][0]["output"], 14);
    assert_eq!(json["state"]["iban"], "•••");
    assert_eq!(json["marks"]["steps"][1]["state"], "waiting");
    assert_eq!(json["question"]["gate"], "order-7/pay/1/1");
    let shown: Value = serde_json::from_str(&page.text("section > pre.sf-value")).unwrap();
    assert_eq!(shown, json["state"]);

    let graph = ana.get("/desk/api/run/graph?id=order-7").await;
    let graph: Value = serde_json::from_str(&graph.body).unwrap();
    assert_eq!(graph["marks"], json["marks"]);
    assert!(graph["svg"].as_str().unwrap().starts_with("<svg "));
}

#[tokio::test]
async fn the_states_around_a_visit_have_a_page() {
    let world = World::new().await;
    world.refund("order-7", 7).await;
    let ana = world.approver("ana");
    let page = ana.get("/desk/run?id=order-7").await;
    let link = page.attr(".sf-timeline a[href*=visit]", "href");
    let states = ana.get(&link).await;
    assert_eq!(states.text("h1"), "Visit 1 to check");
    assert_eq!(states.texts("pre.sf-value").len(), 2);
    assert!(states.body.contains("•••") && !states.body.contains("DE02"));
    for wrong in ["visit=9", "visit=x"] {
        let reply = ana.get(&format!("/desk/run?id=order-7&{wrong}")).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn ids_of_every_kind_have_pages() {
    let world = World::new().await;
    for run in ["a/b c", "..", "ünï?&=#<b>", "%2f", "x/pay/1/1"] {
        world.refund(run, 3).await;
        let ana = world.approver("ana");
        let list = ana.get("/desk/runs").await;
        let link = list.attr("tbody th a", "href");
        let page = ana.get(&link).await;
        assert_eq!((page.status, page.text("h1")), (StatusCode::OK, format!("Run {run}")));
        let form = ana.get("/desk/inbox").await.form("article form").press("decision", "deny");
        let reply = ana.submit(&form).await;
        assert_eq!(ana.follow(reply).await.text("h1"), format!("Run {run}"));
        world.runner.run(id(run)).wait_until_over().await.unwrap();
    }
}

#[tokio::test]
async fn a_run_that_is_not_there_is_not_found() {
    let world = World::new().await;
    let ana = world.somebody("ana", "operator");
    for path in
        ["run?id=none", "run?id=", "run", "run/cancel?id=none", "run/fork?id=none", "inbox/question?id=none"]
    {
        let reply = ana.get(&format!("/desk/{path}")).await;
        assert_eq!(
            (reply.status, reply.text("h1").as_str()),
            (StatusCode::NOT_FOUND, "Run not found"),
            "{path}"
        );
    }
    for path in ["api/run?id=none", "api/run/graph?id=none", "run/live?id=none"] {
        assert_eq!(ana.get(&format!("/desk/{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_styles_of_the_page_are_there_and_nothing_is_inline() {
    let world = World::new().await;
    world.refund("order-7", 7).await;
    let ana = world.approver("ana");
    for path in ["/desk/inbox", "/desk/runs", "/desk/run?id=order-7", "/desk/inbox/question?id=order-7"] {
        let page = ana.get(path).await;
        assert!(!page.has("style, [style], script:not([src]), [onclick]"), "{path}");
        assert_eq!(page.texts("h1").len(), 1, "{path}");
        for file in page.attrs("link[rel=stylesheet]", "href").into_iter().chain(page.attrs("script", "src"))
        {
            assert_eq!(ana.get(&file).await.status, StatusCode::OK, "{file}");
        }
        let ids = page.attrs("[id]", "id");
        let mut once = ids.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), ids.len(), "{path}: {ids:?}");
        for label in page.attrs("label", "for") {
            assert!(ids.contains(&label), "{path}: {label}");
        }
    }
}

#[test]
fn a_chosen_theme_has_the_colours_of_the_picture() {
    let of_the_picture = stepflow::GRAPH_STYLESHEET;
    let of_the_page = include_str!("../../../stepflow-web/src/assets/runs.css");
    let (light, dark) = of_the_picture.split_once("@media").unwrap();
    for (theme, css) in [("light", light), ("dark", dark)] {
        let (_, chosen) = of_the_page.split_once(&format!("[data-theme=\"{theme}\"] .sf-graph {{")).unwrap();
        let chosen = chosen.split_once('}').unwrap().0;
        let declared = |css: &str| {
            let found = css.split(['{', ';', '\n']).map(str::trim).filter(|line| line.starts_with("--sf-"));
            let mut found: Vec<_> = found.map(str::to_owned).collect();
            found.sort();
            found
        };
        assert_eq!(declared(chosen), declared(css), "{theme}");
    }
}
