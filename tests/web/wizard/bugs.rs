//! Bugs that other people's wizards had.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::StatusCode;
use serde_json::json;
use stepflow_web::Step;
use stepflow_wizard::{Stage, Transition};

use super::kit::{ask, browser, client, counting, flow, offer, options, registration};

/// formtools 284
#[tokio::test]
async fn text_that_was_half_typed_is_there_after_back_and_forward() {
    let client = client();
    client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    client.fill("plan", &[("plan", "team")]).await;
    client.press("company", &[("company", "Ana")], "back").await;
    assert_eq!(client.fill("plan", &[]).await.attr("[name=company]", "value"), "Ana");
}

/// formtools 126, craue 99
#[tokio::test]
async fn two_wizards_in_two_tabs_do_not_mix() {
    let client = browser(registration(), options().many());
    let list = client.get("/join").await;
    let start = list.form("form[action$='/start']");
    let (one, two) = (client.submit(&start).await.location(), client.submit(&start).await.location());
    assert_ne!(one, two);
    for (place, name) in [(&one, "Ada"), (&two, "Grace")] {
        let form = client.visit(place).await.form("form[novalidate]");
        client.submit(&form.set("name", name).set("email", "a@example.org")).await;
    }
    for (place, name) in [(&one, "Ada"), (&two, "Grace")] {
        let page = client.get(&format!("{place}/account")).await;
        assert_eq!(page.attr("[name=name]", "value"), name);
    }
    assert_eq!(client.get("/join").await.texts("main li").len(), 2);
}

/// formtools PR 41
#[tokio::test]
async fn an_answer_to_a_step_that_is_not_open_is_not_kept() {
    let client = client();
    client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    let form = client.visit("/join/plan").await.form("form[novalidate]");
    let future = crate::client::Form { action: "/join/letter".to_owned(), ..form };
    assert_eq!(client.submit(&future.set("often", "weekly")).await.location(), "/join/plan");
    let page = client.fill("plan", &[("plan", "free")]).await;
    assert_eq!(page.path(), "/join/letter");
    assert!(!page.has("input[checked]"));
}

/// formtools: a plain GET of the start
#[tokio::test]
async fn the_first_address_goes_on_where_one_was() {
    let client = client();
    client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    assert_eq!(client.get("/join").await.location(), "/join/plan");
    assert_eq!(client.get("/join/start").await.location(), "/join");
}

/// craue 35
#[tokio::test]
async fn changes_made_on_the_way_back_are_kept() {
    let client = client();
    client.to_check().await;
    client.fill("account", &[("name", "Grace")]).await;
    client.fill("plan", &[]).await;
    let page = client.fill("letter", &[("often", "monthly")]).await;
    assert_eq!(page.path(), "/join/check");
    let shown = page.texts("dd");
    assert!(shown.contains(&"Grace".to_owned()) && shown.contains(&"Monthly".to_owned()), "{shown:?}");
}

/// craue 98, DEFRA: the options of a later question shrink
#[tokio::test]
async fn an_answer_that_an_earlier_change_made_wrong_is_caught_before_the_end() {
    let first = Stage::new("size").schema(json!({
        "type": "object", "properties": { "size": { "enum": ["s", "l"] } }, "required": ["size"],
    }));
    let second = Stage::new("extra").schema(json!({
        "type": "object",
        "properties": { "size": { "type": "string" }, "extra": { "enum": ["none", "sail"] } },
        "required": ["extra"],
        "if": { "properties": { "size": { "const": "s" } }, "required": ["size"] },
        "then": { "properties": { "extra": { "enum": ["none"] } } },
    }));
    let (wizards, taken) = counting(flow("boat", vec![first, second, ask("name")]));
    let client = browser(wizards, options());
    client.fill("size", &[("size", "l")]).await;
    client.fill("extra", &[("extra", "sail")]).await;
    client.fill("name", &[("name", "Ada")]).await;
    let page = client.fill("size?return=check", &[("size", "s")]).await;
    assert_eq!(page.path(), "/join/extra?return=check");
    assert!(page.text(".sf-notice").contains("earlier answer"));
    assert!(client.get("/join/check").await.location().starts_with("/join/extra"));
    assert!(taken.lock().unwrap().is_empty());
}

/// craue 303
#[tokio::test]
async fn starting_again_leads_to_a_step_that_is_there() {
    let client = client();
    client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    client.fill("plan", &[("plan", "free")]).await;
    client.press("letter", &[], "skip").await;
    let page = client.visit("/join/reset").await;
    let begun = client.submit_and_follow(&page.form("main form")).await;
    assert_eq!((begun.status, begun.path()), (StatusCode::OK, "/join/account"));
    assert!(begun.attrs("[name=name]", "value").is_empty());
}

/// The original resets by a GET, and a posted reset without a question deletes nothing.
#[tokio::test]
async fn a_reset_that_nobody_confirmed_asks() {
    let client = client();
    client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    let token = client.visit("/join/plan").await.form("form[novalidate]");
    let token = token.value("_token").unwrap();
    for path in ["/join/reset", "/join/cancel"] {
        let page = client.post(path, &[("_token", token)]).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(client.visit("/join").await.path(), "/join/plan");
    }
}

