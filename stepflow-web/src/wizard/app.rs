//! What the handlers share, and the table of addresses.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use stepflow_wizard::{Definition, Name, Stage, Wizards};

use super::ask::Ask;
use super::guesses::Guesses;
use super::{WizardOptions, check, done, give_up, keep, step, trouble};
use crate::assets::assets;

/// Addresses that are not steps.
const TAKEN: [&str; 14] = [
    "back",
    "cancel",
    "cancelled",
    "check",
    "done",
    "extend",
    "next",
    "reset",
    "resume",
    "saved",
    "start",
    "submit",
    "w",
    "step",
];
/// How long after one sweep another one may begin, in seconds.
const SWEEP: i64 = 600;

#[derive(Clone)]
pub(super) struct App(Arc<Inner>);

pub(super) struct Inner {
    pub(super) wizards: Wizards,
    pub(super) options: WizardOptions,
    /// What ids of controls begin with.
    pub(super) prefix: String,
    /// The name of the cookie that remembers the wizard last seen.
    pub(super) cookie: String,
    addresses: BTreeMap<(Name, Name), String>,
    pub(super) guesses: Guesses,
    swept: AtomicI64,
}

impl std::ops::Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    pub(super) fn new(wizards: Wizards, options: WizardOptions) -> Self {
        let prefix = slug(wizards.definition().name());
        let lints = lints(wizards.definition(), &options);
        for lint in lints {
            tracing::warn!(wizard = wizards.definition().name(), "{lint}");
        }
        Self(Arc::new(Inner {
            addresses: addresses(wizards.definition()),
            cookie: format!("stepflow-wizard-{prefix}"),
            prefix,
            wizards,
            options,
            guesses: Guesses::default(),
            swept: AtomicI64::new(0),
        }))
    }

    pub(super) fn definition(&self) -> &Definition {
        self.wizards.definition()
    }

    /// The last part of a step's address.
    pub(super) fn address(&self, flow: &str, stage: &str) -> &str {
        self.addresses.get(&(Name::from(flow), Name::from(stage))).map_or("", String::as_str)
    }

    /// The step that has this address, with the path of its flow.
    pub(super) fn at(&self, address: &str) -> Option<(&Name, &Stage)> {
        let ((flow, stage), _) = self.addresses.iter().find(|(_, known)| *known == address)?;
        Some((flow, self.definition().stage(flow, stage)?))
    }

    pub(super) fn step(&self, flow: &str, stage: &str) -> &super::Step {
        static PLAIN: super::Step = super::Step::new();
        let steps = &self.options.steps;
        let found = if flow.is_empty() { steps.get(stage) } else { steps.get(&*format!("{flow}/{stage}")) };
        found.unwrap_or(&PLAIN)
    }

    /// Removes what is over its time, now and then, beside the request at hand.
    pub(super) fn sweep(&self) {
        let Ok(env) = self.wizards.env() else { return };
        let now = env.now.as_second();
        let last = self.swept.load(Ordering::Relaxed);
        let due = now - last >= SWEEP;
        if !due || self.swept.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_err() {
            return;
        }
        let wizards = self.wizards.clone();
        tokio::spawn(async move {
            if let Err(error) = wizards.sweep().await {
                tracing::warn!(%error, "old wizards could not be removed");
            }
        });
    }
}

/// What is doubtful about the options: said once, when the router is made.
pub(super) fn lints(definition: &Definition, options: &WizardOptions) -> Vec<String> {
    let mut lints = Vec::new();
    if options.words.submit == super::Words::default().submit {
        lints.push("the last button says only `Submit`; name the act with `submit_text`".to_owned());
    }
    let known = |name: &str| {
        let (flow, stage) = name.rsplit_once('/').unwrap_or(("", name));
        definition.stage(flow, stage).is_some()
    };
    let strange = options.steps.keys().filter(|name| !known(name));
    lints.extend(strange.map(|name| format!("there are options for `{name}`, which is no step")));
    lints
}

