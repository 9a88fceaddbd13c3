//! The pages of runs and the inbox, as people without the role for them see them.

use axum::http::StatusCode;
use stepflow_store::{MemoryStore, Runner};
use stepflow_web::auth::ProxyHeader;
use stepflow_web::{RunsOptions, Security, runs_router};

use super::Client;

/// Every way in, and the roles that may take it.
const WAYS: [(&str, &str, &[&str]); 28] = [
    ("GET", "/inbox", LOOK),
    ("GET", "/inbox/question?id=r", LOOK),
    ("POST", "/inbox/decide", DECIDE),
    ("POST", "/inbox/settle", DECIDE),
    ("GET", "/runs", LOOK),
    ("GET", "/run?id=r", LOOK),
    ("GET", "/run/live?id=r", LOOK),
    ("GET", "/run/cancel?id=r", OPERATE),
    ("POST", "/run/cancel", OPERATE),
    ("GET", "/run/fork?id=r", OPERATE),
    ("POST", "/run/fork", OPERATE),
    ("GET", "/run/release?id=r", OPERATE),
    ("POST", "/run/release", OPERATE),
    ("GET", "/run/retry?id=r", OPERATE),
    ("POST", "/run/retry", OPERATE),
    ("GET", "/api/pending", LOOK),
    ("GET", "/api/runs", LOOK),
    ("GET", "/api/run?id=r", LOOK),
    ("GET", "/api/run/graph?id=r", LOOK),
    ("POST", "/api/decide", DECIDE),
    ("POST", "/api/settle", DECIDE),
    ("POST", "/api/run/cancel", OPERATE),
    ("POST", "/api/run/fork", OPERATE),
    ("POST", "/api/run/release", OPERATE),
    ("POST", "/api/run/retry", OPERATE),
    ("HEAD", "/run?id=r", LOOK),
    ("HEAD", "/api/runs", LOOK),
    ("HEAD", "/run/live?id=r", LOOK),
];

const LOOK: &[&str] = &["viewer", "approver", "operator"];
const DECIDE: &[&str] = &["approver"];
const OPERATE: &[&str] = &["operator"];

#[tokio::test]
async fn every_way_to_a_run_asks_for_the_role() {
    let runner = Runner::builder(MemoryStore::new()).start().await.unwrap();
    let proxy =
        ProxyHeader::new("x-user").unwrap().roles_from("x-groups").unwrap().trust("10.0.7.9").unwrap();
    // Who may do what is asked for by itself here: a form's token would be refused first.
    let security = Security::new().authenticate(proxy).without_token_check();
    let desk = Client::new(runs_router(runner.runs(), RunsOptions::new().security(security)));
    let desk = desk.from_peer("10.0.7.9:1");
    for (method, path, roles) in WAYS {
        let kind =
            if path.starts_with("/api") { "application/json" } else { "application/x-www-form-urlencoded" };
        let kind = (method == "POST").then_some(kind);
        let stranger = desk.send(method, path, kind, Vec::new()).await.status;
        assert_eq!(stranger, StatusCode::UNAUTHORIZED, "{method} {path} as a stranger");
        for role in ["", "viewer", "approver", "operator", "admin"] {
            let person = desk.header("x-user", "eve").header("x-groups", role);
            let status = person.send(method, path, kind, Vec::new()).await.status;
            let refused = status == StatusCode::FORBIDDEN;
            assert_eq!(refused, !roles.contains(&role), "{method} {path} as {role:?}: {status}");
        }
    }
}
