//! The rules for use: each test bears the number of its rule.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;
use stepflow_web::{CheckPage, Step};
use stepflow_wizard::{BoxError, Receipt, Stage, Transition, Wizards};

use super::kit::{ask, browser, client, counting, flow, kept, offer, options, registration, short_lived};

const STEPS: [&str; 9] =
    ["", "/account", "/plan", "/company", "/letter", "/check", "/done", "/saved", "/nowhere"];

#[tokio::test]
async fn u_01_every_address_answers_in_every_state() {
    let client = client();
    for progress in 0..4 {
        match progress {
            1 => _ = client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await,
            2 => _ = client.to_check().await,
            3 => _ = client.send_all().await,
            _ => {}
        }
        for step in STEPS {
            let reply = client.get(&format!("/join{step}")).await;
            let fine = [StatusCode::OK, StatusCode::SEE_OTHER, StatusCode::NOT_FOUND].contains(&reply.status);
            assert!(fine, "{step} in state {progress}: {}", reply.status);
            assert_eq!(step == "/nowhere", reply.status == StatusCode::NOT_FOUND, "{step}");
        }
    }
}

#[tokio::test]
async fn u_02_a_step_that_is_not_open_yet_leads_to_the_first_open_one() {
    let client = client();
    assert_eq!(client.get("/join/letter").await.location(), "/join/account");
    client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    for step in ["company", "letter", "check"] {
        assert!(client.get(&format!("/join/{step}")).await.location().starts_with("/join/plan"), "{step}");
    }
    assert_eq!(client.get("/join/account").await.status, StatusCode::OK);
}

#[tokio::test]
async fn u_03_an_answer_redirects_so_that_reloading_sends_nothing() {
    let client = client();
    let form = client.visit("/join").await.form("form[novalidate]");
    let sent = client.submit(&form.set("name", "Ada").set("email", "ada@example.org")).await;
    assert_eq!(sent.location(), "/join/plan");
    let shown = client.get("/join/plan").await;
    assert_eq!(
        client.get("/join/plan").await.attr("[name=_rev]", "value"),
        shown.attr("[name=_rev]", "value")
    );
}

#[tokio::test]
async fn u_04_what_was_typed_is_still_there_when_it_is_refused() {
    let client = client();
    let form = client.visit("/join/account").await.form("form[novalidate]");
    let form = form.set("name", "<A>\"&").set("email", "no address").set("phone", " 1 2 ");
    let reply = client.submit(&form).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(reply.attr("[name=name]", "value"), "<A>\"&");
    assert_eq!(reply.attr("[name=email]", "value"), "no address");
    assert_eq!(reply.attr("[name=phone]", "value"), " 1 2 ");

    let secret = json!({ "pin": { "type": "string", "format": "password", "minLength": 4 }, "x": { "type": "string" } });
    let client = browser(flow("pins", vec![offer("pin", &secret)]), options());
    let form = client.visit("/join/pin").await.form("form[novalidate]");
    let reply = client.submit(&form.set("pin", "123").set("x", "y")).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.attrs("[name=pin]", "value").is_empty() && !reply.body.contains("123"));
    assert!(reply.has("#pins-pin-note"));
}

#[tokio::test]
async fn u_05_all_errors_come_first_and_say_what_stands_at_the_fields() {
    let client = client();
    let form = client.visit("/join/account").await.form("form[novalidate]");
    let reply = client.submit(&form.set("email", "nothing")).await;
    assert!(reply.text("title").starts_with("Error: "));
    assert_eq!(reply.attr("#step-flow-container > :first-child", "class"), "sf-errors");
    let links = reply.texts(".sf-errors a");
    let inline: Vec<String> =
        reply.texts(".sf-error").iter().map(|text| text.trim_start_matches("Error: ").to_owned()).collect();
    assert_eq!(links, inline);
    assert_eq!(links.len(), 2);
    for href in reply.attrs(".sf-errors a", "href") {
        assert!(reply.has(&href), "{href}");
    }
}

#[tokio::test]
async fn u_06_going_back_loses_nothing() {
    let client = client();
    client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    client.fill("plan", &[("plan", "team")]).await;
    let page = client.press("company", &[("company", "Analytical"), ("seats", "many")], "back").await;
    assert_eq!(page.path(), "/join/plan");
    let page = client.fill("plan", &[]).await;
    assert_eq!(page.path(), "/join/company");
    assert_eq!(page.attr("[name=company]", "value"), "Analytical");
    assert_eq!(page.attr("[name=seats]", "value"), "many");
}

