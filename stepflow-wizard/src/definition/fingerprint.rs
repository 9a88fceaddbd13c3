//! Whatever can change the meaning of a state, in sixteen digits.

use std::fmt;
use std::hash::Hasher;

use serde_json::Value;
use stepflow::Fingerprint;
use thiserror::Error;

use super::{
    Blueprint, DeriveValue, Flow, Function, Guard, Stage, StageKind, SubflowCall, Target, Transition,
};
use crate::Name;
use crate::error::{DefinitionCode, DefinitionError};

/// The digest of a blueprint. Texts (titles, prompts, help, suggestions, messages) are not part of it, nor is
/// what only decides how much is logged.
pub(super) fn of(blueprint: &Blueprint) -> Result<Fingerprint, DefinitionError> {
    let mut digest = Digest(fnv::FnvHasher::default());
    digest.text(&blueprint.name);
    digest.text(&blueprint.version);
    digest.flow(&blueprint.main);
    let settings = &blueprint.settings;
    digest.number(settings.per_turn.len());
    settings.per_turn.iter().for_each(|key| digest.text(key));
    digest.shown(&settings.auto_advance_filled);
    digest.number(settings.derivations.len());
    for rule in &settings.derivations {
        digest.shown(rule.config());
    }
    let digits = format!("{:016x}", digest.0.finish());
    digits
        .parse()
        .map_err(|_| DefinitionError::new("", DefinitionCode::InvalidValue, "the definition has no digest"))
}

/// How a definition differs from the one that a state was saved under.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Difference {
    /// Its ways, conditions or fields differ.
    #[error(
        "the stages of `{name}` lead elsewhere, or ask for something else, than when the state was saved"
    )]
    Meaning {
        /// The wizard's name.
        name: Name,
    },
    /// It is another wizard.
    #[error("the state belongs to the wizard `{saved}`, this is `{current}`")]
    Name {
        /// The name of the state's wizard.
        saved: Name,
        /// The name of this one.
        current: Name,
    },
    /// A stage that the state holds answers of is not there any more.
    #[error("the stage `{stage}` is not there any more")]
    StageRemoved {
        /// The stage.
        stage: Name,
    },
    /// It has another version.
    #[error("the state was saved under version {saved}, this is {current}")]
    Version {
        /// The version that the state was saved under.
        saved: Name,
        /// The version of this definition.
        current: Name,
    },
}

/// Feeds the hasher so that no two definitions can run into each other: lengths first, fixed widths.
struct Digest(fnv::FnvHasher);

impl Digest {
    fn number(&mut self, number: usize) {
        self.0.write(&(number as u64).to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len());
        self.0.write(text.as_bytes());
    }

    fn shown(&mut self, value: &impl fmt::Debug) {
        self.text(&format!("{value:?}"));
    }

    fn flow(&mut self, flow: &Flow) {
        self.text(&flow.name);
        self.shown(&flow.answers);
        self.number(usize::from(flow.behaviour.is_some()));
        self.number(flow.stages.len());
        flow.stages.iter().for_each(|stage| self.stage(stage));
        self.number(flow.subflows.len());
        for (name, subflow) in &flow.subflows {
            self.text(name);
            self.flow(subflow);
        }
    }

    fn stage(&mut self, stage: &Stage) {
        self.text(&stage.name);
        match &stage.kind {
            StageKind::Subflow(call) => {
                self.number(1);
                self.call(call);
            }
            kind => {
                self.number(0);
                self.shown(kind);
            }
        }
        for flag in [stage.start, stage.can_skip] {
            self.number(usize::from(flag));
        }
        self.shown(&stage.auto_advance);
        self.shown(&stage.when);
        self.schema(stage.schema.as_deref());
        self.functions(&stage.routing);
        self.number(stage.transitions.len());
        stage.transitions.iter().for_each(|transition| self.transition(transition));
    }

    fn transition(&mut self, transition: &Transition) {
        match &transition.target {
            Target::Stage(name) => self.text(name),
            Target::Subflow(call) => self.call(call),
        }
        match &transition.condition {
            Guard::Expression(condition) => self.text(&condition.canonical()),
            guard => self.shown(guard),
        }
        self.shown(&transition.priority);
        self.shown(&transition.key);
        self.number(transition.derive.len());
        for derive in &transition.derive {
            self.text(&derive.field);
            match &derive.value {
                DeriveValue::Expression(condition) => self.text(&condition.canonical()),
                DeriveValue::Literal(value) => self.text(&value.to_string()),
                DeriveValue::Template(text) => self.text(text.source()),
            }
        }
        self.functions(&transition.transforms);
    }

    fn call(&mut self, call: &SubflowCall) {
        self.text(&call.network);
        self.shown(&call.return_to);
        self.shown(&call.data);
        self.shown(&call.results);
    }

    fn functions(&mut self, functions: &[Function]) {
        self.number(functions.len());
        for function in functions {
            self.text(function.name());
            self.text(&function.config().to_string());
        }
    }

    /// Names, types and requirements; not what only explains (`title`, `description`, `examples`).
    fn schema(&mut self, schema: Option<&Value>) {
        match schema {
            Some(schema) => self.text(&meaning(schema).to_string()),
            None => self.number(0),
        }
    }
}

/// A schema without the keys that only explain. Keys of `properties` are names, and stay.
fn meaning(schema: &Value) -> Value {
    match schema {
        Value::Object(keys) => Value::Object(
            keys.iter()
                .filter(|(key, _)| !matches!(key.as_str(), "title" | "description" | "examples" | "$comment"))
                .map(|(key, value)| {
                    let names = matches!(key.as_str(), "properties" | "$defs" | "definitions");
                    let value = match value {
                        Value::Object(named) if names => Value::Object(
                            named.iter().map(|(name, value)| (name.clone(), meaning(value))).collect(),
                        ),
                        value => meaning(value),
                    };
                    (key.clone(), value)
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(meaning).collect()),
        value => value.clone(),
    }
}
