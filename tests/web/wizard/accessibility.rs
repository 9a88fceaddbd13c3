//! The rules for accessibility: each test bears the number of its rule. What needs eyes or a real browser is in the
//! browser tests.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::http::StatusCode;
use scraper::{Html, Selector};
use serde_json::json;
use stepflow_web::{CheckPage, Direction, Link, Shell, WizardOptions};
use stepflow_wizard::{Collect, Stage, StageKind};

use super::kit::{ask, browser, client, flow, offer, options, registration, short_lived};
use crate::client::{Client, Reply};

/// Every kind of control there is.
fn everything() -> Client {
    let guest =
        json!({ "type": "object", "properties": { "name": { "type": "string" } }, "required": ["name"] });
    let fields = json!({
        "text": { "type": "string", "description": "A hint." },
        "mail": { "type": "string", "format": "email" },
        "day": { "type": "string", "format": "date" },
        "much": { "type": "string", "maxLength": 2000 },
        "pin": { "type": "string", "format": "password" },
        "count": { "type": "integer", "minimum": 1 },
        "plan": { "oneOf": [{ "const": "a", "description": "The first." }, { "const": "b" }] },
        "country": { "enum": ["a", "b", "c", "d", "e", "f", "g", "h"] },
        "days": { "type": "array", "items": { "enum": ["mon", "tue"] }, "uniqueItems": true, "minItems": 1 },
        "news": { "type": "boolean" },
        "address": { "type": "object", "properties": { "street": { "type": "string" } }, "required": ["street"] },
        "guests": { "type": "array", "items": guest, "minItems": 2 },
        "photo": { "type": "string", "contentEncoding": "base64" },
    });
    let names: Vec<String> = fields.as_object().unwrap().keys().cloned().collect();
    let all = Stage::new("all").schema(json!({ "type": "object", "properties": fields, "required": names }));
    let items = Stage { kind: StageKind::Collect(Collect::new("items")), ..Stage::new("items") }.schema(
        json!({ "type": "object", "properties": { "what": { "type": "string" } }, "required": ["what"] }),
    );
    browser(flow("everything", vec![items, all]), options().show_progress().save_and_return())
}

/// Every page that a wizard has.
async fn pages() -> Vec<Reply> {
    let client = client();
    let mut pages = vec![client.visit("/join").await];
    let form = pages[0].form("form[novalidate]");
    pages.push(client.submit(&form).await);
    let old = client.visit("/join/account").await.form("form[novalidate]");
    pages.push(client.to_check().await);
    pages.push(client.submit(&old.set("name", "Old").set("email", "old@example.org")).await);
    for path in ["cancel", "reset", "saved", "letter?return=check", "nowhere"] {
        pages.push(client.get(&format!("/join/{path}")).await);
    }
    pages.push(client.send_all().await);
    pages.push(client.get("/join/cancelled").await);
    let client = everything();
    pages.push(client.visit("/join/items").await);
    pages.push(client.press("items", &[("what", "<b>")], "add").await);
    let all = client.fill("items", &[]).await;
    pages.push(client.submit(&all.form("form[novalidate]")).await);
    pages.push(all);
    pages
}

fn attrs(html: &Html, css: &str, name: &str) -> Vec<String> {
    let selector = Selector::parse(css).unwrap();
    html.select(&selector).filter_map(|element| element.attr(name)).map(str::to_owned).collect()
}

#[tokio::test]
async fn w_01_every_page_has_one_heading_and_a_title_of_its_own() {
    let mut titles = BTreeSet::new();
    for page in pages().await {
        assert_eq!(page.texts("h1").len(), 1, "{}", page.body);
        let (title, heading) = (page.text("title"), page.text("h1"));
        assert!(title.contains(&heading) && title.ends_with("– Registration"), "{title} / {heading}");
        titles.insert(title);
    }
    assert!(titles.len() > 8, "{titles:?}");
    let fragment = client().htmx().get("/join/account").await;
    assert!(fragment.body.starts_with("<title>Account – Registration</title>"));
}

#[tokio::test]
async fn w_02_the_focus_has_one_place_to_go_and_nothing_takes_it_at_once() {
    for page in pages().await {
        assert_eq!(page.attrs("[data-focus]", "tabindex"), ["-1"], "{}", page.body);
        assert!(!page.has("[autofocus]"));
        assert!(page.has("[data-focus].sf-errors") || page.has("h1[data-focus]"));
    }
}

