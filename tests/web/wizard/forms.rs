//! Forms out of schemas: what a person can do with each kind of control.

use axum::http::StatusCode;
use serde_json::{Value, json};
use stepflow_wizard::{Collect, Stage, StageKind};

use super::kit::{ask, browser, counting, flow, offer, options};

/// What is sent for a field is what is taken.
async fn check(schema: Value, sent: &[(&str, &str)], taken_as: Value) {
    let (wizards, taken) = counting(flow("one", vec![offer("one", &json!({ "it": schema }))]));
    let client = browser(wizards, options());
    let mut form = client.visit("/join/one").await.form("form[novalidate]");
    for (name, _) in sent {
        form = form.clear(name);
    }
    for (name, value) in sent {
        form = form.add(name, value);
    }
    let page = client.submit_and_follow(&form).await;
    assert_eq!(page.path(), "/join/done", "{schema}: {}", page.body);
    let data = taken.lock().unwrap()[0].1.get("it").cloned().unwrap_or_default();
    assert_eq!(data, taken_as, "{schema}");
}

#[tokio::test]
async fn every_kind_of_control_gives_its_kind_of_answer() {
    check(json!({ "type": "string" }), &[("it", "a")], json!("a")).await;
    check(json!({ "type": "integer" }), &[("it", "7")], json!(7)).await;
    check(json!({ "type": "number" }), &[("it", "7.5")], json!(7.5)).await;
    check(json!({ "type": "string", "format": "date" }), &[("it", "2024-05-31")], json!("2024-05-31")).await;
    check(json!({ "type": "string", "maxLength": 999 }), &[("it", "a\r\nb")], json!("a\nb")).await;
    check(json!({ "enum": ["a", "b"] }), &[("it", "b")], json!("b")).await;
    check(json!({ "enum": [1, 2] }), &[("it", "2")], json!(2)).await;
    check(json!({ "type": "boolean" }), &[("it", "true")], json!(true)).await;
    let days = json!({ "type": "array", "items": { "enum": ["mon", "tue", "wed"] } });
    check(days.clone(), &[("it", "wed"), ("it", "mon")], json!(["mon", "wed"])).await;
    check(days, &[], json!([])).await;
    let tags = json!({ "type": "array", "items": { "type": "string" } });
    check(tags, &[("it/0", "a"), ("it/1", ""), ("it/2", "c")], json!(["a", "c"])).await;
    let person = json!({ "type": "object", "properties": { "name": { "type": "string" }, "age": { "type": "integer" } } });
    check(person.clone(), &[("it/name", "Ada"), ("it/age", "36")], json!({ "name": "Ada", "age": 36 })).await;
    let people = json!({ "type": "array", "items": person });
    check(people, &[("it/0/name", "Ada"), ("it/3/age", "4")], json!([{ "name": "Ada" }, { "age": 4 }])).await;
    check(json!({ "type": "object" }), &[("it", "{\"a\": [1]}")], json!({ "a": [1] })).await;
}

#[tokio::test]
async fn an_unticked_box_takes_the_answer_back() {
    let fields = json!({ "news": { "type": "boolean" }, "name": { "type": "string" } });
    let (wizards, taken) = counting(flow("news", vec![offer("news", &fields), ask("last")]));
    let client = browser(wizards, options());
    client.fill("news", &[("news", "true"), ("name", "Ada")]).await;
    let form = client.visit("/join/news").await.form("form[novalidate]");
    assert_eq!(form.value("news"), Some("true"));
    client.submit(&form.clear("news").set("name", "")).await;
    client.fill("last", &[("last", "1")]).await;
    client.send_all().await;
    let data = &taken.lock().unwrap()[0].1;
    assert_eq!(data["news"], false);
    assert!(data.get("name").is_none_or(Value::is_null));
}

#[tokio::test]
async fn rows_are_added_and_taken_away_without_javascript() {
    let tags =
        json!({ "tags": { "type": "array", "items": { "type": "string" } }, "x": { "type": "string" } });
    let client = browser(flow("tags", vec![offer("tags", &tags), ask("last")]), options());
    let page = client.visit("/join/tags").await;
    assert_eq!(page.texts(".sf-row").len(), 1);
    let form = page.form("form[novalidate]").set("tags/0", "red").set("x", "kept");
    let page = client.submit_and_follow(&form.press("_action", "add-row tags")).await;
    assert_eq!((page.texts(".sf-row").len(), page.attr("[name='tags/0']", "value")), (2, "red".to_owned()));
    assert_eq!(page.attr("[name=x]", "value"), "kept");
    let form = page.form("form[novalidate]").set("tags/1", "blue");
    let page = client.submit_and_follow(&form.press("_action", "remove-row tags/0")).await;
    assert_eq!((page.texts(".sf-row").len(), page.attr("[name='tags/0']", "value")), (1, "blue".to_owned()));
}