/// symfony 62445
#[tokio::test]
async fn a_wizard_whose_last_step_is_skipped_can_be_finished() {
    let client = client();
    client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    client.fill("plan", &[("plan", "free")]).await;
    assert_eq!(client.press("letter", &[], "skip").await.path(), "/join/check");
    assert_eq!(client.send_all().await.path(), "/join/done");
}

/// symfony: rendering twice
#[tokio::test]
async fn looking_twice_is_like_looking_once() {
    let client = client();
    client.to_check().await;
    for path in ["/join/account", "/join/check", "/join/letter"] {
        let (one, two) = (client.get(path).await, client.get(path).await);
        assert_eq!(
            one.attrs("[name=_rev], [name=_seen]", "value"),
            two.attrs("[name=_rev], [name=_seen]", "value")
        );
    }
}

/// FormKit 1343
#[tokio::test]
async fn hooks_run_only_when_the_step_really_changes() {
    let (entered, left) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (in_plan, out_of_account) = (Arc::clone(&entered), Arc::clone(&left));
    let plan = Step::new().on_enter(move |_| {
        in_plan.fetch_add(1, Ordering::Relaxed);
        async { Ok(()) }
    });
    let account = Step::new().on_leave(move |_| {
        out_of_account.fetch_add(1, Ordering::Relaxed);
        async { Ok(()) }
    });
    let client = browser(registration(), options().step("plan", plan).step("account", account));
    let form = client.visit("/join").await.form("form[novalidate]");
    client.submit(&form).await;
    assert_eq!((left.load(Ordering::Relaxed), entered.load(Ordering::Relaxed)), (0, 0), "nothing was taken");
    client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    for _ in 0..3 {
        client.get("/join/plan").await;
    }
    assert_eq!((left.load(Ordering::Relaxed), entered.load(Ordering::Relaxed)), (1, 1));
    client.press("plan", &[], "back").await;
    assert_eq!((left.load(Ordering::Relaxed), entered.load(Ordering::Relaxed)), (1, 1), "back is not next");
}

/// Home Assistant
#[tokio::test]
async fn the_schema_is_kept_before_any_code_of_the_step_runs() {
    let ran = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&ran);
    let step = Step::new().on_leave(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
        async { Ok(()) }
    });
    let fields = json!({ "n": { "type": "integer", "maximum": 3 } });
    let client = browser(flow("n", vec![offer("n", &fields), ask("x")]), options().step("n", step));
    let form = client.visit("/join/n").await.form("form[novalidate]").set("n", "9");
    assert_eq!(client.submit(&form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ran.load(Ordering::Relaxed), 0);
}

/// Pressing twice
#[tokio::test]
async fn the_same_form_sent_twice_is_one_answer() {
    let client = client();
    let form = client.visit("/join").await.form("form[novalidate]");
    let form = form.set("name", "Ada").set("email", "ada@example.org");
    assert_eq!(client.submit(&form).await.location(), "/join/plan");
    let form = client.visit("/join/account").await.form("form[novalidate]").set("name", "Grace");
    let (one, two) = (client.clone(), client.clone());
    let (first, second) = tokio::join!(one.submit(&form), two.submit(&form));
    assert_eq!((first.location(), second.location()), ("/join/plan".to_owned(), "/join/plan".to_owned()));
}

/// The same answer once more is no conflict, and goes on.
#[tokio::test]
async fn an_answer_that_did_not_change_leads_on_as_well() {
    let client = client();
    client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    for _ in 0..3 {
        client.press("plan", &[], "back").await;
        assert_eq!(client.fill("account", &[]).await.path(), "/join/plan");
    }
}

/// The compatible names of the original: an answer to wherever one is.
#[tokio::test]
async fn next_and_back_work_without_naming_the_step() {
    let client = client();
    let form = client.visit("/join").await.form("form[novalidate]");
    let next = crate::client::Form { action: "/join/next".to_owned(), ..form };
    let next = next.set("name", "Ada").set("email", "ada@example.org");
    assert_eq!(client.submit(&next).await.location(), "/join/plan");
    let form = client.visit("/join/plan").await.form("form[novalidate]");
    let back = crate::client::Form { action: "/join/back".to_owned(), ..form };
    assert_eq!(client.submit(&back).await.location(), "/join/account");
}

/// A loop comes back to a step, and asks again.
#[tokio::test]
async fn a_wizard_may_lead_in_circles() {
    let again = Transition::to("guest").when("data.get('more') == 'yes'").unwrap();
    let more = ask("more").transition(again).to("END");
    let client = browser(flow("guests", vec![ask("guest"), more]), options());
    client.fill("guest", &[("guest", "Ada")]).await;
    assert_eq!(client.fill("more", &[("more", "yes")]).await.path(), "/join/guest");
    client.fill("guest", &[("guest", "Grace")]).await;
    assert_eq!(client.fill("more", &[("more", "no")]).await.path(), "/join/check");
}
