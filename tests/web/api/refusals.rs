//! What is refused, with which status, and that nothing was changed by it.

use std::sync::Arc;

use serde_json::{Value, json};
use stepflow_web::{ApiOptions, Security};
use stepflow_wizard::store::{Caps, Lifetime, MemoryWizards};
use stepflow_wizard::{Blueprint, Definition, Flow, Keeping, Stage, Wizards};

use super::program::at;
use super::{Program, Told, parties, party, program, served};

/// The word that says what kind of problem it is.
fn kind(told: &Told) -> &str {
    told.json["type"].as_str().and_then(|kind| kind.rsplit(':').next()).unwrap_or_default()
}

async fn refuses(program: &Program, wizard: &Value, command: Value, status: u16, expected: &str) -> Told {
    let told = program.advance(wizard, command.clone()).await;
    assert_eq!((told.status, kind(&told)), (status, expected), "{command}: {}", told.body);
    told
}

#[tokio::test]
async fn what_is_answered_wrongly_is_told_field_by_field() {
    let (program, _) = program().await;
    let wizard = program.begin("party").await;
    let wrong = json!({ "type": "submit", "values": { "kind": "red", "cups": 13 } });
    let told = refuses(&program, &wizard, wrong, 422, "invalid-answer").await;
    let errors = told.json["errors"].as_array().unwrap();
    let places: Vec<_> = errors.iter().map(|error| (&error["pointer"], &error["code"])).collect();
    assert_eq!(
        places,
        [
            (&json!("/command/values/kind"), &json!("enum")),
            (&json!("/command/values/cups"), &json!("maximum"))
        ]
    );
    let wizard = &told.json["wizard"];
    assert_eq!(wizard["stage"]["name"], "kind");
    // What is fine is kept, and what is missing is named.
    let told = program.advance(wizard, json!({ "type": "submit", "values": { "cups": 3 } })).await;
    assert_eq!((&told.json["kind"], &told.json["missing"]), (&json!("incomplete"), &json!(["kind"])));
    assert_eq!(told.json["wizard"]["stage"]["values"], json!({ "cups": 3 }));
    program.submit(&told.json["wizard"], json!({ "kind": "green" })).await;
}

#[tokio::test]
async fn what_is_wrong_in_an_item_is_told_too() {
    let (program, _) = program().await;
    let wizard = program.submit(&program.begin("party").await, json!({ "kind": "black" })).await;
    let told =
        refuses(&program, &wizard, json!({ "type": "add_item", "values": {} }), 422, "invalid-answer").await;
    assert_eq!(told.json["errors"][0]["pointer"], "/command/values/name");
    let told = program.advance(&told.json["wizard"], json!({ "type": "done" })).await;
    assert_eq!((&told.json["kind"], &told.json["missing"]), (&json!("incomplete"), &json!(["guests"])));
}

#[tokio::test]
async fn commands_that_make_no_sense_change_nothing() {
    let (program, _) = program().await;
    let wizard = program.begin("party").await;
    let before = program.get(&at(&wizard)).await.body;
    let cases = [
        (json!({ "type": "submit", "values": { "_kind": "green" } }), 422, "invalid-command"),
        (json!({ "type": "add_item", "values": {} }), 422, "invalid-command"),
        (json!({ "type": "complete_task", "task": "none" }), 422, "invalid-command"),
        (json!({ "type": "go_to", "stage": "nowhere" }), 422, "invalid-command"),
        (json!({ "type": "submit", "values": many(201) }), 413, "limit-exceeded"),
        (
            json!({ "type": "submit", "values": { "kind": "x".repeat(60_000), "cups": "x".repeat(60_000) } }),
            413,
            "limit-exceeded",
        ),
        (json!({ "type": "fly" }), 400, "malformed"),
        (json!({ "type": "submit", "values": {}, "more": 1 }), 400, "malformed"),
        (json!({ "type": "skip", "more": 1 }), 400, "malformed"),
        (json!({ "type": "submit", "values": [] }), 400, "malformed"),
        (json!("skip"), 400, "malformed"),
    ];
    for (command, status, expected) in cases {
        refuses(&program, &wizard, command, status, expected).await;
    }
    assert_eq!(program.get(&at(&wizard)).await.body, before);
}

fn many(keys: usize) -> Value {
    (0..keys).map(|key| (format!("k{key}"), json!(1))).collect::<serde_json::Map<_, _>>().into()
}

