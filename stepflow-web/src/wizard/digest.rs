//! Digests by which an old form is told from a new one.

use std::hash::Hasher as _;

use fnv::FnvHasher;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use stepflow_wizard::{Journey, StageView};

use crate::form::Posted;

/// What a step's page showed of what is saved.
pub(super) fn of_view(view: &StageView) -> String {
    let mut digest = FnvHasher::default();
    digest.write(view.flow.as_bytes());
    digest.write(view.stage.as_bytes());
    digest.write(Value::Object(view.values.clone()).to_string().as_bytes());
    for item in &view.items {
        digest.write(item.id.as_bytes());
        digest.write(Value::Object(item.values.clone()).to_string().as_bytes());
    }
    text(&digest)
}

/// What the check page showed.
pub(super) fn of_journey(journey: &Journey) -> String {
    let mut digest = FnvHasher::default();
    for step in &journey.steps {
        digest.write(step.stage.as_bytes());
        digest.write(Value::Object(step.answers.clone()).to_string().as_bytes());
    }
    digest.write(Value::Object(journey.data.clone()).to_string().as_bytes());
    text(&digest)
}

/// A form that was sent: the same one twice is one call. It is kept with what is saved, and a form may hold a secret
/// that is easily guessed: so it takes the form's token in, which only the person's browser and the server know.
pub(super) fn of_posted(stage: &str, posted: &Posted) -> String {
    let mut digest = Sha256::new();
    let mut add = |part: &str| {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    };
    add(stage);
    for (name, value) in &posted.0 {
        add(name);
        add(value);
    }
    let digest = digest.finalize();
    let text: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("form-{text}")
}

fn text(digest: &FnvHasher) -> String {
    format!("{:016x}", digest.finish())
}