#[tokio::test]
async fn u_07_what_was_not_taken_is_no_answer() {
    let (wizards, taken) = counting(flow("two", vec![ask("one"), ask("two")]));
    let client = browser(wizards, options());
    client.fill("one", &[("one", "first")]).await;
    client.press("two", &[("two", "half")], "back").await;
    assert!(client.get("/join/check").await.location().starts_with("/join/two"));
    client.fill("two", &[("two", "whole")]).await;
    client.send_all().await;
    assert_eq!(taken.lock().unwrap()[0].1, json!({ "one": "first", "two": "whole" }));
}

#[tokio::test]
async fn u_08_a_changed_answer_keeps_the_later_ones() {
    let client = client();
    client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    client.fill("plan", &[("plan", "team")]).await;
    client.fill("company", &[("company", "Analytical"), ("seats", "3")]).await;
    client.fill("letter", &[("often", "weekly")]).await;
    client.fill("plan?return=check", &[("plan", "free")]).await;
    let page = client.fill("plan?return=check", &[("plan", "team")]).await;
    assert_eq!(page.path(), "/join/check");
    assert!(page.texts("dd").contains(&"Analytical".to_owned()), "{:?}", page.texts("dd"));

    // An answer that an earlier one has made wrong is asked again, and says so.
    let first = ask("kind");
    let second = Stage::new("count").schema(json!({
        "type": "object",
        "properties": { "kind": { "type": "string" }, "count": { "type": "integer" } },
        "required": ["count"],
        "if": { "properties": { "kind": { "const": "single" } }, "required": ["kind"] },
        "then": { "properties": { "count": { "maximum": 1 } } },
    }));
    let client = browser(flow("tickets", vec![first, second, ask("name")]), options());
    client.fill("kind", &[("kind", "group")]).await;
    client.fill("count", &[("count", "5")]).await;
    client.fill("name", &[("name", "Ada")]).await;
    let page = client.fill("kind?return=check", &[("kind", "single")]).await;
    assert_eq!(page.path(), "/join/count?return=check");
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text(".sf-notice").contains("another look"), "{}", page.body);
}

#[tokio::test]
async fn u_09_answers_of_a_branch_that_was_left_do_not_count() {
    let (wizards, taken) = counting(registration());
    let client = browser(wizards, options());
    client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    client.fill("plan", &[("plan", "team")]).await;
    client.fill("company", &[("company", "Analytical"), ("seats", "3")]).await;
    client.fill("letter", &[("often", "weekly")]).await;
    let page = client.fill("plan?return=check", &[("plan", "free")]).await;
    assert!(!page.body.contains("Analytical"));
    client.send_all().await;
    let data = &taken.lock().unwrap()[0].1;
    assert!(data.get("company").is_none() && data["plan"] == "free", "{data}");
}

#[tokio::test]
async fn u_10_change_leads_back_to_the_check_page_unless_something_new_is_asked() {
    let client = client();
    let check = client.to_check().await;
    let link = check.attr("a[href*='account']", "href");
    assert_eq!(link, "/join/account?return=check");
    let page = client.fill("account?return=check", &[("name", "Grace")]).await;
    assert_eq!(page.path(), "/join/check");
    assert!(page.texts("dd").contains(&"Grace".to_owned()));

    let page = client.fill("plan?return=check", &[("plan", "team")]).await;
    assert_eq!(page.path(), "/join/company?return=check");
    let form = page.form("form[novalidate]").set("company", "Analytical").set("seats", "3");
    assert_eq!(client.submit(&form).await.location(), "/join/check");

    // One question needs no second look.
    let client = browser(flow("one", vec![ask("one")]), options());
    assert_eq!(client.fill("one", &[("one", "1")]).await.path(), "/join/done");
}

#[tokio::test]
async fn u_11_change_links_name_their_row_and_empty_rows_say_so() {
    let client = client();
    let check = client.to_check().await;
    assert_eq!(check.texts(".sf-change a")[0], "Change Name");
    assert!(check.texts("dd").contains(&"Not provided".to_owned()));

    let secret = json!({ "pin": { "type": "string", "x-sensitive": true }, "x": { "type": "string" } });
    let client = browser(flow("pins", vec![offer("pin", &secret), ask("name")]), options());
    client.fill("pin", &[("pin", "1234")]).await;
    let check = client.fill("name", &[("name", "Ada")]).await;
    assert!(!check.body.contains("1234"));
    assert!(check.body.contains("••••••"));
}

#[tokio::test]
async fn u_12_the_last_button_names_the_act() {
    let client = client();
    assert_eq!(client.to_check().await.text("form[action$='/submit'] button"), "Register");
}