#[tokio::test]
async fn a_way_that_is_not_open_is_told() {
    let (program, _) = program().await;
    let mut wizard = program.begin("party").await;
    for command in
        [json!({ "type": "skip" }), json!({ "type": "back" }), json!({ "type": "go_to", "stage": "note" })]
    {
        let told = program.advance(&wizard, command.clone()).await;
        assert_eq!((told.status, &told.json["kind"]), (200, &json!("stayed")), "{command}: {}", told.body);
        assert_eq!(told.json["notes"][0]["code"], "navigation_refused", "{command}");
        wizard = told.json["wizard"].clone();
    }
}

#[tokio::test]
async fn bodies_that_are_no_requests() {
    let (program, _) = program().await;
    let wizard = program.begin("party").await;
    let advance = format!("{}/advance", at(&wizard));
    let deep = format!("{}1{}", "[".repeat(40), "]".repeat(40));
    let long = "x".repeat(300 << 10);
    let form = Some("application/x-www-form-urlencoded");
    let json_kind = Some("application/json");
    let cases: [(&str, Option<&str>, &str, u16); 9] = [
        (&advance, json_kind, "", 400),
        (&advance, json_kind, "{", 400),
        (&advance, json_kind, "{} {}", 400),
        (&advance, json_kind, "null", 400),
        (&advance, json_kind, &deep, 400),
        (&advance, json_kind, &long, 413),
        (&advance, form, "revision=1", 415),
        (&advance, Some("text/plain"), "{}", 415),
        ("/api/wizards/party", json_kind, r#"{"initial":{"kind":"green"}}"#, 400),
    ];
    for (path, kind, body, status) in cases {
        let told = program.raw("POST", path, &[], kind, body.as_bytes().to_vec()).await;
        let start: String = body.chars().take(40).collect();
        assert_eq!(told.status, status, "{path} {kind:?} {start}: {}", told.body);
        assert_eq!(told.headers["content-type"], "application/problem+json", "{start}");
        program.contract.check("POST", path, None, told.status, &told.headers, &told.body);
    }
    let told =
        program.raw("POST", &advance, &[], json_kind, br#"{"revision":"x","command":1}"#.to_vec()).await;
    assert_eq!(told.json["errors"][0]["pointer"], "/revision");
}

#[tokio::test]
async fn addresses_that_lead_nowhere_and_methods_that_do_not_fit() {
    let (program, _) = program().await;
    let wizard = program.begin("party").await;
    for (method, path, status) in [
        ("GET", "/api/nothing".to_owned(), 404),
        ("GET", "/api/wizards/coffee".to_owned(), 404),
        ("GET", "/api/wizards/party/1".to_owned(), 404),
        ("GET", "/api/wizards/%ff".to_owned(), 404),
        ("GET", "/api/wizards/party/%ff/answers".to_owned(), 404),
        ("GET", "/api/sealed/party".to_owned(), 404),
        ("PUT", at(&wizard), 405),
        ("GET", format!("{}/advance", at(&wizard)), 405),
        ("DELETE", "/api/wizards".to_owned(), 405),
    ] {
        let told = program.ask(method, &path, &[], None).await;
        assert_eq!(told.status, status, "{method} {path}: {}", told.body);
        assert_eq!(told.headers["content-type"], "application/problem+json");
        assert_eq!(told.headers.contains_key("allow"), status == 405, "{method} {path}");
    }
    assert_eq!(program.post("/api/wizards/coffee", json!({})).await.status, 404);
}

/// Foreign and unknown look the same, whatever is asked of them.
#[tokio::test]
async fn s_03_a_foreign_wizard_is_not_there() {
    let (program, taken) = program().await;
    let wizard = super::answered(&program).await;
    let stranger = program.stranger().await;
    let mut unknown = wizard.clone();
    unknown["id"] = "00112233445566778899aabbccddeeff".into();
    for path in ["", "/answers"] {
        let foreign = stranger.get(&format!("{}{path}", at(&wizard))).await;
        let none = stranger.get(&format!("{}{path}", at(&unknown))).await;
        assert_eq!((foreign.status, &foreign.body), (404, &none.body));
    }
    let command = json!({ "type": "restart" });
    let foreign = stranger.advance(&wizard, command.clone()).await;
    assert_eq!((foreign.status, foreign.body), (404, stranger.advance(&unknown, command).await.body));
    let foreign = stranger.complete(&wizard, "k").await;
    assert_eq!((foreign.status, foreign.body), (404, stranger.complete(&unknown, "k").await.body));
    assert_eq!(stranger.delete(&at(&wizard)).await.status, 404);
    assert_eq!(program.get(&at(&wizard)).await.json, wizard);
    assert_eq!(taken.times(), 0);
}

#[tokio::test]
async fn s_02_a_session_without_its_token_changes_nothing() {
    let (program, _) = program().await;
    let wizard = program.begin("party").await;
    let bare = &program.client;
    let told = bare.send("POST", "/api/wizards/party", Some("application/json"), b"{}".to_vec()).await;
    assert_eq!((told.status.as_u16(), told.header("content-type")), (403, "application/problem+json"));
    assert_eq!(bare.send("DELETE", &at(&wizard), None, Vec::new()).await.status.as_u16(), 403);
    let told = program.ask("DELETE", &at(&wizard), &[("sec-fetch-site", "cross-site")], None).await;
    assert_eq!(told.status, 403);
    assert_eq!(program.get(&at(&wizard)).await.json, wizard);
}

#[tokio::test]
async fn a_caller_that_was_overtaken_sees_what_is_saved() {
    let (program, _) = program().await;
    let wizard = program.begin("party").await;
    let command = |kind: &str| json!({ "type": "submit", "values": { "kind": kind } });
    let (one, two) =
        tokio::join!(program.advance(&wizard, command("green")), program.advance(&wizard, command("black")));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let (won, lost) = if one.status == 200 { (one, two) } else { (two, one) };
    assert_eq!((kind(&lost), &lost.json["wizard"]), ("stale", &won.json["wizard"]));
    let took = &lost.json["wizard"]["roadmap"];
    assert_eq!(took, &won.json["wizard"]["roadmap"]);
    // What the other caller saved is seen, and can be changed on purpose.
    let told = program.advance(&lost.json["wizard"], json!({ "type": "go_to", "stage": "kind" })).await;
    assert_eq!(told.json["wizard"]["stage"]["name"], "kind");
}

#[tokio::test]
async fn s_13_only_so_many_wizards_are_open_at_a_time() {
    let (parties, _) = parties();
    let caps = Caps { per_owner: 2, in_total: 3 };
    let parties = parties.keeping(Keeping { caps, ..Keeping::default() }).build();
    let program = Program::new(served(parties, ApiOptions::new())).await;
    let first = program.begin("party").await;
    program.begin("party").await;
    let told = program.post("/api/wizards/party", json!({})).await;
    assert_eq!((told.status, kind(&told)), (429, "too-many-wizards"));
    program.delete(&at(&first)).await;
    program.begin("party").await;
    let stranger = program.stranger().await;
    stranger.begin("party").await;
    let told = stranger.post("/api/wizards/party", json!({})).await;
    assert_eq!((told.status, kind(&told)), (503, "unavailable"));
    assert!(told.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn a_wizard_that_is_over_its_time_is_gone() {
    let clock = stepflow::testing::ManualClock::new();
    let lifetime = Lifetime::default();
    let keeping = Keeping { lifetime, ..Keeping::default() };
    let store = MemoryWizards::new().clock(clock.clone());
    let parties = Wizards::builder(party(), store).keeping(keeping).clock(clock.clone()).build();
    let program = Program::new(served(parties, ApiOptions::new())).await;
    let wizard = program.begin("party").await;
    clock.advance(lifetime.idle);
    let told = program.get(&at(&wizard)).await;
    assert_eq!((told.status, kind(&told)), (410, "expired"));
    assert_eq!(program.advance(&wizard, json!({ "type": "skip" })).await.status, 410);
    assert_eq!(program.delete(&at(&wizard)).await.status, 410);
}

/// A wizard that was saved under another definition.
#[tokio::test]
async fn s_10_what_is_saved_is_not_trusted() {
    let store = Arc::new(MemoryWizards::new());
    let security = Security::new();
    let options = || ApiOptions::new().security(security.clone());
    let program = Program::new(served(Wizards::new(party(), Arc::clone(&store)), options())).await;
    let wizard = program.begin("party").await;
    let other = Flow::new("party", vec![Stage::new("other").to("done"), Stage::end("done")]);
    let other = Wizards::new(Definition::new(Blueprint::new(other)).unwrap(), store);
    let changed = program.at(served(other, options()));
    for told in [changed.get(&at(&wizard)).await, changed.advance(&wizard, json!({ "type": "skip" })).await] {
        assert_eq!((told.status, kind(&told)), (409, "unusable"), "{}", told.body);
    }
    assert_eq!(changed.delete(&at(&wizard)).await.status, 204);
}
