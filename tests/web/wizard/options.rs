//! What a program may set about a wizard's pages.

use axum::Router;
use axum::http::StatusCode;
use axum::response::Html;
use maud::html;
use serde_json::json;
use stepflow_web::{Shell, Stay, Step, WizardOptions, Words, wizard_router};
use stepflow_wizard::{Cause, FieldError};

use super::kit::{ask, browser, client, flow, options, registration};
use crate::client::Client;

#[tokio::test]
async fn htmx_gets_fragments_of_the_same_addresses() {
    let client = browser(registration(), WizardOptions::new(Shell::new("Registration").htmx()));
    let page = client.visit("/join").await;
    let form = page.form("form[novalidate]");
    assert_eq!(page.attr("form[novalidate]", "hx-post"), "/join/account");
    assert_eq!(page.attr("form[novalidate]", "hx-target"), "#step-flow-container");
    let htmx = client.htmx();
    let refused = htmx.submit(&form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.header("hx-push-url").is_empty() && !refused.has("header"));
    let sent = htmx.submit(&form.set("name", "Ada").set("email", "ada@example.org")).await;
    let next = htmx.get(&sent.location()).await;
    assert_eq!(next.header("hx-push-url"), "/join/plan");
    assert!(next.body.starts_with("<title>Plan – Registration</title><div id=\"step-flow-container\""));
    // Whoever reloads, or goes back in the history, gets a whole page.
    for client in
        [client.clone(), htmx.header("hx-history-restore-request", "true"), htmx.header("hx-boosted", "true")]
    {
        assert!(client.get("/join/plan").await.body.starts_with("<!DOCTYPE html>"));
    }
    let script = page.attr("script[src*=htmx]", "src");
    assert_eq!(client.get(&script).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_step_may_be_drawn_by_the_program() {
    let step = Step::new()
        .title("The plans")
        .load(|call| async move { Ok(json!({ "for": call.data["name"] })) })
        .render(|view| {
            html! {
                p.own { "For " (view.loaded()["for"].as_str().unwrap_or_default()) ", " (view.get("email").is_some()) }
                (view.field("plan"))
                a href=(view.path("/account")) { "Back to the account" }
            }
        });
    let client = browser(registration(), options().step("plan", step));
    let page = client.fill("account", &[("name", "<Ada>"), ("email", "ada@example.org")]).await;
    assert_eq!(page.text("h1"), "The plans");
    assert_eq!(page.text(".own"), "For <Ada>, true");
    assert_eq!(page.attr("#step-flow-container a", "href"), "/join/account");
    assert_eq!(client.fill("plan", &[("plan", "free")]).await.path(), "/join/letter");

    let step = Step::new().render(|_| Html("<p class=own>From a template</p>"));
    let page = browser(registration(), options().step("account", step)).visit("/join").await;
    assert_eq!(page.text("form p.own"), "From a template");
}

#[tokio::test]
async fn buttons_may_be_hidden_and_named() {
    let step = Step::new().hide_back().hide_cancel().next_button_text("Choose");
    let client = browser(registration(), options().step("plan", step));
    let page = client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    assert_eq!(page.texts("form[novalidate] button"), ["Choose"]);
    let page = browser(registration(), options().without_cancel()).visit("/join").await;
    assert_eq!(page.texts("form[novalidate] button"), ["Continue"]);
}

#[tokio::test]
async fn the_body_may_stand_outside_of_the_form() {
    let step = Step::new()
        .render(|view| html! { input.own name="name" form="registration-form" value=[view.value("name")]; });
    let page = browser(registration(), options().without_form().step("account", step)).visit("/join").await;
    assert!(page.has("#step-flow-container > div > input.own") && !page.has("form .own"));
    assert!(page.has("form#registration-form #step-flow-navigation button"));
}

#[tokio::test]
async fn progress_may_be_drawn_by_the_program() {
    let options = options().progress_renderer(|entries| html! { p.own { (entries.len()) " steps" } });
    assert_eq!(browser(registration(), options).visit("/join").await.text(".own"), "4 steps");
}

#[tokio::test]
async fn the_container_has_the_name_that_one_gives_it() {
    let shell = Shell::new("Registration").with_container("my-wizard").htmx();
    let page = browser(registration(), WizardOptions::new(shell)).visit("/join").await;
    assert!(page.has("main > #my-wizard"));
    assert_eq!(page.attr("form[novalidate]", "hx-target"), "#my-wizard");
}

#[tokio::test]
async fn a_rule_of_the_program_is_an_error_like_any_other() {
    let step = Step::new().validate(|call| async move {
        let taken = call.values["email"] == "ada@example.org";
        if taken {
            Err(FieldError::new("email", "taken", "There is an account with this address."))?
        }
        Ok(())
    });
    let client = browser(registration(), options().step("account", step));
    let form = client.visit("/join").await.form("form[novalidate]").set("name", "Ada");
    let page = client.submit(&form.clone().set("email", "ada@example.org")).await;
    assert_eq!(page.texts(".sf-errors a"), ["There is an account with this address."]);
    assert_eq!(client.submit(&form.set("email", "eve@example.org")).await.location(), "/join/plan");
}

#[tokio::test]
async fn a_hook_may_show_something_else_and_take_the_move_back() {
    let step = Step::new().on_enter(|call| async move {
        assert_eq!(call.cause, Cause::Next);
        Err(Stay::from(html! { p.own { "We are full." } }))
    });
    let client = browser(registration(), options().step("plan", step));
    let form = client.visit("/join").await.form("form[novalidate]");
    let page = client.submit(&form.set("name", "Ada").set("email", "ada@example.org")).await;
    assert_eq!(
        (page.status, page.text(".own")),
        (StatusCode::UNPROCESSABLE_ENTITY, "We are full.".to_owned())
    );
    assert_eq!(client.visit("/join").await.path(), "/join/account");
}

#[tokio::test]
async fn every_word_of_the_pages_can_be_another() {
    let words = Words { continue_: "Weiter".into(), optional: "(freiwillig)".into(), ..Words::default() };
    let page = browser(registration(), options().words(words)).visit("/join").await;
    assert_eq!(page.text("form[novalidate] button"), "Weiter");
    assert_eq!(page.texts("label")[2], "Phone (freiwillig)");
}

#[tokio::test]
async fn the_last_page_and_the_end_without_one_are_the_programs() {
    let told = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let into = std::sync::Arc::clone(&told);
    let options = options()
        .done(|submitted| html! { p.own { "Quote " (submitted.receipt.reference) } })
        .on_cancel(move |call| {
            into.lock().unwrap().push(call.data["name"].clone());
            async {}
        });
    let client = browser(registration(), options);
    let other = client.stranger();
    client.to_check().await;
    assert!(client.send_all().await.text(".own").starts_with("Quote "));
    other.fill("account", &[("name", "Eve"), ("email", "eve@example.org")]).await;
    let page = other.press("plan", &[], "cancel").await;
    other.submit_and_follow(&page.form("form[action$='/cancel']")).await;
    assert_eq!(*told.lock().unwrap(), [json!("Eve")]);
}

#[tokio::test]
async fn it_can_be_mounted_anywhere() {
    let options = || WizardOptions::new(Shell::new("Tea"));
    let wizard = || flow("tea", vec![ask("kind")]);
    let places = [
        ("", Router::new().merge(wizard_router(wizard(), options()))),
        ("/a/b", Router::new().nest("/a/b", wizard_router(wizard(), options()))),
        ("/house/7", Router::new().nest("/house/{number}", wizard_router(wizard(), options()))),
    ];
    for (prefix, app) in places {
        let client = Client::new(app);
        let page = client.visit(if prefix.is_empty() { "/" } else { prefix }).await;
        assert_eq!(page.path(), format!("{prefix}/kind"), "{}", page.status);
        let form = page.form("form[novalidate]").set("kind", "green");
        assert_eq!(client.submit_and_follow(&form).await.path(), format!("{prefix}/done"));
        assert_eq!(client.get(&page.attr("link[rel=stylesheet]", "href")).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn plain_forms_and_htmx_end_in_the_same_answers() {
    let (plain, taken) = super::kit::counting(registration());
    let (swapped, others) = super::kit::counting(registration());
    for (client, htmx) in [(browser(plain, options()), false), (browser(swapped, options()), true)] {
        let client = if htmx { client.htmx() } else { client };
        client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
        client.fill("plan", &[("plan", "team")]).await;
        client.fill("company", &[("company", "Analytical"), ("seats", "1,000")]).await;
        client.press("letter", &[], "skip").await;
        client.send_all().await;
    }
    assert_eq!(taken.lock().unwrap()[0].1, others.lock().unwrap()[0].1);
    let _ = client();
}