#[tokio::test]
async fn u_13_the_button_that_goes_on_says_continue() {
    let page = client().visit("/join/account").await;
    assert_eq!(page.text("form[novalidate] button"), "Continue");
    let options = options().step("account", Step::new().next_button_text("To the plan"));
    let page = browser(registration(), options).visit("/join/account").await;
    assert_eq!(page.text("form[novalidate] button"), "To the plan");
}

#[tokio::test]
async fn u_14_what_is_optional_says_so_and_nothing_has_an_asterisk() {
    let page = client().visit("/join/account").await;
    assert_eq!(page.texts("label"), ["Name", "Email", "Phone (optional)"]);
    assert!(!page.body.contains('*'));
}

#[tokio::test]
async fn u_15_progress_is_off_and_counts_only_what_is_certain() {
    assert!(!client().visit("/join/account").await.has("#step-flow-progress"));
    let client = browser(registration(), options().show_progress());
    let page = client.visit("/join/account").await;
    // Whether there is a company step depends on the plan.
    assert_eq!(page.text("title"), "Account – Step 1 – Registration");
    client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    let page = client.fill("plan", &[("plan", "free")]).await;
    assert_eq!(page.text("title"), "Our letter – Step 3 of 3 – Registration");
    assert_eq!(page.texts("#step-flow-progress li").len(), 3);
}

#[tokio::test]
async fn u_16_skip_is_there_where_it_is_allowed_and_clears_the_answer() {
    let (wizards, taken) = counting(registration());
    let client = browser(wizards, options());
    assert!(!client.visit("/join/account").await.has("button[value=skip]"));
    client.to_check().await;
    let page = client.visit("/join/letter?return=check").await;
    assert_eq!(page.text("button[value=skip]"), "Skip this question");
    let page = client.press("letter?return=check", &[], "skip").await;
    assert_eq!(page.path(), "/join/check");
    client.send_all().await;
    assert!(taken.lock().unwrap()[0].1.get("often").is_none());

    let reply = client.stranger().press("account", &[], "skip").await;
    assert_eq!(reply.path(), "/join/account");
}

#[tokio::test]
async fn u_17_cancelling_asks_first_where_something_was_answered() {
    let client = client();
    client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    let page = client.press("plan", &[("plan", "team")], "cancel").await;
    assert_eq!(page.path(), "/join/cancel");
    assert!(page.text("p").contains("Registration") || page.body.contains("are deleted"));
    // No: everything is as it was.
    assert_eq!(client.visit(&page.attr("a.sf-second", "href")).await.path(), "/join/plan");
    let gone = client.submit_and_follow(&page.form("form[action$='/cancel']")).await;
    assert_eq!(gone.text("h1"), "Cancelled");
    assert_eq!(client.visit("/join").await.path(), "/join/account");
    assert!(client.visit("/join/account").await.attrs("[name=name]", "value").is_empty());
}

#[tokio::test]
async fn u_18_the_last_page_can_be_read_again_and_sends_nothing() {
    let (wizards, taken) = counting(registration());
    let client = browser(wizards, options());
    client.to_check().await;
    let done = client.send_all().await;
    assert_eq!(done.path(), "/join/done");
    assert_eq!(done.text(".sf-reference strong"), "REF-1");
    for _ in 0..3 {
        assert_eq!(client.get("/join/done").await.text(".sf-reference strong"), "REF-1");
    }
    assert_eq!(taken.lock().unwrap().len(), 1);
    assert!(!done.has("form[action$='/submit']"));
    let again = client.submit_and_follow(&done.form("form[action$='/start']")).await;
    assert_eq!(again.path(), "/join/account");
    assert!(again.attrs("[name=name]", "value").is_empty());
}

#[tokio::test]
async fn u_19_four_kinds_of_trouble_are_four_pages_with_a_way_on() {
    let client = client();
    let old = client.to_check().await;
    let letter = client.visit("/join/letter").await.form("form[novalidate]");
    let done = client.submit_and_follow(&old.form("form[action$='/submit']")).await;
    let token = done.form("form").value("_token").unwrap().to_owned();
    let already = client.submit(&letter.set("_token", &token)).await;
    assert_eq!(
        (already.status, already.text("h1")),
        (StatusCode::CONFLICT, "This was sent already".to_owned())
    );

    let (wizards, clock) = short_lived(registration(), Duration::from_secs(3600));
    let client = browser(wizards, options());
    client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    clock.advance(Duration::from_secs(3601));
    let expired = client.get("/join/plan").await;
    assert_eq!(
        (expired.status, expired.text("h1")),
        (StatusCode::GONE, "Your answers have expired".to_owned())
    );
    let begun = client.submit(&expired.form("form[action$='/start']")).await;
    assert_eq!(begun.location(), "/join");

    let (client, other) = two_tabs().await;
    let stale = client.submit(&other).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert_eq!(stale.text("h1"), "Your answers were changed elsewhere");

    let nothing = client.get("/join/nothing/here").await;
    assert_eq!((nothing.status, nothing.text("h1")), (StatusCode::NOT_FOUND, "Page not found".to_owned()));
    for page in [already, stale, nothing] {
        assert!(page.has("main a[href^='/join']"), "{}", page.body);
    }
}

