//! Wizards as JSON, as a program uses them.

mod contract;
mod program;
mod refusals;
mod sealed;
mod session;
mod submitting;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use serde_json::{Value, json};
use stepflow_web::{ApiOptions, api_router};
use stepflow_wizard::store::MemoryWizards;
use stepflow_wizard::{
    Blueprint, Collect, Definition, Flow, Receipt, Skip, Stage, StageKind, Text, Transition, Wizards,
    WizardsBuilder,
};

pub(crate) use self::program::{Program, Told};
pub(crate) use self::session::ByHeader;

/// A tea party: a choice, guests, a code that nobody may see, and something that can be skipped.
pub(crate) fn party() -> Definition {
    let kind = json!({
        "type": "object",
        "properties": {
            "kind": { "type": "string", "enum": ["green", "black"] },
            "cups": { "type": "integer", "minimum": 1, "maximum": 12, "default": 2 },
        },
        "required": ["kind"],
    });
    let guest = json!({
        "type": "object",
        "properties": { "name": { "type": "string", "minLength": 1 }, "vegan": { "type": "boolean" } },
        "required": ["name"],
    });
    let code = json!({
        "type": "object",
        "properties": { "code": { "type": "string", "pattern": "^[0-9]{4}$", "writeOnly": true } },
        "required": ["code"],
    });
    let note = json!({ "type": "object", "properties": { "note": { "type": "string", "maxLength": 40 } } });
    let guests = Stage {
        kind: StageKind::Collect(Collect { min: 1, ..Collect::new("guests") }),
        prompt: Text::plain("Who comes?"),
        ..Stage::new("guests")
    };
    let note = Stage { can_skip: true, skip: Skip::default(), ..Stage::new("note").schema(note) };
    let stages = vec![
        Stage { prompt: Text::plain("Which tea?"), ..Stage::new("kind").schema(kind) }
            .transition(Transition::to("guests").when("data.get('kind') == 'black'").unwrap())
            .to("code"),
        guests.schema(guest).to("code"),
        Stage::new("code").schema(code).to("note"),
        note.to("done"),
        Stage::end("done"),
    ];
    Definition::new(Blueprint::new(Flow::new("party", stages))).unwrap()
}

/// How often a submission was taken.
#[derive(Clone, Default)]
pub(crate) struct Taken(Arc<AtomicU32>);

impl Taken {
    pub(crate) fn times(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }

    pub(crate) fn one_more(&self) -> u32 {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }
}

/// Parties that count how often they are taken.
fn parties() -> (WizardsBuilder, Taken) {
    let taken = Taken::default();
    let counting = taken.clone();
    let builder = Wizards::builder(party(), MemoryWizards::new()).on_submit(move |submission| {
        let number = counting.one_more();
        async move { Ok(Receipt::new(format!("TEA-{number}")).with("kind", submission.data["kind"].clone())) }
    });
    (builder, taken)
}

/// The API under `/api`.
fn served(wizards: Wizards, options: ApiOptions) -> Router {
    Router::new().nest("/api", api_router([wizards], options))
}

async fn program() -> (Program, Taken) {
    let (parties, taken) = parties();
    (Program::new(served(parties.build(), ApiOptions::new())).await, taken)
}

/// Answers everything, and gives the wizard as it is then.
async fn answered(program: &Program) -> Value {
    let mut wizard = program.begin("party").await;
    for values in [json!({ "kind": "green" }), json!({ "code": "1234" }), json!({ "note": "with milk" })] {
        wizard = program.submit(&wizard, values).await;
    }
    assert_eq!(wizard["status"], "completed");
    wizard
}
