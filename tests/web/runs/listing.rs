//! Lists: of runs, and of what waits for somebody.

use axum::http::StatusCode;
use serde_json::Value;

use super::world::World;

#[tokio::test]
async fn runs_are_listed_newest_first_and_filtered() {
    let world = World::new().await;
    for (run, amount) in [("order-1", 10), ("order-2", 0), ("order-3", 30)] {
        world.refund(run, amount).await;
    }
    let ana = world.approver("ana");
    let shown = async |query: &str| {
        let page = ana.get(&format!("/desk/runs{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let json: Value =
            serde_json::from_str(&ana.get(&format!("/desk/api/runs{query}")).await.body).unwrap();
        let of_json: Vec<_> = json["runs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|run| run["run"].as_str().unwrap().to_owned())
            .collect();
        let of_page = page.texts("tbody th");
        assert_eq!(of_page, of_json, "the page says what the JSON says");
        of_page
    };
    assert_eq!(shown("").await, ["order-3", "order-2", "order-1"]);
    assert_eq!(shown("?status=failed").await, ["order-2"]);
    assert_eq!(shown("?status=failed&status=paused").await, ["order-3", "order-2", "order-1"]);
    assert_eq!(shown("?workflow=Refund&status=").await.len(), 3);
    assert!(shown("?workflow=Other").await.is_empty());
    assert_eq!(shown("?since=1h").await.len(), 3);
    assert!(shown("?before=1h").await.is_empty());
    assert!(shown("?unchanged=1h").await.is_empty());
    assert_eq!(shown("?unchanged=0s").await.len(), 3);
    let page = ana.get("/desk/runs?status=failed&workflow=Refund").await;
    assert_eq!(page.text("tbody .sf-status"), "failed");
    assert_eq!(page.attr("#filter-workflow", "value"), "Refund", "the form says what is shown");
    assert_eq!(page.attrs("input[name=status][checked]", "value"), ["failed"]);
}

#[tokio::test]
async fn pages_follow_each_other_and_keep_the_filter() {
    let world = World::new().await;
    for number in 0..5 {
        world.refund(&format!("order-{number}"), 10).await;
    }
    let ana = world.approver("ana");
    let mut seen = Vec::new();
    let mut next = "/desk/runs?status=paused&limit=2".to_owned();
    loop {
        let page = ana.get(&next).await;
        seen.extend(page.texts("tbody th"));
        let Some(more) = page.attrs("a.sf-next", "href").first().cloned() else { break };
        assert!(more.contains("status=paused") && more.contains("limit=2"), "{more}");
        next = more;
    }
    assert_eq!(seen, ["order-4", "order-3", "order-2", "order-1", "order-0"]);
    let page = ana.get("/desk/inbox?limit=2&workflow=Refund").await;
    assert_eq!(page.texts("article h2").len(), 2);
    let more = page.attr("a.sf-next", "href");
    assert!(more.contains("workflow=Refund"), "{more}");
    assert_eq!(ana.get(&more).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_filter_that_makes_no_sense_is_told() {
    let world = World::new().await;
    let ana = world.approver("ana");
    for query in ["status=lost", "since=yesterday", "unchanged=-1h", "after=nowhere", "limit=0", "limit=many"]
    {
        let page = ana.get(&format!("/desk/runs?{query}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        let (field, _) = query.split_once('=').unwrap();
        assert!(page.text("main p").contains(field), "{query}: {}", page.text("main p"));
        let json = ana.get(&format!("/desk/api/runs?{query}")).await;
        assert_eq!(json.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(json.body.contains("\"malformed\""));
    }
}

#[tokio::test]
async fn the_inbox_shows_message_metadata_age_and_the_masked_state() {
    let world = World::new().await;
    world.refund("order-7", 7).await;
    let ana = world.approver("ana");
    let page = ana.visit("/desk").await;
    assert_eq!(page.path(), "/desk/inbox");
    assert_eq!(page.texts("article h2"), ["Pay this <b>refund</b>?"]);
    let facts = page.text("article .sf-facts");
    for fact in ["order-7", "Refund, step pay", "second", "<i>billing</i>"] {
        assert!(facts.contains(fact), "{fact} in {facts}");
    }
    let state = page.text("article details pre");
    assert!(state.contains("\"amount\": 7") && state.contains("\"iban\": \"•••\""), "{state}");
    let json: Value = serde_json::from_str(&ana.get("/desk/api/pending").await.body).unwrap();
    let waiting = &json["waiting"][0];
    assert_eq!(waiting["message"], "Pay this <b>refund</b>?");
    assert_eq!(waiting["gate"], "order-7/pay/1/1");
    assert_eq!(waiting["metadata"]["team"], "<i>billing</i>");
    assert_eq!(waiting["state"]["iban"], "•••");
    assert_eq!(page.attr("input[name=gate]", "value"), "order-7/pay/1/1");
}

#[tokio::test]
async fn whoever_may_not_look_sees_nothing_and_whoever_may_not_decide_has_no_form() {
    let world = World::new().await;
    world.refund("order-7", 7).await;
    let guest = world.somebody("guest", "none");
    for path in [
        "/desk/inbox",
        "/desk/runs",
        "/desk/run?id=order-7",
        "/desk/run/live?id=order-7",
        "/desk/api/runs",
        "/desk/api/run?id=order-7",
        "/desk/api/pending",
        "/desk/api/run/graph?id=order-7",
        "/desk/run/cancel?id=order-7",
    ] {
        let reply = guest.get(path).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}");
        assert!(!reply.body.contains("billing"), "{path}");
    }
    let viewer = world.somebody("vera", "viewer");
    let page = viewer.get("/desk/inbox").await;
    assert_eq!(page.texts("article h2").len(), 1);
    assert!(!page.has("article form"));
    assert!(!viewer.get("/desk/run?id=order-7").await.has("a[href*=cancel]"));
    assert_eq!(viewer.get("/desk/run/cancel?id=order-7").await.status, StatusCode::FORBIDDEN);
}
