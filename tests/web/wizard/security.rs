//! The rules for security that are the wizard's: each test bears the number of its rule. The guard's are beside.

use axum::http::StatusCode;
use serde_json::json;
use stepflow_web::{Security, Step};
use stepflow_wizard::store::{Caps, MemoryWizards};
use stepflow_wizard::{FieldError, Keeping, Receipt, Wizards};

use super::kit::{ask, browser, client, counting, flow, kept, offer, options, registration};

#[tokio::test]
async fn s_01_only_a_post_changes_anything() {
    let (wizards, taken) = counting(registration());
    let client = browser(wizards, options().save_and_return());
    let before = client.to_check().await.attr("[name=_seen]", "value");
    let paths = [
        "",
        "/account",
        "/start",
        "/reset",
        "/cancel",
        "/saved",
        "/done",
        "/check",
        "/letter?item=x&confirm=1",
    ];
    for path in paths {
        let reply = client.get(&format!("/join{path}")).await;
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        let varies = reply.header("vary").to_lowercase();
        assert!(varies.contains("hx-request") && varies.contains("cookie"), "{path}: {varies}");
        client.send("HEAD", &format!("/join{path}"), None, Vec::new()).await;
    }
    for path in ["/submit", "/next", "/back", "/extend"] {
        assert_eq!(
            client.get(&format!("/join{path}")).await.status,
            StatusCode::METHOD_NOT_ALLOWED,
            "{path}"
        );
    }
    for method in ["PUT", "DELETE", "PATCH"] {
        let reply = client.send(method, "/join/account", None, Vec::new()).await;
        assert!(reply.status.is_client_error(), "{method}: {}", reply.status);
    }
    assert_eq!(client.get("/join/check").await.attr("[name=_seen]", "value"), before);
    assert!(taken.lock().unwrap().is_empty());
}

