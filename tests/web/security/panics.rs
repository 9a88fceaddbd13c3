//! S-19: a panic stays inside.

use axum::http::StatusCode;
use stepflow_web::Security;

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
