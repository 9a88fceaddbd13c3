//! S-03, S-04, S-13: sessions that cannot be chosen, guessed, inherited or piled up.

use std::time::Duration;

use axum::http::StatusCode;
use stepflow::testing::ManualClock;
use stepflow_web::token::{Key, Keys};
use stepflow_web::{Security, SessionLimits};

use super::{notebook, notebook_app, raw, write, written};

#[tokio::test]
async fn s_03_every_browser_is_its_own_owner() {
    let (client, _) = notebook(&Security::new());
    let mine = client.get("/owner").await.body;
    let theirs = client.stranger().get("/owner").await.body;
    assert!(mine.starts_with("session:") && mine != theirs);
    assert_eq!(client.get("/owner").await.body, mine, "and stays it");
    let cookie = client.cookies().into_values().next().unwrap();
    assert!(!cookie.contains(mine.trim_start_matches("session:")), "the cookie does not show the owner");
}

#[tokio::test]
async fn s_03_a_session_id_is_never_taken_from_the_client() {
    let (client, _) = notebook(&Security::new());
    let other = notebook(&Security::new()).0;
    other.get("/owner").await;
    let of_another_server = other.cookies().into_values().next().unwrap();
    client.get("/owner").await;
    let mut changed = client.cookies().into_values().next().unwrap();
    changed.replace_range(60..61, if &changed[60..61] == "A" { "B" } else { "A" });
    for chosen in ["1", "admin", "", "../../etc", &of_another_server, &changed, &"A".repeat(7000)] {
        let victim = client.stranger();
        victim.set_cookie("stepflow-80", chosen);
        let owner = victim.get("/owner").await;
        assert_eq!(owner.status, StatusCode::OK);
        assert_ne!(victim.cookies()["stepflow-80"], chosen, "it got one of its own");
    }
}

#[tokio::test]
async fn s_03_two_cookies_of_the_name_are_worth_nothing() {
    let (app, _) = notebook_app(&Security::new());
    let set = |response: &axum::response::Response| {
        response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
    };
    let mine = set(&raw(&app, "GET", "/owner", &[("host", "localhost")], "").await);
    let evil = set(&raw(&app, "GET", "/owner", &[("host", "localhost")], "").await);
    let both = format!("{evil}; {mine}");
    let response = raw(&app, "GET", "/owner", &[("host", "localhost"), ("cookie", &both)], "").await;
    assert!(![mine, evil].contains(&set(&response)));
}

#[tokio::test]
async fn s_04_id_and_token_rotate_at_completion_and_the_owner_stays() {
    let (client, notes) = notebook(&Security::new());
    let owner = client.get("/owner").await.body;
    let form = client.get("/").await.form("form").set("note", "old form");
    let old = client.stranger();
    old.set_cookie("stepflow-80", &client.cookies()["stepflow-80"]);

    let token = form.value("_token").unwrap().to_owned();
    assert_eq!(client.post("/complete", &[("_token", &token)]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(client.get("/owner").await.body, owner);
    assert_eq!(client.submit(&form).await.status, StatusCode::FORBIDDEN, "the old token");
    assert_ne!(old.get("/owner").await.body, owner, "the old cookie");
    assert_eq!(write(&client, "new form").await.status, StatusCode::SEE_OTHER);
    assert_eq!(written(&notes), ["new form"]);
}

#[tokio::test]
async fn s_14_a_session_ends_when_idle_and_at_its_absolute_end() {
    const HOUR: Duration = Duration::from_secs(3600);
    let clock = ManualClock::new();
    let (client, _) = notebook(&Security::new().clock(clock.clone()));
    let owner = client.get("/owner").await.body;
    let mut hours = 0;
    while client.get("/owner").await.body == owner {
        clock.advance(23 * HOUR);
        hours += 23;
    }
    assert_eq!(hours, 184, "used daily, it ends after seven days");

    let owner = client.get("/owner").await.body;
    clock.advance(24 * HOUR);
    assert_ne!(client.get("/owner").await.body, owner, "unused, it ends after one");
}

#[tokio::test]
async fn s_13_visitors_cost_no_memory_and_survive_a_restart_with_the_same_key() {
    let keys = || Keys::new(Key::from_bytes([7; 32]));
    let (client, _) = notebook(&Security::new().keys(keys()));
    let owner = client.get("/owner").await.body;
    let form = client.get("/").await.form("form").set("note", "begun before");

    let (app, notes) = notebook_app(&Security::new().keys(keys()));
    let client = client.at(app);
    assert_eq!(client.get("/owner").await.body, owner);
    assert_eq!(client.submit(&form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(written(&notes), ["begun before"]);

    let rotated = Keys::new(Key::generate().unwrap()).older(Key::from_bytes([7; 32]));
    let client = client.at(notebook_app(&Security::new().keys(rotated)).0);
    assert_eq!(client.get("/owner").await.body, owner, "an older key still opens");
    let client = client.at(notebook_app(&Security::new()).0);
    assert_ne!(client.get("/owner").await.body, owner, "another key does not");
}

/// The memory of voided sessions is bounded; what falls out of it is the one that would end first anyway.
#[tokio::test]
async fn s_13_what_is_remembered_of_sessions_is_bounded() {
    let mut limits = SessionLimits::default();
    limits.at_most = 2;
    let (client, _) = notebook(&Security::new().session_limits(limits));
    for _ in 0..5 {
        let visitor = client.stranger();
        let token = visitor.get("/").await.form("form").value("_token").unwrap().to_owned();
        assert_eq!(visitor.post("/complete", &[("_token", &token)]).await.status, StatusCode::SEE_OTHER);
    }
}