#[tokio::test]
async fn errors_within_lists_stand_at_their_rows() {
    let guest =
        json!({ "type": "object", "properties": { "age": { "type": "integer" } }, "required": ["age"] });
    let fields = json!({ "guests": { "type": "array", "items": guest, "minItems": 2 }, "x": {} });
    let client = browser(flow("guests", vec![offer("guests", &fields)]), options());
    let form = client.visit("/join/guests").await.form("form[novalidate]");
    let page = client.submit(&form.set("guests/0/age", "4").set("guests/1/age", "old")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.attr(".sf-errors a", "href"), "#guests-guests-1-age");
    assert!(page.has("#guests-guests-1-age-error") && !page.has("#guests-guests-0-age-error"));
}

#[tokio::test]
async fn items_are_collected_changed_and_removed() {
    let items = Stage {
        kind: StageKind::Collect(Collect { min: 1, ..Collect::new("items") }),
        ..Stage::new("items")
    }
    .schema(json!({
        "type": "object",
        "properties": { "what": { "type": "string" }, "count": { "type": "integer" } },
        "required": ["what"],
    }));
    let (wizards, taken) = counting(flow("basket", vec![items, ask("name")]));
    let client = browser(wizards, options());
    let page = client.press("items", &[("what", "tea"), ("count", "2")], "add").await;
    assert_eq!(page.texts(".sf-items li > span:first-child"), ["tea, 2"]);
    client.press("items", &[("what", "milk")], "add").await;
    let page = client.press("items", &[("what", "sugar")], "add").await;
    assert_eq!(page.texts(".sf-items li > span:first-child"), ["tea, 2", "milk", "sugar"]);

    let link = page.attr(".sf-items a", "href");
    let opened = client.get(&link).await;
    assert_eq!(opened.attr("[name=what]", "value"), "tea");
    let form = opened.form("form[novalidate]").set("count", "3").press("_action", "add");
    let page = client.submit_and_follow(&form).await;
    assert_eq!(page.texts(".sf-items li > span:first-child"), ["tea, 3", "milk", "sugar"]);

    let remove = page.form(".sf-items li:nth-child(2) form");
    let id = page.attrs(".sf-items li form button", "value")[1].clone();
    let page = client.submit_and_follow(&remove.press("_action", &id)).await;
    assert_eq!(page.texts(".sf-items li > span:first-child"), ["tea, 3", "sugar"]);

    // What was typed and not added yet is not lost by going on.
    let page = client.fill("items", &[("what", "jam")]).await;
    assert_eq!(page.path(), "/join/name");
    let check = client.fill("name", &[("name", "Ada")]).await;
    assert!(check.text(".sf-answer dd").contains("jam"), "{}", check.body);
    client.send_all().await;
    let data = &taken.lock().unwrap()[0].1;
    let what: Vec<&str> =
        data["items"].as_array().unwrap().iter().filter_map(|item| item["what"].as_str()).collect();
    assert_eq!(what, ["tea", "sugar", "jam"]);
}

#[tokio::test]
async fn a_collection_that_needs_more_says_so() {
    let items = Stage {
        kind: StageKind::Collect(Collect { min: 1, ..Collect::new("items") }),
        ..Stage::new("items")
    }
    .schema(
        json!({ "type": "object", "properties": { "what": { "type": "string" } }, "required": ["what"] }),
    );
    let client = browser(flow("basket", vec![items]), options());
    let form = client.visit("/join/items").await.form("form[novalidate]");
    let page = client.submit(&form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.body);
    assert!(page.has(".sf-errors"));
}

#[tokio::test]
async fn files_are_not_taken_and_say_so() {
    let fields = json!({ "photo": { "type": "string", "format": "binary" }, "name": { "type": "string" } });
    let client = browser(flow("photo", vec![offer("photo", &fields)]), options());
    let page = client.visit("/join/photo").await;
    assert!(page.body.contains("Files cannot be sent here.") && !page.has("input[type=file]"));
    assert_eq!(client.fill("photo", &[("name", "Ada")]).await.path(), "/join/done");
}

#[tokio::test]
async fn a_single_question_is_asked_in_the_words_of_the_step() {
    let stage = offer("tea", &json!({ "kind": { "enum": ["green", "black"] } })).prompt("Which tea, please?");
    let page = browser(flow("tea", vec![stage]), options()).visit("/join/tea").await;
    assert!(page.text("label, legend").starts_with("Which tea, please?"));
    assert_eq!(page.body.matches("Which tea, please?").count(), 1);
}
