//! S-16: how often somebody may try.

use std::time::Duration;

use axum::http::StatusCode;
use stepflow::testing::ManualClock;
use stepflow_web::{Attempt, PerMinute, Security, TooMany};

use super::{notebook, write, written};

#[tokio::test]
async fn s_16_posts_beyond_the_limit_are_refused_until_the_minute_is_over() {
    let clock = ManualClock::new();
    let (client, notes) = notebook(&Security::new().clock(clock.clone()).rate_limit(PerMinute::new(2)));
    for note in ["1", "2"] {
        assert_eq!(write(&client, note).await.status, StatusCode::SEE_OTHER);
    }
    let refused = write(&client, "3").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait));
    assert_eq!(client.get("/").await.status, StatusCode::OK, "reading goes on");
    clock.advance(Duration::from_secs(wait));
    assert_eq!(write(&client, "4").await.status, StatusCode::SEE_OTHER);
    assert_eq!(written(&notes), ["1", "2", "4"]);
}

#[tokio::test]
async fn s_16_an_ipv6_network_counts_as_one_address() {
    let security = Security::new().unsafe_without_authentication().rate_limit(PerMinute::new(1));
    let (client, _) = notebook(&security);
    let from = |peer: &str| client.from_peer(peer).header("sec-fetch-site", "same-origin");
    let statuses = [
        from("[2001:db8::1]:1").post("/", &[]).await.status,
        from("[2001:db8::2]:1").post("/", &[]).await.status,
        from("[2001:db8:0:1::1]:1").post("/", &[]).await.status,
        from("[::ffff:192.0.2.1]:1").post("/", &[]).await.status,
        from("192.0.2.1:2").post("/", &[]).await.status,
    ];
    let (first, again) = (StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(statuses, [first, again, first, first, again]);
}

#[tokio::test]
async fn s_16_the_hook_sees_links_that_resume_before_anything_is_done_with_them() {
    let security = Security::new().rate_limit(|attempt: &Attempt<'_>| {
        if attempt.path.starts_with("/resume/") {
            return Err(TooMany::retry_after(Duration::from_secs(30)));
        }
        Ok(())
    });
    let reply = notebook(&security).0.get("/resume/guess").await;
    assert_eq!((reply.status, reply.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "30"));
}
