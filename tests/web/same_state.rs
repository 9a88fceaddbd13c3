//! One script of answers through the core, plain forms, htmx and the JSON API: the same state, byte for byte.

use std::sync::Arc;

use axum::Router;
use serde_json::{Value, json};
use stepflow::testing::ManualClock;
use stepflow_web::{ApiOptions, Security, Shell, WizardOptions, api_router, wizard_router};
use stepflow_wizard::store::{MemoryWizards, Owner};
use stepflow_wizard::{
    Blueprint, Call, Collect, Command, Definition, Env, Flow, Map, Skip, Stage, StageKind, State, Transition,
    Wizards, advance,
};

use crate::api::{ByHeader, Program};
use crate::client::Client;

const SEED: u64 = 7;

/// One thing that a person does: the step, what the form holds, the button; and the same as commands.
struct Act {
    step: &'static str,
    typed: &'static [(&'static str, &'static str)],
    button: &'static str,
    commands: Value,
}

fn script() -> Vec<Act> {
    let act = |step, typed, button, commands| Act { step, typed, button, commands };
    let submit = |values: Value| json!([{ "type": "submit", "values": values }]);
    vec![
        act(
            "account",
            &[("name", " Ada  "), ("email", "ada@example.org")],
            "next",
            submit(json!({ "name": "Ada", "email": "ada@example.org", "phone": null })),
        ),
        act("plan", &[("plan", "team")], "next", submit(json!({ "plan": "team" }))),
        act(
            "company",
            &[("company", "Engines"), ("seats", "1,200")],
            "next",
            submit(json!({ "company": "Engines", "seats": 1200 })),
        ),
        act(
            "guests",
            &[("guest", "Bob")],
            "add",
            json!([{ "type": "add_item", "values": { "guest": "Bob" } }]),
        ),
        act(
            "guests",
            &[("guest", "Eve")],
            "add",
            json!([{ "type": "add_item", "values": { "guest": "Eve" } }]),
        ),
        act("guests", &[], "next", json!([{ "type": "done" }])),
        act("letter", &[], "back", json!([{ "type": "back" }])),
        act("guests", &[], "next", json!([{ "type": "done" }])),
        // An earlier page, answered otherwise, in one go.
        act(
            "plan",
            &[("plan", "free")],
            "next",
            json!([{ "type": "go_to", "stage": "plan" }, { "type": "submit", "values": { "plan": "free" } }]),
        ),
        act("letter", &[], "skip", json!([{ "type": "skip" }])),
    ]
}

fn registration() -> Definition {
    let text = |names: &[&str], required: &[&str]| {
        let fields: Map =
            names.iter().map(|name| ((*name).to_owned(), json!({ "type": "string" }))).collect();
        json!({ "type": "object", "properties": fields, "required": required })
    };
    let plan = json!({ "type": "object", "properties": { "plan": { "enum": ["free", "team"] } }, "required": ["plan"] });
    let mut company = text(&["company"], &["company", "seats"]);
    company["properties"]["seats"] = json!({ "type": "integer", "minimum": 2 });
    let guests = Stage {
        kind: StageKind::Collect(Collect { min: 1, ..Collect::new("guests") }),
        ..Stage::new("guests")
    };
    let letter = Stage { can_skip: true, skip: Skip::default(), ..Stage::new("letter") };
    let stages = vec![
        Stage::new("account").schema(text(&["name", "email", "phone"], &["name", "email"])).to("plan"),
        Stage::new("plan")
            .schema(plan)
            .transition(Transition::to("company").when("data.get('plan') == 'team'").unwrap())
            .to("letter"),
        Stage::new("company").schema(company).to("guests"),
        guests.schema(text(&["guest"], &["guest"])).to("letter"),
        letter.schema(text(&["often"], &["often"])).to("END"),
        Stage::end("END"),
    ];
    Definition::new(Blueprint::new(Flow::new("registration", stages))).unwrap()
}

/// The registration, at a time that stands still, kept where the test can look.
struct Kept {
    wizards: Wizards,
    owner: Owner,
}

impl Kept {
    fn new() -> Self {
        let wizards = Wizards::builder(registration(), MemoryWizards::new())
            .clock(ManualClock::new())
            .seeds(|| SEED)
            .build();
        Self { wizards, owner: "user:ada".parse().unwrap() }
    }

    /// The one wizard there is, as it is saved.
    async fn saved(&self) -> State {
        let list = self.wizards.list(&self.owner).await.unwrap();
        let [one] = list.as_slice() else { panic!("{} wizards", list.len()) };
        let key = stepflow_wizard::store::WizardKey { id: one.id, owner: self.owner.clone() };
        self.wizards.load(&key).await.unwrap().into_state()
    }
}

