//! The keys that only `#[wizard]` and its steps have.

mod subflow;

pub(crate) use subflow::{Field, Mapping, SubflowArgs};

use super::BlockArgs;
use super::entries::{Entry, Value};
use super::keys::Keys;
use super::step_args::StepArgs;
use super::target::{self, TargetArg};
use super::values::{self, Keyed};
use crate::dialect::Wizard;
use crate::errors::Errors;
use crate::messages;
use crate::place::Place;
use proc_macro2::Ident;
use syn::{Expr, ExprLit, ExprPath, Lit, LitStr};

pub(crate) const BLOCK: Keys = Keys {
    of: "#[wizard]",
    known: &["state", "name", "version", "description", "loops", "crate"],
    later: &["migrate"],
};

pub(crate) const STEP: Keys = Keys {
    of: "#[step]",
    known: &[
        "name",
        "title",
        "prompt",
        "help",
        "suggestions",
        "when",
        "can_skip",
        "skip_default",
        "can_go_back",
        "auto_advance",
        "routes",
        "next",
        "otherwise",
        "subflow",
        "on_enter",
        "on_leave",
        "sensitive",
        "fallible",
    ],
    later: &["collect", "confirm"],
};

pub(crate) const SUBFLOW: Keys =
    Keys { of: "subflow(…)", known: &["wizard", "with", "data", "results"], later: &[] };

/// What only `#[wizard]` says.
#[derive(Default)]
pub(crate) struct WizardArgs {
    pub(crate) description: Option<LitStr>,
}

/// What only a wizard's `#[step]` says.
#[derive(Default)]
pub(crate) struct WizardStepArgs {
    pub(crate) title: Option<LitStr>,
    pub(crate) prompt: Option<LitStr>,
    pub(crate) help: Option<LitStr>,
    pub(crate) suggestions: Option<Keyed<Vec<LitStr>>>,
    /// When the step is asked at all: a function of the state.
    pub(crate) when: Option<Keyed<ExprPath>>,
    pub(crate) can_skip: Option<Switch>,
    /// What a skipped step's answer is.
    pub(crate) skip_default: Option<Keyed<Expr>>,
    pub(crate) can_go_back: Option<Switch>,
    pub(crate) auto_advance: Option<Switch>,
    /// Where to go when there is no answer to choose by.
    pub(crate) otherwise: Option<TargetArg>,
    pub(crate) otherwise_key: Option<Ident>,
    pub(crate) subflow: Option<SubflowArgs>,
    pub(crate) on_enter: Option<ExprPath>,
    pub(crate) on_leave: Option<ExprPath>,
    pub(crate) sensitive: Option<Keyed<Vec<LitStr>>>,
}

/// `key`, `key = true` or `key = false`
#[derive(Clone)]
pub(crate) struct Switch {
    pub(crate) key: Ident,
    pub(crate) on: bool,
}

impl WizardStepArgs {
    /// The key that lets the step be skipped, if there is one.
    pub(crate) fn skip_key(&self) -> Option<&Ident> {
        self.can_skip.as_ref().filter(|switch| switch.on).map(|switch| &switch.key)
    }
}

pub(crate) fn read_block_key(block: &mut BlockArgs<Wizard>, entry: &Entry, place: &Place, errors: &Errors) {
    match entry.name().as_str() {
        "description" => {
            block.own.description = values::text(entry, place, "Signs a new customer up.", errors);
        }
        "loops" => {
            if !matches!(entry.value, Value::Absent) {
                errors.push(entry.culprit(), messages::expected_flag(place, "loops"));
            }
            block.allows_loops = true;
        }
        _ => {}
    }
}

pub(crate) fn read_step_key(step: &mut StepArgs<Wizard>, entry: Entry, place: &Place, errors: &Errors) {
    let own = &mut step.own;
    match entry.name().as_str() {
        "title" => own.title = values::text(&entry, place, "Your account", errors),
        "prompt" => own.prompt = values::text(&entry, place, "Who are you?", errors),
        "help" => own.help = values::text(&entry, place, "We never pass it on.", errors),
        "suggestions" => own.suggestions = texts(&entry, place, "weekly", errors),
        "sensitive" => own.sensitive = texts(&entry, place, "password", errors),
        "when" => own.when = function(&entry, place, "fn(&State) -> bool", "State::is_abroad", errors),
        "on_enter" => {
            let path = function(&entry, place, "fn(&mut State)", "State::prepare", errors);
            own.on_enter = path.map(|path| path.value);
        }
        "on_leave" => {
            let shape = "fn(&mut State) -> Result<(), FieldError>";
            own.on_leave = function(&entry, place, shape, "State::check", errors).map(|path| path.value);
        }
        "can_skip" => own.can_skip = switch(&entry, place, errors),
        "can_go_back" => own.can_go_back = switch(&entry, place, errors),
        "auto_advance" => own.auto_advance = switch(&entry, place, errors),
        "skip_default" => own.skip_default = expression(&entry, place, errors),
        "otherwise" => {
            own.otherwise = target::parse(&entry, place, errors);
            step.lost_target |= own.otherwise.is_none();
            own.otherwise_key = Some(entry.key);
        }
        "subflow" => own.subflow = Some(subflow::parse(&entry, place, errors)),
        _ => {}
    }
}

/// `key = path::to::function`
fn function(
    entry: &Entry,
    place: &Place,
    shape: &str,
    example: &str,
    errors: &Errors,
) -> Option<Keyed<ExprPath>> {
    values::path(entry, place, shape, example, errors).map(|path| Keyed::new(entry, path))
}

/// `key = ["text", …]`
fn texts(entry: &Entry, place: &Place, example: &str, errors: &Errors) -> Option<Keyed<Vec<LitStr>>> {
    let expected = || messages::expected_texts(place, &entry.name(), example);
    let Some(Expr::Array(list)) = values::expression(entry) else {
        errors.push(entry.culprit(), expected());
        return None;
    };
    let mut texts = Vec::new();
    for value in list.elems {
        match values::ungrouped(value) {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
                if text.value().trim().is_empty() {
                    errors.push(&text, messages::empty_text(place, &entry.name()));
                }
                texts.push(text);
            }
            other => errors.push(other, expected()),
        }
    }
    Some(Keyed::new(entry, texts))
}

/// `key = expression`
fn expression(entry: &Entry, place: &Place, errors: &Errors) -> Option<Keyed<Expr>> {
    let expression = values::expression(entry);
    if expression.is_none() {
        errors.push(entry.culprit(), messages::expected_answer(place, &entry.name()));
    }
    expression.map(|expression| Keyed::new(entry, expression))
}

fn switch(entry: &Entry, place: &Place, errors: &Errors) -> Option<Switch> {
    let on = match &entry.value {
        Value::Absent => true,
        _ => values::switch(entry, place, errors)?.value,
    };
    Some(Switch { key: entry.key.clone(), on })
}
