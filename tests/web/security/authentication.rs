//! Who is let in, and as whom.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::StatusCode;
use stepflow::Clock as _;
use stepflow::testing::ManualClock;
use stepflow_web::auth::{Access, LoginLink, Principal, ProxyHeader};
use stepflow_web::{May, Security, SessionLimits};

use super::{Client, notebook, notebook_app, raw, text, write, written};

/// A guard with a login link, and the way to its page.
fn with_link(clock: &ManualClock) -> (Security, LoginLink, String) {
    let approver = Principal::new("ada").unwrap().with_name("Ada").with_role("approver");
    let link = LoginLink::new(approver);
    let secret = link.issue(clock.now()).unwrap();
    let path = format!("/_sign-in?key={}", secret.text());
    (Security::new().clock(clock.clone()).authenticate(link.clone()), link, path)
}

async fn sign_in(client: &Client, path: &str) -> StatusCode {
    let page = client.get(path).await;
    assert_eq!(page.status, StatusCode::OK);
    client.submit(&page.form("form")).await.status
}

#[tokio::test]
async fn without_an_authenticator_only_this_machine_is_let_in() {
    let (client, _) = notebook(&Security::new());
    assert_eq!(client.get("/decide").await.body, "local");
    assert_eq!(client.from_peer("[::1]:9").get("/").await.status, StatusCode::OK);
    assert_eq!(client.from_peer("[::ffff:127.0.0.1]:9").get("/").await.status, StatusCode::OK);
    for peer in ["192.0.2.1:9", "10.0.0.1:9", "[2001:db8::1]:9", "[::ffff:192.0.2.1]:9", "0.0.0.0:9"] {
        let reply = client.from_peer(peer).get("/").await;
        assert_eq!(
            (reply.status, reply.text("h1").as_str()),
            (StatusCode::FORBIDDEN, "Not open to other machines")
        );
    }
}

