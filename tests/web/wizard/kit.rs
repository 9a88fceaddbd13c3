//! Wizards to be tested, and ways through them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use stepflow::testing::ManualClock;
use stepflow_web::{Served, Shell, WizardOptions, wizard_router};
use stepflow_wizard::store::{Lifetime, MemoryWizards};
use stepflow_wizard::{
    Blueprint, Definition, Flow, Keeping, Receipt, Skip, Stage, Transition, Wizards, WizardsBuilder,
};

use axum::Router;

use crate::client::{Client, Reply};

/// The registration of the original: an account, a plan, a company for teams, a letter that may be skipped.
pub(crate) fn registration() -> Definition {
    let account = Stage::new("account").prompt("Who are you?").schema(json!({
        "type": "object",
        "properties": {
            "name": { "type": "string", "minLength": 2, "description": "As we should call you." },
            "email": { "type": "string", "format": "email" },
            "phone": { "type": "string", "format": "tel" },
        },
        "required": ["name", "email"],
    }));
    let plan = Stage::new("plan").prompt("Which plan do you want?").schema(json!({
        "type": "object",
        "properties": { "plan": { "enum": ["free", "team"] } },
        "required": ["plan"],
    }));
    let company = Stage::new("company").schema(json!({
        "type": "object",
        "properties": {
            "company": { "type": "string" },
            "seats": { "type": "integer", "minimum": 2 },
        },
        "required": ["company", "seats"],
    }));
    let letter = Stage {
        can_skip: true,
        skip: Skip::default(),
        label: Some("Our letter".into()),
        ..Stage::new("letter")
    }
    .schema(json!({
        "type": "object",
        "properties": { "often": { "enum": ["weekly", "monthly"], "title": "How often?" } },
        "required": ["often"],
    }));
    let team = Transition::to("company").when("data.get('plan') == 'team'").unwrap();
    let stages = vec![
        account.to("plan"),
        plan.transition(team).to("letter"),
        company.to("letter"),
        letter.to("END"),
        Stage::end("END"),
    ];
    Definition::new(Blueprint::new(Flow::new("registration", stages))).unwrap()
}

/// A flow of stages, each going on to the next.
pub(crate) fn flow(name: &str, stages: Vec<Stage>) -> Definition {
    let mut names: Vec<String> = stages.iter().skip(1).map(|stage| stage.name.to_string()).collect();
    names.push("END".to_owned());
    let mut stages: Vec<Stage> = stages
        .into_iter()
        .zip(names)
        .map(|(stage, next)| if stage.transitions.is_empty() { stage.to(next.as_str()) } else { stage })
        .collect();
    stages.push(Stage::end("END"));
    Definition::new(Blueprint::new(Flow::new(name, stages))).unwrap()
}

/// A stage with one text that is required.
pub(crate) fn ask(name: &str) -> Stage {
    Stage::new(name)
        .schema(json!({ "type": "object", "properties": { name: { "type": "string" } }, "required": [name] }))
}

/// A stage with these fields, all of them optional.
pub(crate) fn offer(name: &str, fields: &Value) -> Stage {
    Stage::new(name).schema(json!({ "type": "object", "properties": fields }))
}

pub(crate) fn options() -> WizardOptions {
    WizardOptions::new(Shell::new("Registration")).submit_text("Register")
}

pub(crate) fn kept(definition: Definition) -> WizardsBuilder {
    Wizards::builder(definition, MemoryWizards::new())
}

/// Wizards that are over their time after so long.
pub(crate) fn short_lived(definition: Definition, idle: Duration) -> (Wizards, ManualClock) {
    let lifetime = Lifetime { idle, ..Lifetime::default() };
    let clock = ManualClock::new();
    let store = MemoryWizards::new().clock(clock.clone());
    let keeping = Keeping { lifetime, ..Keeping::default() };
    (Wizards::builder(definition, store).keeping(keeping).build(), clock)
}

/// A browser at a wizard that is mounted at `/join`.
pub(crate) fn browser(wizard: impl Into<Served>, options: WizardOptions) -> Client {
    Client::new(Router::new().nest("/join", wizard_router(wizard, options)))
}

/// A browser at the registration.
pub(crate) fn client() -> Client {
    browser(registration(), options())
}

/// What was submitted: its name, and the answers.
pub(crate) type Taken = Arc<Mutex<Vec<(String, Value)>>>;

/// Who takes submissions, counting them.
pub(crate) fn counting(definition: Definition) -> (Wizards, Taken) {
    let taken = Taken::default();
    let into = Arc::clone(&taken);
    let wizards = kept(definition)
        .on_submit(move |submission| {
            let into = Arc::clone(&into);
            async move {
                let mut taken = into.lock().unwrap();
                taken.push((submission.id.to_string(), Value::Object(submission.data)));
                Ok(Receipt::new(format!("REF-{}", taken.len())))
            }
        })
        .build();
    (wizards, taken)
}

impl Client {
    /// Opens a step, fills its form in, continues, and goes where that leads.
    pub(crate) async fn fill(&self, step: &str, fields: &[(&str, &str)]) -> Reply {
        self.press(step, fields, "next").await
    }

    /// The same with another button.
    pub(crate) async fn press(&self, step: &str, fields: &[(&str, &str)], action: &str) -> Reply {
        let page = self.visit(&format!("/join/{step}")).await;
        let mut form = page.form("form[novalidate]");
        for (name, value) in fields {
            form = form.set(name, value);
        }
        self.submit_and_follow(&form.press("_action", action)).await
    }

    /// To the check page of the registration.
    pub(crate) async fn to_check(&self) -> Reply {
        self.fill("account", &[("name", "Ada"), ("email", "ada@example.org")]).await;
        self.fill("plan", &[("plan", "free")]).await;
        let page = self.fill("letter", &[("often", "weekly")]).await;
        assert_eq!(page.path(), "/join/check", "{}", page.body);
        page
    }

    /// From the check page to the end.
    pub(crate) async fn send_all(&self) -> Reply {
        let page = self.visit("/join/check").await;
        self.submit_and_follow(&page.form("form[action$='/submit']")).await
    }
}