#[tokio::test]
async fn w_03_the_summary_of_errors_can_take_the_focus_and_links_to_controls() {
    let client = everything();
    let all = client.fill("items", &[]).await;
    let page = client.submit(&all.form("form[novalidate]")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.body);
    assert!(page.has(".sf-errors[tabindex='-1'] h2"));
    let links = page.attrs(".sf-errors a", "href");
    assert!(links.len() > 5);
    for link in links {
        let id = link.trim_start_matches('#');
        assert!(page.has(&format!("input[id='{id}'], select[id='{id}'], textarea[id='{id}']")), "{link}");
    }
    assert!(
        page.has(".sf-errors a[href='#everything-plan']") && page.has("input[type=radio]#everything-plan")
    );
}

#[tokio::test]
async fn w_04_an_invalid_control_says_so_and_what_to_do() {
    let client = client();
    let form = client.visit("/join/account").await.form("form[novalidate]").set("name", "A");
    let page = client.submit(&form).await;
    assert_eq!(page.attr("[name=name]", "aria-invalid"), "true");
    assert_eq!(
        page.attr("[name=name]", "aria-describedby"),
        "registration-name-hint registration-name-error"
    );
    assert_eq!(page.text("#registration-email-error"), "Error: Enter email.");
    assert!(page.has("#registration-name-hint") && page.has("#registration-name-error"));
    assert!(page.attrs("[name=phone]", "aria-invalid").is_empty());
}

#[tokio::test]
async fn w_05_every_control_has_a_label_and_every_group_a_legend() {
    for page in pages().await {
        let html = page.html();
        let labels: BTreeSet<String> = attrs(&html, "label[for]", "for").into_iter().collect();
        let selector = Selector::parse("input:not([type=hidden]), select, textarea").unwrap();
        for control in html.select(&selector) {
            let id = control.attr("id").unwrap_or_default();
            assert!(labels.contains(id), "no label for {:?}", control.html());
        }
        assert_eq!(page.texts("fieldset").len(), page.texts("fieldset > legend").len());
        assert!(page.texts("label, legend").iter().all(|text| !text.is_empty()));
        let ids = attrs(&html, "[id]", "id");
        let unique: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "{ids:?}");
        for list in attrs(&html, "[aria-describedby]", "aria-describedby") {
            for id in list.split(' ') {
                assert!(ids.contains(&id.to_owned()), "nothing is called {id}");
            }
        }
    }
}

#[tokio::test]
async fn w_06_browsers_are_told_what_a_field_is_for() {
    let page = client().visit("/join/account").await;
    assert_eq!(page.attr("[name=name]", "autocomplete"), "name");
    assert_eq!(page.attr("[name=email]", "autocomplete"), "email");
    assert_eq!(page.attr("[name=phone]", "autocomplete"), "tel");
    let own = json!({ "code": { "type": "string", "x-autocomplete": "one-time-code" } });
    let page = browser(flow("own", vec![offer("own", &own)]), options()).visit("/join/own").await;
    assert_eq!(page.attr("[name=code]", "autocomplete"), "one-time-code");
}

#[tokio::test]
async fn w_07_what_is_known_is_not_asked_for_again() {
    let again = offer("again", &json!({ "name": { "type": "string" } }));
    let client = browser(flow("twice", vec![ask("name"), again]), options());
    let page = client.fill("name", &[("name", "Ada")]).await;
    assert_eq!(page.attr("[name=name]", "value"), "Ada");
    let known = options().initial(|_| serde_json::Map::from_iter([("name".to_owned(), json!("Grace"))]));
    let page = browser(flow("known", vec![ask("name")]), known).visit("/join/name").await;
    assert_eq!(page.attr("[name=name]", "value"), "Grace");
}

#[tokio::test]
async fn w_08_what_counts_is_checked_before_it_is_sent() {
    let client = browser(flow("deed", vec![ask("deed")]), options().check_page(CheckPage::Always));
    assert_eq!(client.fill("deed", &[("deed", "all of it")]).await.path(), "/join/check");
}

#[tokio::test]
async fn w_09_nothing_hinders_pasting() {
    for page in pages().await {
        assert!(!page.body.contains("onpaste") && !page.has("[autocomplete=off]"));
    }
}