/// A browser, and the form of a second tab that is old by now.
async fn two_tabs() -> (crate::client::Client, crate::client::Form) {
    let client = client();
    client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    let other = client.visit("/join/account").await.form("form[novalidate]").set("name", "Grace");
    client.fill("account", &[("name", "Lovelace")]).await;
    (client, other)
}

#[tokio::test]
async fn u_20_an_old_tab_shows_both_and_writes_over_nothing() {
    let (client, other) = two_tabs().await;
    let stale = client.submit(&other).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let shown = stale.texts("dd");
    assert!(shown.contains(&"Grace".to_owned()) && shown.contains(&"Lovelace".to_owned()), "{shown:?}");
    assert_eq!(client.visit("/join/account").await.attr("[name=name]", "value"), "Lovelace");

    // What I typed.
    let page = client.submit_and_follow(&stale.form("main form")).await;
    assert_eq!(page.path(), "/join/plan");
    assert_eq!(client.visit("/join/account").await.attr("[name=name]", "value"), "Grace");
}

#[tokio::test]
async fn u_21_whoever_stops_can_come_back() {
    let client = browser(registration(), options().save_and_return());
    let page = client.press("account", &[("name", "Ada")], "save").await;
    assert_eq!(page.path(), "/join/saved");
    assert!(page.has("time"), "until when");
    assert_eq!(client.visit("/join").await.attr("[name=name]", "value"), "Ada");

    let link = client.submit(&page.form("form[action$='/saved']")).await;
    let path = link.attr("a[href*='/resume/']", "href");
    let other = client.stranger();
    let page = other.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    let resumed = other.submit_and_follow(&page.form("main form")).await;
    assert_eq!(resumed.attr("[name=name]", "value"), "Ada");
    assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn u_22_answers_are_kept_in_one_form_however_they_are_written() {
    let cases = [
        (json!({ "type": "string" }), "  Ada ", json!("Ada")),
        (json!({ "type": "string" }), "Jose\u{301}", json!("José")),
        (json!({ "type": "string", "x-whitespace": "collapse" }), " a   b ", json!("a b")),
        (json!({ "type": "integer" }), "1,234", json!(1234)),
        (json!({ "type": "integer" }), "1 234", json!(1234)),
        (json!({ "type": "number" }), "3,5", json!(3.5)),
    ];
    for (schema, typed, kept) in cases {
        let (wizards, taken) = counting(flow("one", vec![offer("one", &json!({ "one": schema }))]));
        let client = browser(wizards, options());
        assert_eq!(client.fill("one", &[("one", typed)]).await.path(), "/join/done", "{typed}");
        assert_eq!(taken.lock().unwrap()[0].1["one"], kept, "{typed}");
    }
    // What is not valid is shown as it was typed.
    let client =
        browser(flow("one", vec![offer("one", &json!({ "one": { "type": "integer" } }))]), options());
    let form = client.visit("/join/one").await.form("form[novalidate]").set("one", " 1x ");
    assert_eq!(client.submit(&form).await.attr("[name=one]", "value"), " 1x ");
}

#[tokio::test]
async fn u_23_nothing_is_an_answer_where_nothing_is_needed_and_space_is_nothing() {
    let fields =
        json!({ "a": { "type": "string" }, "b": { "enum": ["x", "y"] }, "c": { "type": "integer" } });
    let client = browser(flow("free", vec![offer("free", &fields), ask("name")]), options());
    assert_eq!(client.fill("free", &[("a", "   ")]).await.path(), "/join/name");
    let form = client.visit("/join/name").await.form("form[novalidate]").set("name", "   ");
    assert_eq!(client.submit(&form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn u_24_a_loader_that_fails_costs_no_answer() {
    let fails = Arc::new(AtomicBool::new(true));
    let seen = Arc::clone(&fails);
    let step = Step::new().load(move |_| {
        let fails = seen.load(Ordering::Relaxed);
        async move { if fails { Err(BoxError::from("no rates")) } else { Ok(json!({})) } }
    });
    let client = browser(registration(), options().step("plan", step));
    let page = client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!page.body.contains("no rates"));
    fails.store(false, Ordering::Relaxed);
    assert_eq!(client.get(&page.attr("main a", "href")).await.status, StatusCode::OK);
    assert_eq!(client.visit("/join/account").await.attr("[name=name]", "value"), "Ada");
}

/// Wizards whose submissions fail the first time; what they were called is kept.
fn failing_once() -> (Wizards, Arc<std::sync::Mutex<Vec<String>>>) {
    let ids = Arc::new(std::sync::Mutex::new(Vec::new()));
    let into = Arc::clone(&ids);
    let wizards = kept(registration())
        .on_submit(move |submission| {
            let into = Arc::clone(&into);
            async move {
                let mut ids = into.lock().unwrap();
                ids.push(submission.id.to_string());
                if ids.len() == 1 { Err("the post is closed".into()) } else { Ok(Receipt::new("REF-1")) }
            }
        })
        .build();
    (wizards, ids)
}

#[tokio::test]
async fn u_25_a_submission_that_fails_can_be_tried_again_under_the_same_name() {
    let (wizards, ids) = failing_once();
    let client = browser(wizards, options());
    let check = client.to_check().await;
    let failed = client.submit(&check.form("form[action$='/submit']")).await;
    assert_eq!(failed.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(failed.text("h1"), "Check your answers");
    assert!(failed.text(".sf-errors").contains("Nothing is lost") && !failed.body.contains("the post"));
    let done = client.submit_and_follow(&failed.form("form[action$='/submit']")).await;
    assert_eq!(done.text(".sf-reference strong"), "REF-1");
    let ids = ids.lock().unwrap();
    assert!(ids.len() == 2 && ids[0] == ids[1]);
}

#[tokio::test]
async fn u_26_what_only_tells_something_is_shown_once_and_back_passes_over_it() {
    let stages = vec![ask("one"), Stage::message("news", "We have moved."), ask("two")];
    let client = browser(flow("told", stages), options());
    let page = client.fill("one", &[("one", "1")]).await;
    assert_eq!(page.path(), "/join/two");
    assert_eq!(page.texts(".sf-notice"), ["We have moved."]);
    assert_eq!(client.press("two", &[], "back").await.path(), "/join/one");
}

#[tokio::test]
async fn u_27_a_suggestion_may_be_cleared_and_a_default_comes_back() {
    let fields = json!({
        "a": { "type": "string", "x-suggested": "Ada" },
        "b": { "type": "string", "default": "Bob" },
    });
    let (wizards, taken) = counting(flow("one", vec![offer("one", &fields)]));
    let client = browser(wizards, options());
    let page = client.visit("/join/one").await;
    assert_eq!(page.attr("[name=a]", "value"), "Ada");
    assert_eq!(page.attr("[name=b]", "value"), "Bob");
    client.fill("one", &[("a", ""), ("b", "")]).await;
    let data = &taken.lock().unwrap()[0].1;
    assert!(data.get("a").is_none_or(serde_json::Value::is_null) && data["b"] == "Bob", "{data}");
}

#[tokio::test]
async fn u_28_a_last_step_that_does_not_apply_keeps_nobody() {
    let last = Transition::to("last").when("data.get('more') == 'yes'").unwrap();
    let more = ask("more").transition(last).to("END");
    let client = browser(flow("maybe", vec![ask("first"), more, ask("last")]), options());
    client.fill("first", &[("first", "1")]).await;
    assert_eq!(client.fill("more", &[("more", "yes")]).await.path(), "/join/last");
    let page = client.fill("more?return=check", &[("more", "no")]).await;
    assert_eq!(page.path(), "/join/check");
    assert_eq!(client.send_all().await.path(), "/join/done");
}

#[tokio::test]
async fn without_a_check_page_the_last_answer_sends_them_all() {
    static TAKEN: AtomicUsize = AtomicUsize::new(0);
    let wizards = kept(flow("two", vec![ask("one"), ask("two")]))
        .on_submit(|_| async {
            TAKEN.fetch_add(1, Ordering::Relaxed);
            Ok(Receipt::new("REF-1"))
        })
        .build();
    let client = browser(wizards, options().check_page(CheckPage::Never));
    client.fill("one", &[("one", "1")]).await;
    assert_eq!(client.visit("/join/two").await.text("form[novalidate] button"), "Register");
    assert_eq!(client.fill("two", &[("two", "2")]).await.path(), "/join/done");
    assert_eq!(TAKEN.load(Ordering::Relaxed), 1);
}
