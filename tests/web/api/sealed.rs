//! Wizards whose state the caller keeps.

use serde_json::{Value, json};
use stepflow::testing::ManualClock;
use stepflow_web::token::{Key, Keys};
use stepflow_web::{ApiOptions, Security};
use stepflow_wizard::Wizards;
use stepflow_wizard::store::{Lifetime, MemoryWizards};

use super::{Program, Taken, Told, parties, party, served};

async fn program() -> (Program, Taken) {
    let (parties, taken) = parties();
    let keys = Keys::new(Key::generate().unwrap());
    (Program::new(served(parties.build(), ApiOptions::new().sealed(keys))).await, taken)
}

async fn advance(program: &Program, token: &Value, command: Value) -> Told {
    program.post("/api/sealed/party/advance", json!({ "token": token, "command": command })).await
}

async fn submit(program: &Program, token: &Value, values: Value) -> Value {
    let told = advance(program, token, json!({ "type": "submit", "values": values })).await;
    assert_eq!(told.status, 200, "{}", told.body);
    told.json
}

/// A token whose answers are complete.
pub(super) async fn answered(program: &Program) -> Value {
    let begun = program.post("/api/sealed/party", json!({})).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    let told = submit(program, &begun.json["token"], json!({ "kind": "green" })).await;
    let told = submit(program, &told["token"], json!({ "code": "1234" })).await;
    submit(program, &told["token"], json!({})).await["token"].clone()
}

pub(super) async fn complete(program: &Program, token: &Value, key: &str) -> Told {
    let body = json!({ "token": token });
    let told =
        program.ask("POST", "/api/sealed/party/complete", &[("idempotency-key", key)], Some(body)).await;
    program.get("/api/wizards").await;
    told
}

#[tokio::test]
async fn the_state_goes_to_and_fro_and_is_submitted_once() {
    let (program, taken) = program().await;
    let token = answered(&program).await;
    let shown = program.post("/api/sealed/party/view", json!({ "token": token })).await.json;
    assert_eq!((&shown["token"], &shown["wizard"]["status"]), (&token, &json!("completed")));
    let first = complete(&program, &token, "k").await;
    assert_eq!((first.status, &first.json["reference"]), (200, &json!("TEA-1")), "{}", first.body);
    assert_eq!(first.json["submission"], shown["wizard"]["submission"]);
    let again = complete(&program, &token, "another").await;
    assert_eq!((again.status, again.body), (200, first.body));
    assert_eq!(taken.times(), 1);
}

#[tokio::test]
async fn s_11_an_older_token_does_not_submit_other_answers() {
    let (program, taken) = program().await;
    let token = answered(&program).await;
    let told = advance(&program, &token, json!({ "type": "go_to", "stage": "note" })).await.json;
    let other = submit(&program, &told["token"], json!({ "note": "with milk" })).await["token"].clone();
    let receipt = complete(&program, &token, "k").await.json;
    let told = complete(&program, &other, "l").await;
    assert_eq!((told.status, &told.json["receipt"]), (409, &receipt), "{}", told.body);
    assert_eq!(taken.times(), 1);
}

#[tokio::test]
async fn s_11_tokens_cannot_be_made_changed_or_read() {
    let (program, _) = program().await;
    let begun = program.post("/api/sealed/party", json!({})).await.json;
    let told = submit(&program, &begun["token"], json!({ "kind": "green" })).await;
    let text = told["token"].as_str().unwrap();
    assert!(!text.contains("green"));
    let mut changed = text.to_owned();
    let last = if changed.pop() == Some('A') { 'B' } else { 'A' };
    changed.push(last);
    let mut early = text.to_owned();
    early.replace_range(60..61, if &text[60..61] == "A" { "B" } else { "A" });
    for token in ["", "x", &changed, &early, &text[..text.len() - 8]] {
        let told = program.post("/api/sealed/party/view", json!({ "token": token })).await;
        assert_eq!(
            (told.status, &told.json["errors"][0]["pointer"]),
            (400, &json!("/token")),
            "{}",
            told.body
        );
    }
}

#[tokio::test]
async fn s_11_a_token_is_for_its_wizard_and_its_time() {
    let clock = ManualClock::new();
    let keys = Keys::new(Key::generate().unwrap());
    let security = Security::new();
    let app = |definition| {
        let wizards = Wizards::builder(definition, MemoryWizards::new()).clock(clock.clone()).build();
        served(wizards, ApiOptions::new().sealed(keys.clone()).security(security.clone()))
    };
    let program = Program::new(app(party())).await;
    let token = program.post("/api/sealed/party", json!({})).await.json["token"].clone();

    let mut blueprint = party().blueprint().clone();
    blueprint.main.stages[3].can_skip = false;
    blueprint.main.stages[3].name = "remark".into();
    blueprint.main.stages[2].transitions[0].target = stepflow_wizard::Target::Stage("remark".into());
    let changed = app(stepflow_wizard::Definition::new(blueprint).unwrap());
    let changed = program.at(changed);
    let told = changed.post("/api/sealed/party/view", json!({ "token": token })).await;
    assert_eq!(
        (told.status, &told.json["type"]),
        (409, &json!("urn:stepflow:problem:unusable")),
        "{}",
        told.body
    );

    clock.advance(Lifetime::default().idle);
    let told = program.post("/api/sealed/party/view", json!({ "token": token })).await;
    assert_eq!((told.status, &told.json["type"]), (410, &json!("urn:stepflow:problem:expired")));
}

#[tokio::test]
async fn what_is_refused_comes_with_the_token_to_go_on_with() {
    let (program, taken) = program().await;
    let begun = program.post("/api/sealed/party", json!({})).await.json;
    let wrong = json!({ "type": "submit", "values": { "kind": "red" } });
    let told = advance(&program, &begun["token"], wrong).await;
    assert_eq!((told.status, &told.json["errors"][0]["field"]), (422, &json!("kind")));
    submit(&program, &told.json["token"], json!({ "kind": "green" })).await;
    assert_eq!(
        advance(&program, &begun["token"], json!({ "type": "add_item", "values": {} })).await.status,
        422
    );
    let told = complete(&program, &begun["token"], "k").await;
    assert_eq!((told.status, &told.json["open"]), (409, &json!("kind")));
    assert_eq!(taken.times(), 0);
}
