//! S-19: a panic stays inside.

use axum::http::StatusCode;
use stepflow_web::auth::{Approach, AuthFuture};
use stepflow_web::{Attempt, Authenticate, Principal, Security, TooMany};

use super::{notebook, write};

#[tokio::test]
async fn s_19_a_panic_is_a_page_that_tells_nothing_and_the_service_goes_on() {
    let (client, notes) = notebook(&Security::new());
    write(&client, "kept").await;
    let reply = client.get("/panic").await;
    assert_eq!(
        (reply.status, reply.text("h1").as_str()),
        (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong")
    );
    assert!(!reply.body.contains("secret"), "{}", reply.body);
    let json = client.header("accept", "application/json").get("/panic").await;
    assert_eq!(json.header("content-type"), "application/problem+json");
    assert!(json.body.contains("500") && !json.body.contains("secret"));
    let notes = notes.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
    assert_eq!(notes, ["kept"]);
    assert_eq!(client.get("/plain").await.status, StatusCode::OK);
}

#[tokio::test]
async fn s_19_a_panic_of_an_authenticator_or_a_limit_lets_nobody_in() {
    struct Broken;
    impl Authenticate for Broken {
        fn identify<'a>(&'a self, _: &'a Approach<'a>) -> AuthFuture<'a, Option<Principal>> {
            panic!("the directory is gone")
        }
    }
    let broken_limit = Security::new()
        .rate_limit(|_: &Attempt<'_>| -> Result<(), TooMany> { panic!("the counter is gone") });
    for security in [Security::new().authenticate(Broken), broken_limit] {
        let reply = notebook(&security).0.get("/owner").await;
        assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!reply.body.contains("gone") && !reply.body.contains("session:"));
        assert_eq!(reply.header("cache-control"), "no-store");
    }
}