/// Somebody forgot `into_make_service_with_connect_info`.
#[tokio::test]
async fn a_request_without_its_peer_counts_as_one_from_elsewhere() {
    use tower::ServiceExt as _;
    let request =
        || axum::http::Request::get("/").header("host", "localhost").body(axum::body::Body::empty()).unwrap();
    let (app, _) = notebook_app(&Security::new());
    assert_eq!(app.oneshot(request()).await.unwrap().status(), StatusCode::FORBIDDEN);
    let (app, _) = notebook_app(&Security::new().unsafe_without_authentication());
    assert_eq!(app.oneshot(request()).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_login_link_lets_in_once_and_a_stranger_never() {
    let clock = ManualClock::new();
    let (security, _, path) = with_link(&clock);
    let (client, notes) = notebook(&security);
    let stranger = client.get("/decide").await;
    assert_eq!(stranger.location(), "/_sign-in");
    assert_eq!(client.post("/", &[("note", "x")]).await.status, StatusCode::UNAUTHORIZED);

    assert_eq!(sign_in(&client, &path).await, StatusCode::SEE_OTHER);
    assert_eq!(client.get("/decide").await.body, "Ada (ada)");
    assert_eq!(client.get("/owner").await.body, "user:ada");
    assert_eq!(write(&client, "by Ada").await.status, StatusCode::SEE_OTHER);

    let thief = client.stranger();
    assert_eq!(sign_in(&thief, &path).await, StatusCode::FORBIDDEN, "used up");
    assert_eq!(thief.get("/decide").await.location(), "/_sign-in");
    assert_eq!(written(&notes), ["by Ada"]);
}

#[tokio::test]
async fn s_15_a_login_link_expires_and_is_replaced_by_the_next() {
    let clock = ManualClock::new();
    let (security, link, path) = with_link(&clock);
    let (client, _) = notebook(&security);
    clock.advance(Duration::from_secs(600));
    assert_eq!(sign_in(&client, &path).await, StatusCode::FORBIDDEN, "ten minutes are over");
    let older = format!("/_sign-in?key={}", link.issue(clock.now()).unwrap().text());
    let newer = format!("/_sign-in?key={}", link.issue(clock.now()).unwrap().text());
    assert_eq!(sign_in(&client, &older).await, StatusCode::FORBIDDEN);
    assert_eq!(sign_in(&client, &format!("{newer}x")).await, StatusCode::FORBIDDEN);
    assert_eq!(sign_in(&client, &newer).await, StatusCode::SEE_OTHER);
}

/// Whoever asks for another link does not get it: it is shown where the service runs.
#[tokio::test]
async fn s_15_another_link_is_shown_elsewhere_and_not_at_will() {
    let clock = ManualClock::new();
    let shown: Arc<Mutex<Vec<String>>> = Arc::default();
    let at_the_terminal = Arc::clone(&shown);
    let link = LoginLink::new(Principal::new("ada").unwrap().with_role("approver"))
        .announce(move |secret| at_the_terminal.lock().unwrap().push(secret.text().to_owned()));
    let (client, _) = notebook(&Security::new().clock(clock.clone()).authenticate(link));
    let ask = async || {
        let page = client.get("/_sign-in").await.form("form");
        let reply = client.submit(&page).await;
        assert_eq!(reply.text("h1"), "Look where this service was started");
        for secret in shown.lock().unwrap().iter() {
            assert!(!reply.body.contains(secret.as_str()));
        }
        shown.lock().unwrap().len()
    };
    assert_eq!((ask().await, ask().await), (1, 1), "once a minute");
    clock.advance(Duration::from_secs(60));
    assert_eq!(ask().await, 2);
    let links: Vec<String> = shown.lock().unwrap().iter().map(|key| format!("/_sign-in?key={key}")).collect();
    assert_eq!(sign_in(&client, &links[0]).await, StatusCode::FORBIDDEN, "replaced");
    assert_eq!(sign_in(&client, &links[1]).await, StatusCode::SEE_OTHER);
}

/// Programs that look at links in messages open them.
#[tokio::test]
async fn s_01_opening_a_login_link_does_not_use_it_up() {
    let clock = ManualClock::new();
    let (security, _, path) = with_link(&clock);
    let (client, _) = notebook(&security);
    for method in ["GET", "HEAD", "GET"] {
        assert_eq!(client.stranger().send(method, &path, None, Vec::new()).await.status, StatusCode::OK);
    }
    assert_eq!(sign_in(&client, &path).await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn s_04_signing_in_changes_the_session_whatever_it_was() {
    let clock = ManualClock::new();
    let (security, _, path) = with_link(&clock);
    let (client, _) = notebook(&security.with_guests());
    // Fixation: the attacker has the victim's browser begin with the attacker's own session.
    let attacker = client.stranger();
    attacker.get("/owner").await;
    let planted = attacker.cookies()["stepflow-80"].clone();
    client.set_cookie("stepflow-80", &planted);
    let token = client.get("/").await.form("form").value("_token").unwrap().to_owned();

    assert_eq!(sign_in(&client, &path).await, StatusCode::SEE_OTHER);
    assert_ne!(client.cookies()["stepflow-80"], planted);
    assert_eq!(client.get("/decide").await.status, StatusCode::OK);
    assert_ne!(client.get("/").await.form("form").value("_token").unwrap(), token);
    assert_eq!(client.post("/", &[("_token", &token)]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(attacker.get("/decide").await.location(), "/_sign-in", "the planted session gained nothing");
}

#[tokio::test]
async fn signing_out_is_final_also_for_a_stolen_cookie() {
    let clock = ManualClock::new();
    let (security, _, path) = with_link(&clock);
    let (client, _) = notebook(&security);
    sign_in(&client, &path).await;
    let thief = client.stranger();
    thief.set_cookie("stepflow-80", &client.cookies()["stepflow-80"]);
    assert_eq!(
        client.post("/_sign-in/out", &[]).await.status,
        StatusCode::FORBIDDEN,
        "nobody else can do it"
    );
    let page = client.get("/_sign-in/out").await;
    assert_eq!(client.submit(&page.form("form")).await.location(), "/");
    assert!(client.cookies().is_empty());
    for browser in [&client, &thief] {
        assert_eq!(browser.get("/decide").await.location(), "/_sign-in");
    }
}

#[tokio::test]
async fn s_14_whoever_signed_in_does_so_again_after_half_a_day() {
    let clock = ManualClock::new();
    let (security, _, path) = with_link(&clock);
    let (client, _) = notebook(&security);
    sign_in(&client, &path).await;
    clock.advance(Duration::from_secs(12 * 3600 - 1));
    assert_eq!(client.get("/decide").await.status, StatusCode::OK);
    clock.advance(Duration::from_secs(1));
    assert_eq!(client.get("/decide").await.location(), "/_sign-in");
}

#[tokio::test]
async fn s_13_so_many_can_be_signed_in_and_a_crowd_of_strangers_throws_nobody_out() {
    let clock = ManualClock::new();
    let mut limits = SessionLimits::default();
    limits.at_most = 1;
    let (security, link, path) = with_link(&clock);
    let (client, _) = notebook(&security.session_limits(limits));
    sign_in(&client, &path).await;
    for _ in 0..20 {
        client.stranger().get("/_sign-in?key=guess").await;
        client.stranger().get("/decide").await;
    }
    assert_eq!(client.get("/decide").await.status, StatusCode::OK);
    let second = client.stranger();
    clock.advance(Duration::from_secs(1));
    let path = format!("/_sign-in?key={}", link.issue(clock.now()).unwrap().text());
    assert_eq!(sign_in(&second, &path).await, StatusCode::SEE_OTHER);
    assert_eq!(second.get("/decide").await.status, StatusCode::OK);
    assert_eq!(client.get("/decide").await.location(), "/_sign-in", "there was room for one");
}

#[tokio::test]
async fn s_08_after_signing_in_a_person_arrives_where_they_were_going_and_nowhere_else() {
    let clock = ManualClock::new();
    for (asked, arrives) in [
        ("/decide", "/decide"),
        ("/decide?return=https://evil.example", "/decide"),
        ("//evil.example/x", "/"),
        ("/%5C%5Cevil.example", "/%5C%5Cevil.example"),
        ("/nowhere", "/nowhere"),
    ] {
        let (security, _, path) = with_link(&clock);
        let (client, _) = notebook(&security);
        client.get(asked).await;
        let page = client.get(&format!("{path}&return=//evil.example&next=//evil.example")).await;
        let form = page.form("form").set("return", "https://evil.example").set("next", "//evil.example");
        assert_eq!(client.submit(&form).await.location(), arrives, "{asked}");
    }
}

#[tokio::test]
async fn what_a_browser_fetches_by_itself_is_not_where_the_person_was_going() {
    let clock = ManualClock::new();
    let (security, _, path) = with_link(&clock);
    let (client, _) = notebook(&security);
    client.header("sec-fetch-dest", "document").get("/decide").await;
    let page = client.get(&path).await;
    // The icon of the site, while the page is open.
    client.header("sec-fetch-dest", "image").get("/favicon.ico").await;
    assert_eq!(client.submit(&page.form("form")).await.location(), "/decide");
}

#[tokio::test]
async fn a_program_is_told_and_not_redirected() {
    let clock = ManualClock::new();
    let (security, _, _) = with_link(&clock);
    let (client, _) = notebook(&security);
    let program = client.header("accept", "application/json").get("/decide").await;
    assert_eq!(
        (program.status, program.header("content-type")),
        (StatusCode::UNAUTHORIZED, "application/problem+json")
    );
    let htmx = client.htmx().get("/decide").await;
    assert_eq!((htmx.status, htmx.header("hx-redirect")), (StatusCode::UNAUTHORIZED, "/_sign-in"));
}

fn proxy() -> ProxyHeader {
    let proxy = ProxyHeader::new("x-user").unwrap().trust("10.0.7.0/24").unwrap().trust("::1").unwrap();
    proxy.name_from("x-name").unwrap().roles_from("x-groups").unwrap()
}

#[tokio::test]
async fn a_proxys_header_is_believed_from_the_proxy_alone() {
    let (client, _) = notebook(&Security::new().authenticate(proxy()));
    let ada = client.header("x-user", "ada@example.com").header("x-groups", "approver, viewer");
    let named = ada.header("x-name", "Ada Lovelace");
    assert_eq!(named.from_peer("10.0.7.9:1").get("/decide").await.body, "Ada Lovelace (ada@example.com)");
    assert_eq!(ada.from_peer("[::ffff:10.0.7.9]:1").get("/decide").await.body, "ada@example.com");
    for peer in ["127.0.0.1:1", "10.0.8.9:1", "192.0.2.1:1"] {
        let reply = ada.from_peer(peer).get("/decide").await;
        assert_eq!(
            (reply.status, reply.text("h1").as_str()),
            (StatusCode::FORBIDDEN, "You were not let in"),
            "{peer}"
        );
    }
    let from_proxy = client.from_peer("10.0.7.9:1");
    assert_eq!(from_proxy.get("/decide").await.status, StatusCode::UNAUTHORIZED, "nobody is named");
    assert_eq!(
        from_proxy.header("x-user", "eve").get("/decide").await.status,
        StatusCode::FORBIDDEN,
        "no role"
    );
    // The proxy added its header to the one that the client had sent.
    let twice = from_proxy.header("x-user", "eve").header("x-user", "ada@example.com");
    assert_eq!(twice.header("x-groups", "approver").get("/decide").await.status, StatusCode::FORBIDDEN);
    let roles_twice =
        from_proxy.header("x-user", "eve").header("x-groups", "viewer").header("x-groups", "approver");
    assert_eq!(roles_twice.get("/decide").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_proxys_secret_keeps_other_programs_of_the_machine_out() {
    let proxy = proxy().secret("x-proxy-secret", "long and random").unwrap();
    let (client, _) = notebook(&Security::new().authenticate(proxy));
    let ada = client.from_peer("10.0.7.9:1").header("x-user", "ada").header("x-groups", "approver");
    assert_eq!(ada.get("/decide").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ada.header("x-proxy-secret", "guess").get("/decide").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ada.header("x-proxy-secret", "long and random").get("/decide").await.status, StatusCode::OK);
}

/// The proxy signs one person out and the next one in; the browser keeps its cookies.
#[tokio::test]
async fn s_03_a_session_is_not_handed_on_to_the_next_person() {
    let (client, notes) = notebook(&Security::new().authenticate(proxy()));
    let client = client.from_peer("10.0.7.9:1");
    let (ada, eve) = (client.header("x-user", "ada"), client.header("x-user", "eve"));
    let form = ada.get("/").await.form("form").set("note", "in Ada's name");
    assert_eq!(eve.get("/owner").await.body, "user:eve");
    assert_eq!(eve.submit(&form).await.status, StatusCode::FORBIDDEN, "Ada's form");
    assert!(written(&notes).is_empty());
}

#[tokio::test]
async fn names_cannot_pass_for_others() {
    let (app, _) = notebook_app(
        &Security::new().authenticate(ProxyHeader::new("x-user").unwrap().trust("127.0.0.1").unwrap()),
    );
    for id in ["ada\u{202e}nimda", "ad\u{200b}a", &"a".repeat(257)] {
        let response = raw(&app, "GET", "/owner", &[("host", "localhost"), ("x-user", id)], "").await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{id}");
    }
    let response = raw(&app, "GET", "/owner", &[("host", "localhost"), ("x-user", "Zo\u{eb}")], "").await;
    assert_eq!(text(response).await, "user:Zo\u{eb}");
    let shown = Principal::new("eve").unwrap().with_name("Ada\u{202e}\u{0} \n(ada)");
    assert_eq!(shown.decided_by(), "Ada (ada) (eve)", "the id is always there");
}

#[test]
fn roles_are_plain_data() {
    let person = |role| Principal::new("p").unwrap().with_role(role);
    let access = Access::default();
    let table = [
        ("viewer", [true, false, false]),
        ("approver", [true, true, false]),
        ("operator", [true, false, true]),
        ("Approver", [false, false, false]),
        ("", [false, false, false]),
    ];
    for (role, expected) in table {
        let may = [May::Look, May::Decide, May::Operate].map(|what| access.allows(&person(role), what));
        assert_eq!(may, expected, "{role}");
    }
    assert!(!Access::nobody().allows(&person("operator"), May::Look));
}

#[tokio::test]
async fn a_person_without_the_role_is_told_so() {
    let clock = ManualClock::new();
    let link = LoginLink::new(Principal::new("eve").unwrap().with_role("viewer"));
    let path = format!("/_sign-in?key={}", link.issue(clock.now()).unwrap().text());
    let (client, _) = notebook(&Security::new().clock(clock).authenticate(link));
    sign_in(&client, &path).await;
    let reply = client.get("/decide").await;
    assert_eq!((reply.status, reply.text("h1").as_str()), (StatusCode::FORBIDDEN, "You may not decide this"));
}