#[tokio::test]
async fn s_03_a_wizard_is_found_by_its_owner_alone() {
    let client = browser(registration(), options().many());
    let list = client.get("/join").await;
    let begun = client.submit(&list.form("form[action$='/start']")).await.location();
    let id = begun.rsplit('/').next().unwrap().to_owned();
    assert_eq!(id.len(), 32);
    let page = client.visit(&begun).await;
    let form = page.form("form[novalidate]").set("name", "Ada").set("email", "ada@example.org");
    assert_eq!(client.submit(&form).await.location(), format!("{begun}/plan"));

    let stranger = client.stranger();
    let own = stranger.get("/join").await.form("form[action$='/start']");
    let unknown = "0".repeat(32);
    for path in [format!("{begun}/plan"), format!("/join/w/{unknown}/plan"), "/join/w/x/plan".to_owned()] {
        let reply = stranger.get(&path).await;
        assert_eq!(
            (reply.status, reply.text("h1")),
            (StatusCode::NOT_FOUND, "Page not found".to_owned()),
            "{path}"
        );
    }
    // Whoever steals a form still has another session.
    let stolen = form.set("_token", own.value("_token").unwrap());
    assert_eq!(stranger.submit(&stolen).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn s_05_only_what_the_step_asks_for_is_read() {
    let (wizards, taken) = counting(registration());
    let client = browser(wizards, options());
    let form = client.visit("/join").await.form("form[novalidate]");
    let form =
        form.set("name", "Ada").set("email", "ada@example.org").set("plan", "team").set("admin", "true");
    assert_eq!(client.submit(&form.clone().set("_stage", "letter")).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(client.submit(&form.clone().set("_action", "promote")).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(client.submit(&form).await.location(), "/join/plan");
    assert!(!client.visit("/join/plan").await.has("input[checked]"));
    client.fill("plan", &[("plan", "free")]).await;
    client.fill("letter", &[("often", "weekly")]).await;
    client.send_all().await;
    let data = &taken.lock().unwrap()[0].1;
    assert!(data.get("admin").is_none(), "{data}");
}

#[tokio::test]
async fn s_06_a_body_of_another_kind_or_size_is_refused_and_costs_nothing() {
    let client = client();
    client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    let form = client.visit("/join/plan").await.form("form[novalidate]");
    let parts = Some("multipart/form-data; boundary=x");
    let reply = client.send("POST", "/join/plan", parts, b"--x--".to_vec()).await;
    assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let reply = client.submit(&form.set("plan", &"x".repeat(2_000_000))).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(client.visit("/join").await.path(), "/join/plan");
}

#[tokio::test]
async fn s_07_it_is_sent_once_however_often_the_button_is_pressed() {
    let (wizards, taken) = counting(registration());
    let client = browser(wizards, options());
    let form = client.to_check().await.form("form[action$='/submit']");
    let (one, two) = (client.clone(), client.clone());
    let (first, second) = tokio::join!(one.submit(&form), two.submit(&form));
    for reply in [&first, &second] {
        let fine = reply.status == StatusCode::SEE_OTHER || reply.status == StatusCode::ACCEPTED;
        assert!(fine, "{}: {}", reply.status, reply.body);
    }
    let done = client.visit("/join/done").await;
    assert_eq!(done.text(".sf-reference strong"), "REF-1");
    let token = done.form("form").value("_token").unwrap().to_owned();
    assert_eq!(client.post("/join/submit", &[("_token", &token)]).await.location(), "/join/done");
    assert_eq!(taken.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn s_08_nothing_that_is_sent_decides_where_a_redirect_leads() {
    let client = client();
    let paths = [
        "/join/letter?return=//evil.example",
        "/join?return=https://evil.example",
        "/join/start?next=//evil.example",
    ];
    for path in paths {
        let place = client.get(path).await.location();
        assert!(place.starts_with("/join") && !place.contains("evil"), "{path}: {place}");
    }
    let form = client.visit("/join/account?return=//evil.example").await.form("form[novalidate]");
    assert!(form.value("_return").is_none());
    let form = form.set("_return", "//evil.example").set("name", "Ada").set("email", "ada@example.org");
    assert_eq!(client.submit(&form).await.location(), "/join/plan");
}

const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=y>{{ 7*7 }}";

#[tokio::test]
async fn s_09_what_people_type_is_text_everywhere() {
    let fields = json!({
        "a": { "type": "string" }, "b": { "type": "string", "maxLength": 900 }, "c": { "type": "integer" },
    });
    let client =
        browser(flow("texts", vec![offer("texts", &fields), ask("name")]), options().save_and_return());
    let form = client.visit("/join/texts").await.form("form[novalidate]");
    let form = form.set("a", HOSTILE).set("b", HOSTILE).set("c", HOSTILE);
    let refused = client.submit(&form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let old = client.visit("/join/texts").await.form("form[novalidate]");
    client.submit(&form.set("c", "1")).await;
    let stale = client.submit(&old.set("a", HOSTILE)).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let check = client.fill("name", &[("name", HOSTILE)]).await;
    assert_eq!(check.path(), "/join/check");
    for page in [refused, stale, check, client.visit("/join/texts").await] {
        assert!(!page.body.contains("<script>alert") && !page.body.contains("<img"), "{}", page.body);
        assert!(!page.has("[onerror]"));
    }
}

#[tokio::test]
async fn s_10_what_is_saved_is_looked_at_before_it_is_used() {
    let store = std::sync::Arc::new(MemoryWizards::new());
    let security = Security::new();
    let options = || options().security(security.clone());
    let client = browser(Wizards::new(registration(), store.clone()), options());
    client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    // The same name, another wizard: the step where the person was is gone.
    let renamed = Wizards::new(flow("registration", vec![ask("other"), ask("more")]), store);
    let later = browser(renamed, options());
    let client = client.at(later.app());
    let page = client.get("/join").await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert_eq!(page.text("h1"), "Your answers cannot be read");
    let begun = client.submit_and_follow(&page.form("main form")).await;
    assert_eq!(begun.path(), "/join/other");
}

#[tokio::test]
async fn s_12_secrets_are_shown_nowhere_and_forgotten() {
    let secret = json!({ "iban": { "type": "string", "x-sensitive": true, "minLength": 4 }, "x": { "type": "string" } });
    let wizards = kept(flow("pay", vec![offer("pay", &secret), ask("name")]))
        .on_submit(|submission| async move {
            assert_eq!(submission.data["iban"], "BE68539007547034");
            Ok(Receipt::new("REF-1"))
        })
        .build();
    let client = browser(wizards, options());
    client.fill("pay", &[("iban", "BE68539007547034"), ("x", "y")]).await;
    let back = client.press("name", &[], "back").await;
    assert!(!back.body.contains("BE6853"));
    // Left empty, it stays as it was.
    client.fill("pay", &[("x", "z")]).await;
    let check = client.fill("name", &[("name", "Ada")]).await;
    assert!(!check.body.contains("BE6853"));
    assert_eq!(client.send_all().await.path(), "/join/done");
}

#[tokio::test]
async fn s_12_an_old_tab_shows_no_secrets_either() {
    let secret = json!({ "pin": { "type": "string", "x-sensitive": true }, "x": { "type": "string" } });
    let client = browser(flow("pay", vec![offer("pay", &secret), ask("name")]), options());
    let old = client.visit("/join/pay").await.form("form[novalidate]");
    client.fill("pay", &[("pin", "1111"), ("x", "one")]).await;
    let stale = client.submit(&old.set("pin", "2222").set("x", "two")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.body.contains("two") && !stale.body.contains("2222") && !stale.body.contains("1111"));
}

#[tokio::test]
async fn s_13_looking_costs_no_room_and_too_many_are_told_so() {
    let caps = Caps { per_owner: 1, in_total: 2 };
    let wizards = kept(registration()).keeping(Keeping { caps, ..Keeping::default() }).build();
    let client = browser(wizards, options());
    for _ in 0..10 {
        assert_eq!(client.stranger().visit("/join").await.status, StatusCode::OK);
    }
    for _ in 0..2 {
        client.stranger().fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    }
    let reply = client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn s_15_a_link_to_come_back_works_once_and_asks_for_what_only_you_know() {
    let secret = json!({ "email": { "type": "string" }, "iban": { "type": "string", "x-sensitive": true } });
    let wizard = || flow("pay", vec![offer("pay", &secret.clone()), ask("name")]);
    // Without a second fact, no link to secrets.
    let client = browser(wizard(), options().save_and_return());
    client.fill("pay", &[("email", "ada@example.org"), ("iban", "BE68")]).await;
    let saved = client.press("name", &[], "save").await;
    assert!(!saved.has("form[action$='/saved']"));
    let token = client.visit("/join/name").await.form("form[novalidate]");
    let forced = client.post("/join/saved", &[("_token", token.value("_token").unwrap())]).await;
    assert_eq!(forced.status, StatusCode::NOT_FOUND);

    let client = browser(wizard(), options().save_and_return().second_fact("email"));
    client.fill("pay", &[("email", "ada@example.org"), ("iban", "BE68")]).await;
    let saved = client.press("name", &[], "save").await;
    let link = client.submit(&saved.form("form[action$='/saved']")).await.attr("a[href*='/resume/']", "href");
    let other = client.stranger();
    let page = other.get(&link).await;
    let form = page.form("main form");
    assert!(!page.body.contains("ada@example.org"));
    let wrong = other.submit(&form.clone().set("fact", "eve@example.org")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text("title").starts_with("Error: "));
    // Whoever guesses for long is shut out, with the link.
    let again = client.submit(&client.visit("/join/saved").await.form("form[action$='/saved']")).await;
    let guessed = again.attr("a[href*='/resume/']", "href");
    let guess = other.get(&guessed).await.form("main form").set("fact", "eve@example.org");
    for _ in 0..4 {
        assert_eq!(other.submit(&guess).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(other.submit(&guess).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.submit(&guess.set("fact", "ada@example.org")).await.status, StatusCode::NOT_FOUND);

    let again = client.submit(&client.visit("/join/saved").await.form("form[action$='/saved']")).await;
    let link = again.attr("a[href*='/resume/']", "href");
    let form = other.get(&link).await.form("main form");
    let resumed = other.submit_and_follow(&form.set("fact", " ADA@example.org ")).await;
    assert_eq!(resumed.path(), "/join/name");
    // It was used up, and the first browser has nothing any more.
    assert_eq!(other.get(&link).await.status, StatusCode::NOT_FOUND);
    assert!(client.visit("/join/pay").await.attrs("[name=email]", "value").is_empty());
}

#[tokio::test]
async fn s_17_nothing_on_a_page_is_inline() {
    let client = browser(registration(), options().show_progress().save_and_return());
    for page in [client.visit("/join").await, client.to_check().await, client.get("/join/cancel").await] {
        assert!(
            !page.has("style, [style], script:not([src]), [onclick], [onsubmit], [onload]"),
            "{}",
            page.body
        );
        assert!(page.attrs("script, link", "src").iter().all(|src| src.starts_with("/join/_assets/")));
    }
}

#[tokio::test]
async fn s_19_a_hook_that_panics_or_fails_changes_nothing() {
    let step = Step::new().on_leave(|call| async move {
        match call.values["name"].as_str() {
            Some("panic") => panic!("a hook of the test"),
            Some("fail") => Err(stepflow_wizard::BoxError::from("no disk"))?,
            Some("taken") => Err(FieldError::new("name", "taken", "Somebody has this name."))?,
            _ => {}
        }
        Ok(())
    });
    let client = browser(registration(), options().step("account", step));
    let form = client.visit("/join").await.form("form[novalidate]").set("email", "ada@example.org");
    let cases = [
        ("panic", StatusCode::INTERNAL_SERVER_ERROR),
        ("fail", StatusCode::SERVICE_UNAVAILABLE),
        ("taken", StatusCode::UNPROCESSABLE_ENTITY),
    ];
    for (name, status) in cases {
        let reply = client.submit(&form.clone().set("name", name)).await;
        assert_eq!(reply.status, status, "{name}");
        assert!(!reply.body.contains("a hook of the test") && !reply.body.contains("no disk"));
        assert_eq!(client.visit("/join").await.path(), "/join/account");
    }
    assert_eq!(client.submit(&form.set("name", "Ada")).await.location(), "/join/plan");
}
