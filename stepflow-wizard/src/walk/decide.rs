//! The way on from a stage whose answers are complete.

use std::borrow::Cow;

use serde_json::Value;

use super::{DataScope, Known, Walk};
use crate::condition::EvalError;
use crate::definition::{CompiledTarget, DeriveValue, FunctionContext, Guard, Transition};
use crate::error::Rejection;
use crate::state::{Frame, Page};
use crate::{Map, Name};

/// Where a stage leads.
#[derive(Debug)]
pub(crate) enum Decision {
    /// A way is open.
    Go(Chosen),
    /// The code that decides does not take the answer.
    Rejected(Rejection),
    /// No way is open. Conditions that failed are listed by their transitions.
    Stay(Vec<(usize, EvalError)>),
}

/// The way that was chosen.
#[derive(Debug)]
pub(crate) struct Chosen {
    pub(crate) target: CompiledTarget,
    /// The transition, where there is one.
    pub(crate) transition: Option<usize>,
    /// The key of the route, for typed steps.
    pub(crate) key: Option<Name>,
    /// What the transition derived before its condition was tested.
    pub(crate) derived: Map,
    /// Conditions that failed on the way, by their transitions.
    pub(crate) failed: Vec<(usize, EvalError)>,
}

impl Walk<'_> {
    /// The way on from a stage, once its answers were taken.
    pub(crate) fn decide(&mut self, frame: &Frame, at: usize, page: &Page, turn: &Map) -> Decision {
        if matches!(self.known, Known::Typed(_)) { self.ask(at, page) } else { self.test(frame, at, turn) }
    }

    /// Asks the code that decides.
    fn ask(&mut self, at: usize, page: &Page) -> Decision {
        self.arrive();
        let Known::Typed(fold) = &mut self.known else { return Decision::Stay(Vec::new()) };
        let stage = &self.flow.flow.stages[at];
        let way = if page.skipped && page.answers.is_empty() {
            fold.skip(&stage.name)
        } else {
            fold.take(&stage.name, &page.answers)
        };
        let way = match way {
            Ok(way) => way,
            Err(rejection) => return Decision::Rejected(rejection),
        };
        let Some(to) = self.flow.position(&way.target) else {
            let message = format!("stage `{}` leads to `{}`, which is not there", stage.name, way.target);
            return Decision::Rejected(Rejection::from(message));
        };
        let key: Option<Name> = way.key.map(|key| Name::from(&*key));
        let target = CompiledTarget::Stage(to);
        let leads_there = |index: &usize| self.flow.stages[at].targets[*index] == target;
        let has_key = |index: &usize| stage.transitions[*index].key == key;
        let transitions = 0..stage.transitions.len();
        let transition = transitions
            .clone()
            .find(|index| leads_there(index) && has_key(index))
            .or_else(|| transitions.clone().find(leads_there));
        Decision::Go(Chosen { target, transition, key, derived: Map::new(), failed: Vec::new() })
    }

    /// Tests the conditions, one transition after the other.
    fn test(&self, frame: &Frame, at: usize, turn: &Map) -> Decision {
        let Some(fields) = self.known.fields() else { return Decision::Stay(Vec::new()) };
        let data = with(fields, turn);
        let stage = &self.flow.flow.stages[at];
        let mut failed = Vec::new();
        // The original takes no notice of priorities.
        let as_written: Vec<usize>;
        let original = self.definition.settings().original();
        let order = if original {
            as_written = (0..stage.transitions.len()).collect();
            &as_written
        } else {
            &self.flow.stages[at].order
        };
        for index in order {
            let transition = &stage.transitions[*index];
            // In the original, whatever is derived was derived before, and skipping derives nothing.
            let derived =
                if original { Map::new() } else { self.derive(transition, &data, &Map::new(), turn, frame) };
            let data = with(&data, &derived);
            let scope = DataScope { data: &data, turn, frame, flow: self.flow };
            match self.holds(&transition.condition, &scope, at, Some(transition)) {
                Ok(true) => {
                    let target = self.flow.stages[at].targets[*index];
                    let key = transition.key.clone();
                    return Decision::Go(Chosen { target, transition: Some(*index), key, derived, failed });
                }
                Ok(false) => {}
                Err(error) => failed.push((*index, error)),
            }
        }
        Decision::Stay(failed)
    }

    /// Whether a guard holds.
    pub(crate) fn holds(
        &self,
        guard: &Guard,
        scope: &DataScope<'_>,
        at: usize,
        transition: Option<&Transition>,
    ) -> Result<bool, EvalError> {
        match guard {
            Guard::Always => Ok(true),
            Guard::Never => Ok(false),
            Guard::Expression(condition) => condition.test(scope),
            Guard::Function(test) => {
                let stage = &self.flow.flow.stages[at];
                let target = transition.and_then(|transition| match &transition.target {
                    crate::Target::Stage(name) => Some(&**name),
                    crate::Target::Subflow(_) => None,
                });
                Ok(test.call(&FunctionContext {
                    flow: &self.flow.path,
                    stage: &stage.name,
                    target,
                    data: scope.data,
                    turn: scope.turn,
                    config: &Value::Null,
                    now: self.now(),
                }))
            }
        }
    }

    /// Whether the condition of a stage itself holds. One that fails counts as true: a question too many does less
    /// harm than one too few.
    pub(super) fn holds_when(&self, frame: &Frame, at: usize) -> bool {
        let Ok(data) = self.known.data() else { return true };
        let turn = Map::new();
        let scope = DataScope { data: &data, turn: &turn, frame, flow: self.flow };
        self.holds(&self.flow.flow.stages[at].when, &scope, at, None).unwrap_or(true)
    }

    /// The values that a transition sets where a field is absent, and not in `taken` either. They are made of the data as
    /// they were before.
    pub(crate) fn derive(
        &self,
        transition: &Transition,
        data: &Map,
        taken: &Map,
        turn: &Map,
        frame: &Frame,
    ) -> Map {
        let mut derived = Map::new();
        for derive in &transition.derive {
            if [data, taken, &derived].iter().any(|map| map.contains_key(&*derive.field)) {
                continue;
            }
            let value = match &derive.value {
                DeriveValue::Literal(value) => Some(value.clone()),
                DeriveValue::Expression(expression) => {
                    let scope = DataScope { data, turn, frame, flow: self.flow };
                    expression.evaluate(&scope).ok().filter(|value| !value.is_null())
                }
                DeriveValue::Template(text) => crate::view::render_derived(text, data).map(Value::String),
            };
            if let Some(value) = value {
                derived.insert(derive.field.to_string(), value);
            }
        }
        derived
    }
}

/// A map with another one on top of it; no copy when there is nothing to add.
pub(crate) fn with<'a>(data: &'a Map, more: &Map) -> Cow<'a, Map> {
    if more.is_empty() {
        return Cow::Borrowed(data);
    }
    let mut all = data.clone();
    all.extend(more.iter().map(|(name, value)| (name.clone(), value.clone())));
    Cow::Owned(all)
}