/// What a driver leaves behind: the state, and the ids of its calls, which are part of it.
struct Walked {
    state: String,
    calls: Vec<Option<String>>,
}

async fn through_pages(dress: impl Fn(Client) -> Client) -> Walked {
    let kept = Kept::new();
    let options =
        WizardOptions::new(Shell::new("Registration")).security(Security::new().authenticate(ByHeader));
    let app = Router::new().nest("/join", wizard_router(kept.wizards.clone(), options));
    let client = dress(Client::new(app).header("x-person", "ada"));
    let mut calls = Vec::new();
    for act in script() {
        let page = client.visit(&format!("/join/{}", act.step)).await;
        let mut form = page.form("form[novalidate]");
        for (name, value) in act.typed {
            form = form.set(name, value);
        }
        let reply = client.submit_and_follow(&form.press("_action", act.button)).await;
        assert_eq!(reply.status, 200, "{} {}: {}", act.step, act.button, reply.body);
        calls.push(last_call(&kept.saved().await));
    }
    Walked { state: kept.saved().await.to_json().unwrap(), calls }
}

/// The name of the last call, as the state remembers it.
fn last_call(state: &State) -> Option<String> {
    let state: Value = serde_json::from_str(&state.to_json().unwrap()).unwrap();
    state["recent"].as_array()?.last()?.as_str().map(str::to_owned)
}

async fn through_the_api(calls: &[Option<String>]) -> String {
    let kept = Kept::new();
    let options = ApiOptions::new().security(Security::new().authenticate(ByHeader));
    let app = Router::new().nest("/api", api_router([kept.wizards.clone()], options));
    let program = Program::known_as(app, "ada").await;
    let mut wizard = program.begin("registration").await;
    for (act, call) in script().into_iter().zip(calls) {
        for (at, command) in act.commands.as_array().unwrap().iter().enumerate() {
            let mut body = json!({ "revision": wizard["revision"], "command": command });
            if let Some(call) = call.as_ref().filter(|_| at == 0) {
                body["call_id"] = call.as_str().into();
            }
            let path = format!("/api/wizards/registration/{}/advance", wizard["id"].as_str().unwrap());
            let told = program.post(&path, body).await;
            assert_eq!(told.status, 200, "{command}: {}", told.body);
            wizard = told.json["wizard"].clone();
        }
    }
    kept.saved().await.to_json().unwrap()
}

fn through_the_core(calls: &[Option<String>]) -> String {
    let definition = registration();
    let env = Env::read(&ManualClock::new()).seeded(SEED);
    let mut state = definition.begin(&env).unwrap().state;
    for (act, call) in script().into_iter().zip(calls) {
        for (at, command) in act.commands.as_array().unwrap().iter().enumerate() {
            let mut told = Call::from(by_hand(command));
            if let Some(call) = call.as_ref().filter(|_| at == 0) {
                told = told.with_id(call.as_str());
            }
            state = advance(&definition, state, told, &env).unwrap().state;
        }
    }
    state.to_json().unwrap()
}

/// A command of the script, without the API's own reading of it.
fn by_hand(command: &Value) -> Command {
    let values = || command["values"].as_object().cloned().unwrap_or_default();
    match command["type"].as_str().unwrap() {
        "add_item" => Command::AddItem(values()),
        "back" => Command::back(),
        "done" => Command::Done,
        "go_to" => Command::GoTo(Arc::from(command["stage"].as_str().unwrap())),
        "skip" => Command::Skip,
        "submit" => Command::submit(values()),
        other => panic!("{other}"),
    }
}

/// The state without what names the calls.
fn unnamed(state: &str) -> String {
    let mut state: Value = serde_json::from_str(state).unwrap();
    state.as_object_mut().unwrap().remove("recent");
    state.to_string()
}

#[tokio::test]
async fn one_script_of_answers_ends_in_the_same_bytes_whoever_carries_it() {
    let plain = through_pages(|client| client).await;
    let htmx = through_pages(|client| client.htmx()).await;
    let state: State = State::from_json(&plain.state).unwrap();
    assert!(state.is_completed());
    assert_eq!(unnamed(&htmx.state), unnamed(&plain.state));
    for pages in [plain, htmx] {
        assert_eq!(through_the_core(&pages.calls), pages.state);
        assert_eq!(through_the_api(&pages.calls).await, pages.state);
    }
}