#[tokio::test]
async fn w_10_time_that_runs_out_is_told_and_can_be_had() {
    let page = client().visit("/join").await;
    assert!(page.text(".sf-kept").starts_with("Your answers are kept until") && page.has(".sf-kept time"));
    // A day is long enough to need no button.
    assert!(!page.has("form[action$='/extend']"));

    let client = browser(short_lived(registration(), Duration::from_secs(600)).0, options());
    let page = client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    let more = client.submit(&page.form("form[action$='/extend']")).await;
    assert_eq!(client.follow(more).await.path(), "/join/plan");
}

#[tokio::test]
async fn w_11_progress_is_said_in_words() {
    let client = browser(registration(), options().show_progress());
    let page = client.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
    assert_eq!(page.attrs("ol > li[aria-current]", "aria-current"), ["step"]);
    let steps = page.texts("#step-flow-progress li");
    assert_eq!(steps[0], "Account (done)");
    assert_eq!(steps[1], "Plan (current)");
    assert!(steps[2..].iter().all(|step| step.ends_with("(not yet)")), "{steps:?}");
}

#[tokio::test]
async fn w_12_results_are_said_in_a_region_that_is_there_before() {
    let client = browser(registration(), WizardOptions::new(Shell::new("Registration").htmx()));
    let page = client.get("/join/account").await;
    assert_eq!(page.attr("#sf-status", "role"), "status");
    assert!(!page.has("#step-flow-container #sf-status"), "it stays when the page is swapped");
    let form = page.form("form[novalidate]");
    let fragment = client.htmx().submit(&form).await;
    assert_eq!(fragment.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(fragment.text("[hx-swap-oob='innerHTML:#sf-status']").starts_with("Error: "));
}

#[tokio::test]
async fn w_13_buttons_are_large_and_the_focus_is_seen() {
    let client = client();
    let page = client.visit("/join").await;
    let style = client.get(&page.attr("link[rel=stylesheet]", "href")).await.body;
    for rule in
        [":focus-visible", "min-height: 2.75rem", "max-width: 100%", "@media (prefers-color-scheme: dark)"]
    {
        assert!(style.contains(rule), "{rule}");
    }
    assert!(!style.contains("outline: none") && !style.contains("position: sticky"));
    assert_eq!(page.attr("meta[name=viewport]", "content"), "width=device-width, initial-scale=1");
}

#[tokio::test]
async fn w_14_help_is_in_the_same_place() {
    let shell = Shell::new("Registration").help(Link::new("/help", "Get help"));
    let client = browser(registration(), WizardOptions::new(shell));
    for page in [client.visit("/join").await, client.to_check().await, client.send_all().await] {
        assert_eq!(page.attr("body > header > a.sf-help", "href"), "/help");
    }
}

#[tokio::test]
async fn w_15_buttons_are_always_in_the_same_order_and_enter_continues() {
    let client = browser(registration(), options().save_and_return());
    client.to_check().await;
    let order = ["next", "add", "skip", "back", "save", "cancel"];
    for step in ["account", "plan", "letter"] {
        let buttons = client.visit(&format!("/join/{step}")).await.attrs("form[novalidate] button", "value");
        assert_eq!(buttons[0], "next");
        let places: Vec<_> =
            buttons.iter().map(|button| order.iter().position(|known| known == button)).collect();
        assert!(places.is_sorted() && places.iter().all(Option::is_some), "{buttons:?}");
    }
    // Enter sends the first button's value, or none at all.
    let form = client.stranger().visit("/join").await.form("form[novalidate]");
    assert!(form.value("_action").is_none());
}

#[tokio::test]
async fn w_16_nothing_is_sent_before_a_button_is_pressed() {
    let client = browser(registration(), WizardOptions::new(Shell::new("Registration").htmx()));
    let page = client.visit("/join").await;
    assert!(!page.has("[hx-trigger], [onchange], [onblur], [oninput]"));
}

#[tokio::test]
async fn w_17_the_language_is_said() {
    let shell = Shell::new("הרשמה").lang("he").direction(Direction::RightToLeft);
    let client = browser(registration(), WizardOptions::new(shell));
    for page in [client.visit("/join").await, client.get("/join/nowhere").await] {
        assert_eq!(
            (page.attr("html", "lang"), page.attr("html", "dir")),
            ("he".to_owned(), "rtl".to_owned())
        );
    }
}

#[tokio::test]
async fn w_18_no_button_is_disabled() {
    for page in pages().await {
        assert!(!page.has("button[disabled], input[disabled]"));
    }
}
