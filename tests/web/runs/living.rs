//! A page that somebody looks at follows the run.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use futures_util::StreamExt as _;
use serde_json::Value;
use stepflow::ApprovalDecision;
use stepflow_store::Runs;
use tower::ServiceExt as _;

use super::counting::Counting;
use super::world::{World, id, options};

/// What a browser gets that looks at a run.
struct Eye {
    body: axum::body::BodyDataStream,
    read: String,
}

async fn ask(app: &Router, path: &str, last: Option<&str>) -> Response {
    let mut request = Request::builder().uri(path).header("host", "localhost");
    request = request.header("x-user", "ana").header("x-roles", "approver");
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let mut request = request.body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 50_000))));
    app.clone().oneshot(request).await.unwrap()
}

impl Eye {
    async fn open(app: &Router, path: &str) -> Self {
        let response = ask(app, path, None).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body().into_data_stream(), read: String::new() }
    }

    /// The next event, by name and data; `None` when there are no more.
    async fn next(&mut self) -> Option<(String, String)> {
        loop {
            if let Some((event, rest)) = self.read.split_once("\n\n") {
                let field = |name: &str| {
                    event
                        .lines()
                        .find_map(|line| line.strip_prefix(name))
                        .unwrap_or_default()
                        .trim()
                        .to_owned()
                };
                let found = (field("event:"), field("data:"));
                self.read = rest.to_owned();
                if found.0.is_empty() {
                    continue;
                }
                return Some(found);
            }
            let bytes = self.body.next().await?.unwrap();
            self.read.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    /// Waits for the run to be told as standing like this.
    async fn until(&mut self, status: &str) -> Value {
        loop {
            let (event, data) = self.next().await.unwrap();
            assert_eq!(event, "run", "{data}");
            let run: Value = serde_json::from_str(&data).unwrap();
            if run["status"].as_str().unwrap().starts_with(status) {
                return run;
            }
        }
    }
}

#[tokio::test]
async fn a_change_arrives_with_the_picture_and_the_end_ends_it() {
    let world = World::new().await;
    world.refund("order-7", 7).await;
    let page = world.approver("ana").get("/desk/run?id=order-7").await;
    let mut eye = Eye::open(&world.app, &page.attr("#sf-live", "data-live")).await;
    let decision = ApprovalDecision::approve().by("ben");
    world.runner.runs().decide(&"order-7/pay/1/1".parse().unwrap(), decision).await.unwrap();
    let run = eye.until("succeeded").await;
    let html = run["html"].as_str().unwrap();
    assert!(html.contains("pay: done") && html.contains("ben approved"), "{html}");
    assert!(!html.contains("DE02"), "masked here too");
    assert!(!html.contains("<form"), "nobody's typing is replaced");
    assert_eq!(eye.next().await, Some(("over".to_owned(), "succeeded".to_owned())));
    assert_eq!(eye.next().await, None, "the connection is closed");
    // A browser that asks again is told not to.
    let version = run["version"].to_string();
    let again = ask(&world.app, "/desk/run/live?id=order-7", Some(&version)).await;
    assert_eq!(again.status(), StatusCode::NO_CONTENT);
    // One that had missed the end is told the end.
    let mut late = Eye::open(&world.app, "/desk/run/live?id=order-7&version=1").await;
    late.until("succeeded").await;
    assert_eq!(late.next().await, Some(("over".to_owned(), "succeeded".to_owned())));
}

#[tokio::test]
async fn whoever_has_seen_it_is_told_nothing_until_something_changes() {
    let world = World::new().await;
    world.refund("order-7", 7).await;
    let version = world.runner.runs().version(&id("order-7")).await.unwrap();
    let mut knows = Eye::open(&world.app, &format!("/desk/run/live?id=order-7&version={version}")).await;
    let mut fresh = Eye::open(&world.app, "/desk/run/live?id=order-7").await;
    fresh.until("waits for approval").await;
    world.runner.runs().cancel(&id("order-7"), "noor", None).await.unwrap();
    let (event, data) = knows.next().await.unwrap();
    assert_eq!(event, "run");
    assert!(data.contains("cancelled"), "the first that it is told is the change: {data}");
}

#[tokio::test]
async fn a_run_that_is_deleted_ends_the_stream() {
    let world = World::new().await;
    world.refund("order-7", 7).await;
    let mut eye = Eye::open(&world.app, "/desk/run/live?id=order-7").await;
    eye.until("waits for approval").await;
    let (runs, run) = (world.runner.runs(), id("order-7"));
    runs.cancel(&run, "noor", None).await.unwrap();
    runs.delete(&run).await.unwrap();
    let mut last = None;
    while let Some(event) = eye.next().await {
        last = Some(event.0);
    }
    assert_eq!(last.as_deref(), Some("over"));
}

#[tokio::test]
async fn viewers_are_bounded_and_a_place_is_free_again_when_one_leaves() {
    let world = World::with(options().viewers(2)).await;
    world.refund("order-7", 7).await;
    let path = "/desk/run/live?id=order-7";
    let mut first = Eye::open(&world.app, path).await;
    let second = Eye::open(&world.app, path).await;
    first.until("waits").await;
    let refused = ask(&world.app, path, None).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers().contains_key("retry-after"));
    drop(second);
    Eye::open(&world.app, path).await.until("waits").await;
}

#[tokio::test]
async fn the_store_is_asked_once_however_many_look_and_not_at_all_when_nobody_does() {
    let counting = Arc::new(Counting::default());
    let world = World::on(counting.clone(), options()).await;
    world.refund("order-7", 7).await;
    drop(world.runner);
    let app = Router::new().nest(
        "/desk",
        stepflow_web::runs_router(Runs::new(counting.clone()), options().refresh(Duration::from_secs(1))),
    );
    // From here on time passes as soon as everybody waits for it.
    tokio::time::pause();
    let mut eyes = Vec::new();
    for _ in 0..20 {
        eyes.push(Eye::open(&app, "/desk/run/live?id=order-7").await);
    }
    for eye in &mut eyes {
        eye.until("waits").await;
    }
    counting.loads();
    tokio::time::sleep(Duration::from_secs(30)).await;
    let asked = counting.loads();
    assert!((28..=32).contains(&asked), "once a second for all twenty, and not {asked} times");
    drop(eyes);
    tokio::task::yield_now().await;
    counting.loads();
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(counting.loads(), 0, "nobody looks, nobody asks");
}
