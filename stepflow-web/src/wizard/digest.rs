//! Digests by which an old form is told from a new one. They protect nobody from anybody: whoever can send a form may
//! answer in any case.

use std::hash::Hasher as _;

use fnv::FnvHasher;
use serde_json::Value;
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

/// A form that was sent: the same one twice is one call.
pub(super) fn of_posted(stage: &str, posted: &Posted) -> String {
    let mut digest = FnvHasher::default();
    digest.write(stage.as_bytes());
    for (name, value) in posted.0.iter().filter(|(name, _)| name != "_token") {
        digest.write(&name.len().to_be_bytes());
        digest.write(name.as_bytes());
        digest.write(&value.len().to_be_bytes());
        digest.write(value.as_bytes());
    }
    format!("form-{}", text(&digest))
}

fn text(digest: &FnvHasher) -> String {
    format!("{:016x}", digest.finish())
}
