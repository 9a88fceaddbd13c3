//! Whole sessions.

use serde_json::json;
use stepflow_web::auth::{Approach, AuthFuture};
use stepflow_web::{Authenticate, Principal};

use super::{Program, answered, program, program::at};

#[tokio::test]
async fn a_wizard_is_begun_answered_looked_at_and_submitted() {
    let (program, taken) = program().await;
    let wizard = program.begin("party").await;
    assert_eq!((&wizard["status"], &wizard["stage"]["name"]), (&json!("active"), &json!("kind")));
    assert_eq!(wizard["stage"]["values"], json!({ "cups": 2 }));
    assert_eq!(wizard["stage"]["schema"]["required"], json!(["kind"]));
    assert_eq!(program.get(&at(&wizard)).await.json, wizard);

    let told =
        program.advance(&wizard, json!({ "type": "submit", "values": { "kind": "black", "cups": 3 } })).await;
    assert_eq!((&told.json["kind"], &told.json["from"]), (&json!("moved"), &json!("kind")));
    let wizard = &told.json["wizard"];
    assert_eq!(wizard["stage"]["kind"], "collect");

    let told = program.advance(wizard, json!({ "type": "add_item", "values": { "name": "Ada" } })).await;
    let told = program
        .advance(&told.json["wizard"], json!({ "type": "add_item", "values": { "name": "Bob" } }))
        .await;
    let items = told.json["wizard"]["stage"]["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 2);
    let edit = json!({ "type": "edit_item", "id": items[0]["id"], "values": { "vegan": true } });
    let told = program.advance(&told.json["wizard"], edit).await;
    assert_eq!(told.json["wizard"]["stage"]["items"][0]["values"], json!({ "name": "Ada", "vegan": true }));
    let remove = json!({ "type": "remove_item", "id": items[1]["id"] });
    let told = program.advance(&told.json["wizard"], remove).await;
    let told = program.advance(&told.json["wizard"], json!({ "type": "done" })).await;
    assert_eq!(told.json["wizard"]["stage"]["name"], "code");

    let back = json!({ "type": "back", "draft": { "code": "12" } });
    let told = program.advance(&told.json["wizard"], back).await;
    assert_eq!(told.json["wizard"]["stage"]["name"], "guests");
    let told = program.advance(&told.json["wizard"], json!({ "type": "go_to", "stage": "code" })).await;
    let wizard = program.submit(&told.json["wizard"], json!({ "code": "1234" })).await;
    let told = program.advance(&wizard, json!({ "type": "save_draft", "draft": { "note": "wi" } })).await;
    assert_eq!(
        (&told.json["kind"], &told.json["wizard"]["stage"]["values"]),
        (&json!("saved"), &json!({ "note": "wi" }))
    );
    let told = program.advance(&told.json["wizard"], json!({ "type": "skip" })).await;
    let wizard = &told.json["wizard"];
    assert_eq!((&told.json["kind"], &wizard["status"]), (&json!("completed"), &json!("completed")));

    let answers = program.get(&format!("{}/answers", at(wizard))).await.json;
    assert_eq!(answers["complete"], true);
    assert_eq!(answers["steps"][0]["answers"], json!({ "kind": "black", "cups": 3 }));
    let code = answers["steps"].as_array().unwrap().iter().find(|step| step["stage"] == "code").unwrap();
    assert_eq!((&code["answers"], &code["sensitive"]), (&json!({}), &json!(["code"])));

    let receipt = program.complete(wizard, "k1").await;
    assert_eq!((receipt.status, &receipt.json["reference"]), (200, &json!("TEA-1")));
    assert_eq!(receipt.json["data"], json!({ "kind": "black" }));
    let done = program.get(&at(wizard)).await.json;
    assert_eq!((&done["status"], &done["receipt"]), (&json!("done"), &receipt.json));
    assert_eq!(taken.times(), 1);
}

#[tokio::test]
async fn what_a_wizard_is_can_be_read_before_one_is_begun() {
    let (program, _) = program().await;
    assert_eq!(program.get("/api/wizards").await.json, json!({ "wizards": ["party"] }));
    let party = program.get("/api/wizards/party").await.json;
    let stages = party["flows"][0]["stages"].as_array().unwrap();
    let names: Vec<_> = stages.iter().map(|stage| stage["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["kind", "guests", "code", "note", "done"]);
    assert_eq!((&party["start"], &stages[1]["kind"]), (&json!("kind"), &json!("collect")));
    assert_eq!(party["graph"]["edges"][0]["when"], "data.get('kind') == 'black'");
    assert!(party["graph"]["mermaid"].as_str().unwrap().starts_with("flowchart"));
}

#[tokio::test]
async fn the_fifteen_fields_of_the_original() {
    let (program, _) = program().await;
    let wizard = program.begin("party").await;
    let wizard = program.submit(&wizard, json!({ "kind": "green" })).await;
    let body = json!({ "revision": wizard["revision"], "command": { "type": "submit", "values": { "code": "1234" } } });
    let told = program.post(&format!("{}/advance/original", at(&wizard)), body).await;
    let result = told.json["result"].as_object().unwrap();
    assert_eq!((told.status, result.len()), (200, 15));
    assert_eq!((&result["stage_name"], &result["from_stage"]), (&json!("note"), &json!("code")));
    assert_eq!(result["state"]["data"]["kind"], "green");
    assert!(!told.body.contains("1234"), "{}", told.body);
    let next = json!({ "revision": told.json["revision"], "command": { "type": "skip" } });
    assert_eq!(program.post(&format!("{}/advance", at(&wizard)), next).await.status, 200);
}

#[tokio::test]
async fn a_wizard_is_deleted_and_then_it_is_not_there() {
    let (program, _) = program().await;
    let wizard = program.begin("party").await;
    assert_eq!(program.delete(&at(&wizard)).await.status, 204);
    assert_eq!(program.get(&at(&wizard)).await.status, 404);
    assert_eq!(program.delete(&at(&wizard)).await.status, 404);
}

#[tokio::test]
async fn a_call_that_is_sent_twice_counts_once() {
    let (program, _) = program().await;
    let wizard = program.begin("party").await;
    let body = json!({
        "revision": wizard["revision"],
        "call_id": "first",
        "command": { "type": "submit", "values": { "kind": "green" } },
    });
    let path = format!("{}/advance", at(&wizard));
    let first = program.post(&path, body.clone()).await.json;
    let second = program.post(&path, body).await.json;
    assert_eq!((&first["kind"], &second["kind"]), (&json!("moved"), &json!("repeated")));
    assert_eq!(first["wizard"], second["wizard"]);
}

#[tokio::test]
async fn answers_of_one_wizard_do_not_mix_with_those_of_another() {
    let (program, _) = program().await;
    let (one, two) = (program.begin("party").await, program.begin("party").await);
    program.submit(&one, json!({ "kind": "black" })).await;
    program.submit(&two, json!({ "kind": "green" })).await;
    let stage = |told: super::Told| told.json["stage"]["name"].clone();
    assert_eq!(stage(program.get(&at(&one)).await), "guests");
    assert_eq!(stage(program.get(&at(&two)).await), "code");
}

#[tokio::test]
async fn every_route_is_described_and_works() {
    let (parties, _) = super::parties();
    let keys = stepflow_web::token::Keys::new(stepflow_web::token::Key::generate().unwrap());
    let options = stepflow_web::ApiOptions::new().title("Parties").sealed(keys);
    let program = Program::new(super::served(parties.build(), options)).await;
    let description = program.get("/api/openapi.json").await.json;
    assert_eq!(
        (&description["info"]["title"], &description["servers"][0]["url"]),
        (&json!("Parties"), &json!("/api"))
    );
    for path in ["/api/wizards", "/api/wizards/party"] {
        assert_eq!(program.get(path).await.status, 200);
    }
    let wizard = answered(&program).await;
    assert_eq!(program.get(&at(&wizard)).await.status, 200);
    assert_eq!(program.get(&format!("{}/answers", at(&wizard))).await.status, 200);
    let restart = json!({ "revision": wizard["revision"], "command": { "type": "restart" } });
    assert_eq!(program.post(&format!("{}/advance/original", at(&wizard)), restart).await.status, 200);
    assert_eq!(program.delete(&at(&wizard)).await.status, 204);
    assert_eq!(program.complete(&answered(&program).await, "k").await.status, 200);

    let token = super::sealed::answered(&program).await;
    assert_eq!(program.post("/api/sealed/party/view", json!({ "token": token })).await.status, 200);
    assert_eq!(super::sealed::complete(&program, &token, "s").await.status, 200);

    let (used, all) = program.contract.coverage();
    assert_eq!(used, all);
}

#[tokio::test]
async fn programs_without_cookies_need_no_token_when_it_is_known_who_they_are() {
    let (parties, _) = super::parties();
    let security = stepflow_web::Security::new().authenticate(ByHeader);
    let app = super::served(parties.build(), stepflow_web::ApiOptions::new().security(security));
    let send = |method: &'static str, path: String, who: &'static str, body: &'static str| {
        let client = crate::client::Client::new(app.clone()).header("x-person", who);
        async move {
            let kind = (!body.is_empty()).then_some("application/json");
            client.send(method, &path, kind, body.as_bytes().to_vec()).await
        }
    };
    let begun = send("POST", "/api/wizards/party".to_owned(), "ada", "{}").await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    let path = begun.header("location").to_owned();
    assert_eq!(send("GET", path.clone(), "ada", "").await.status, 200);
    assert_eq!(send("GET", path.clone(), "bob", "").await.status, 404);
    assert_eq!(send("DELETE", path.clone(), "bob", "").await.status, 404);
    assert_eq!(send("DELETE", path, "ada", "").await.status, 204);
}

/// Believes whoever says who they are.
pub(crate) struct ByHeader;

impl Authenticate for ByHeader {
    fn identify<'a>(&'a self, approach: &'a Approach<'a>) -> AuthFuture<'a, Option<Principal>> {
        let person = approach.parts.headers.get("x-person").and_then(|person| person.to_str().ok());
        let person = person.map(Principal::new).transpose();
        Box::pin(async move { Ok(person?) })
    }
}

/// An integer of JSON Schema may be written with a point.
#[tokio::test]
async fn a_revision_may_be_written_with_a_point() {
    let (program, _) = program().await;
    let wizard = program.begin("party").await;
    let path = format!("{}/advance", at(&wizard));
    let body = json!({ "revision": 1.0, "command": { "type": "submit", "values": { "kind": "green" } } });
    assert_eq!(program.post(&path, body).await.status, 200);
    for revision in [json!(1.5), json!(-1), json!("1"), json!(null)] {
        let told = program.post(&path, json!({ "revision": revision, "command": { "type": "skip" } })).await;
        assert_eq!((told.status, &told.json["errors"][0]["pointer"]), (400, &json!("/revision")));
    }
}