pub(super) fn routes(app: App) -> Router {
    let own = Router::new()
        .route("/", get(step::enter))
        .route("/{step}", get(step::show).post(step::post))
        .route("/next", post(step::next))
        .route("/back", post(step::back))
        .route("/check", get(check::show))
        .route("/submit", post(check::submit))
        .route("/done", get(done::show))
        .route("/cancel", get(give_up::ask_cancel).post(give_up::cancel))
        .route("/reset", get(give_up::ask_restart).post(give_up::restart))
        .route("/saved", get(keep::saved).post(keep::link))
        .route("/extend", post(keep::extend));
    let root = Router::new()
        .route("/start", get(step::to_root).post(step::start))
        .route("/cancelled", get(give_up::cancelled))
        .route("/resume/{token}", get(keep::resume_page).post(keep::resume));
    let all = if app.options.named {
        root.route("/", get(step::list)).nest("/w/{run}", own)
    } else {
        root.merge(own)
    };
    all.merge(assets()).fallback(nothing).method_not_allowed_fallback(wrong_method).with_state(app)
}

async fn nothing(ask: Ask) -> Response {
    trouble::not_found(&ask)
}

async fn wrong_method(ask: Ask) -> Response {
    trouble::wrong_method(&ask)
}

/// Every step has an address of its own: its name where that can be one.
fn addresses(definition: &Definition) -> BTreeMap<(Name, Name), String> {
    let mut addresses: BTreeMap<(Name, Name), String> = BTreeMap::new();
    for (path, flow) in definition.flows() {
        for stage in &flow.stages {
            let name = slug(&stage.name);
            let name = if TAKEN.contains(&&*name) { format!("{name}-step") } else { name };
            let own = if path.is_empty() { name } else { format!("{}.{name}", slug(path)) };
            let mut address = own.clone();
            let mut number = 2;
            while addresses.values().any(|known| *known == address) {
                address = format!("{own}-{number}");
                number += 1;
            }
            addresses.insert((Name::from(path), Name::clone(&stage.name)), address);
        }
    }
    addresses
}

/// A name as part of an address: letters, digits, `-` and `_`.
pub(super) fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        let fits = letter.is_ascii_alphanumeric() || letter == '_';
        if fits {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_matches(['-', '_']);
    let slug: String = slug.chars().take(64).collect();
    if slug.is_empty() { "page".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use stepflow_wizard::{Blueprint, Flow};

    use super::*;
    use crate::Shell;

    #[test]
    fn every_step_has_an_address_of_its_own() {
        let names = ["account", "check", "Your plan", "your-plan", "été", "??", "../etc"];
        let mut stages: Vec<Stage> = Vec::new();
        for (at, name) in names.iter().enumerate() {
            stages.push(Stage::new(*name).to(names.get(at + 1).copied().unwrap_or("END")));
        }
        stages.push(Stage::end("END"));
        let definition = Definition::new(Blueprint::new(Flow::new("x", stages))).unwrap();
        let addresses = addresses(&definition);
        let own = |name: &str| addresses[&(Name::from(""), Name::from(name))].as_str();
        assert_eq!(names.map(own), ["account", "check-step", "your-plan", "your-plan-2", "t", "page", "etc"]);
    }

    #[test]
    fn options_for_no_step_are_doubtful() {
        let flow = Flow::new("x", vec![Stage::new("a").to("END"), Stage::end("END")]);
        let definition = Definition::new(Blueprint::new(flow)).unwrap();
        let options = WizardOptions::new(Shell::new("X")).step("b", super::super::Step::new());
        assert_eq!(lints(&definition, &options).len(), 2);
        let options =
            WizardOptions::new(Shell::new("X")).submit_text("Send").step("a", super::super::Step::new());
        assert!(lints(&definition, &options).is_empty());
    }
}
