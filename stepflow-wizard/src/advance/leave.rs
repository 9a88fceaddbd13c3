//! A stage's answers are complete: what follows from them, and where to.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::enter::{self, Motion};
use super::{Transaction, draft, settle, subflow, tasks};
use crate::condition::EvalError;
use crate::definition::{CompiledTarget, Function, FunctionContext, Guard, Patch, Stage, Target};
use crate::error::{BoxError, WizardError};
use crate::outcome::{DiagnosticCode, Kind};
use crate::record::Trigger;
use crate::state::Page;
use crate::walk::{Chosen, Decision, Walk, with};
use crate::{Map, Name};

/// The walk up to the current stage. Where the answers do not lead there any more, it stands where they lead.
pub(crate) fn walk_to_cursor<'d>(transaction: &Transaction<'d>) -> Result<Walk<'d>, WizardError> {
    let flow = transaction.flow()?;
    let at = transaction.at(flow)?;
    let frame = transaction.frame();
    let mut walk = Walk::begin(transaction.definition, flow, frame, transaction.env.now)
        .map_err(|rejection| WizardError::Rejected { stage: Arc::clone(&frame.stage), rejection })?;
    // The original knows whatever was ever said, wherever the way leads.
    if !transaction.original() {
        walk.run(frame, Some(at));
    }
    walk.at = at;
    Ok(walk)
}

/// Leaves the current stage with a page that is complete.
pub(super) fn leave<'d>(
    transaction: &mut Transaction<'d>,
    mut walk: Walk<'d>,
    page: Page,
    motion: Motion,
) -> Result<(), WizardError> {
    match step(transaction, &mut walk, page, motion)? {
        Step::Moved => settle::settle(transaction, walk),
        Step::Rejected | Step::Round | Step::Stayed => Ok(()),
    }
}

/// What came of trying to leave a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Moved,
    Rejected,
    /// A way led back to the stage itself.
    Round,
    Stayed,
}

/// Goes one step from the current stage, if a way is open.
pub(super) fn step<'d>(
    transaction: &mut Transaction<'d>,
    walk: &mut Walk<'d>,
    mut page: Page,
    motion: Motion,
) -> Result<Step, WizardError> {
    let (at, flow) = (walk.at, walk.flow);
    let stage = &flow.flow.stages[at];
    let depth = transaction.depth();
    walk.known.take_answers(at, &page, transaction.frame(), flow);
    // The original does either for answers alone: not where a stage is skipped, nor where none stops.
    if transaction.original() && motion.answers() {
        derive_everything(transaction, walk, stage, &mut page);
    }
    if motion.answers() || !transaction.original() {
        route(transaction, walk, stage, &mut page)?;
    }
    let turn = transaction.turn.clone();
    match walk.decide(transaction.frame(), at, &page, &turn) {
        Decision::Rejected(_) if motion.trigger == Trigger::AutoAdvance => Ok(Step::Rejected),
        Decision::Rejected(rejection) => {
            transaction.report.errors.extend(rejection.into_errors());
            transaction.report.changed.clear();
            transaction.report.kind = Some(Kind::Invalid);
            if motion.answers() {
                draft::keep(transaction, page.answers)?;
            }
            Ok(Step::Rejected)
        }
        Decision::Stay(failed) => {
            failures(transaction, stage, failed)?;
            if motion.answers() {
                let why = "the answers are complete, and no condition holds";
                transaction.diagnose(DiagnosticCode::NoWayOn, why);
            }
            transaction.report.kind.get_or_insert(Kind::Stayed);
            if transaction.original() {
                page.turn = said_for_the_way(transaction, stage);
            }
            if motion.answers() || transaction.original() {
                transaction.say(depth, &page);
                transaction.set_page(depth, Arc::clone(&stage.name), page);
                tasks::answered(transaction)?;
            }
            Ok(Step::Stayed)
        }
        Decision::Go(mut chosen) => {
            failures(transaction, stage, std::mem::take(&mut chosen.failed))?;
            transform(transaction, walk, stage, &mut page, &mut chosen)?;
            page.turn = said_for_the_way(transaction, stage);
            transaction.say(depth, &page);
            transaction.set_page(depth, Arc::clone(&stage.name), page.clone());
            walk.known.take_effects(at, &page, transaction.frame(), flow);
            tasks::answered(transaction)?;
            go(transaction, walk, &page, &chosen, motion)
        }
    }
}

fn go<'d>(
    transaction: &mut Transaction<'d>,
    walk: &mut Walk<'d>,
    page: &Page,
    chosen: &Chosen,
    motion: Motion,
) -> Result<Step, WizardError> {
    match chosen.target {
        CompiledTarget::Stage(to) => enter::enter(transaction, walk, page, to, chosen, motion),
        CompiledTarget::Subflow { flow, back_to } => {
            let stage = &walk.flow.flow.stages[walk.at];
            let call = chosen.transition.and_then(|index| match &stage.transitions[index].target {
                Target::Subflow(call) => Some(call),
                Target::Stage(_) => None,
            });
            let Some(call) = call else { return Ok(Step::Stayed) };
            let data = walk.known.data().map(Cow::into_owned).unwrap_or_default();
            let back_to = Some(walk.flow.name_of(back_to));
            subflow::push(transaction, flow, call, back_to, &data, chosen, motion)?;
            *walk = walk_to_cursor(transaction)?;
            Ok(Step::Moved)
        }
    }
}

/// Runs the stage's routing functions.
fn route(
    transaction: &Transaction<'_>,
    walk: &mut Walk<'_>,
    stage: &Stage,
    page: &mut Page,
) -> Result<(), WizardError> {
    for function in &stage.routing {
        let patch = {
            let data = walk.known.data().map_err(|rejection| rejected(stage, rejection))?;
            let data = with(&data, &transaction.turn);
            call(transaction, function, stage, None, &data)?
        };
        if let Some(fields) = walk.known.fields_mut() {
            apply(&patch, fields);
        }
        note(&patch, &mut page.derived, &mut page.removed);
    }
    Ok(())
}

/// Runs the functions of the transition that was chosen, on top of what it derives.
fn transform(
    transaction: &Transaction<'_>,
    walk: &Walk<'_>,
    stage: &Stage,
    page: &mut Page,
    chosen: &mut Chosen,
) -> Result<(), WizardError> {
    page.effects = std::mem::take(&mut chosen.derived);
    let Some(transition) = chosen.transition.map(|index| &stage.transitions[index]) else { return Ok(()) };
    if transition.transforms.is_empty() {
        return Ok(());
    }
    let mut data = walk.known.data().map_err(|rejection| rejected(stage, rejection))?.into_owned();
    for map in [&transaction.turn, &page.effects] {
        data.extend(map.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    for function in &transition.transforms {
        let patch = call(transaction, function, stage, Some(&transition.target), &data)?;
        apply(&patch, &mut data);
        note(&patch, &mut page.effects, &mut page.removed);
    }
    Ok(())
}

fn call(
    transaction: &Transaction<'_>,
    function: &Function,
    stage: &Stage,
    target: Option<&Target>,
    data: &Map,
) -> Result<Patch, WizardError> {
    let failed = |source: BoxError| WizardError::TransformFailed {
        stage: Arc::clone(&stage.name),
        function: function.shared_name(),
        source,
    };
    let target = match target {
        Some(Target::Stage(name)) => Some(&**name),
        Some(Target::Subflow(call)) => Some(&*call.network),
        None => None,
    };
    let patch = function
        .call(&FunctionContext {
            flow: &transaction.frame().flow,
            stage: &stage.name,
            target,
            data,
            turn: &transaction.turn,
            config: function.config(),
            now: transaction.env.now,
        })
        .map_err(failed)?;
    match patch.set_values().keys().find(|key| key.starts_with('_')) {
        Some(key) => {
            Err(failed(format!("it sets `{key}`, and keys with an underscore in front are reserved").into()))
        }
        None => Ok(patch),
    }
}

fn apply(patch: &Patch, data: &mut Map) {
    data.extend(patch.set_values().iter().map(|(name, value)| (name.clone(), value.clone())));
    for name in patch.removed() {
        data.remove(name);
    }
}

fn note(patch: &Patch, values: &mut Map, removed: &mut Vec<Name>) {
    for (name, value) in patch.set_values() {
        removed.retain(|gone| **gone != **name);
        values.insert(name.clone(), value.clone());
    }
    for name in patch.removed() {
        values.remove(name);
        removed.push(Arc::from(name.as_str()));
    }
}

/// In the original, every transition derives, whichever is taken, and the first that names a field wins.
fn derive_everything(transaction: &Transaction<'_>, walk: &mut Walk<'_>, stage: &Stage, page: &mut Page) {
    let Some(fields) = walk.known.fields() else { return };
    let data = with(fields, &transaction.turn);
    let mut taken = Map::new();
    for transition in stage.transitions.iter().filter(|transition| !transition.derive.is_empty()) {
        taken.extend(walk.derive(transition, &data, &taken, &transaction.turn, transaction.frame()));
    }
    page.derived.extend(taken.clone());
    drop(data);
    if let Some(fields) = walk.known.fields_mut() {
        fields.extend(taken);
    }
}

/// Values of this call alone that the way on may depend on: those that conditions of the stage name.
fn said_for_the_way(transaction: &Transaction<'_>, stage: &Stage) -> Map {
    if transaction.original() {
        // The original keeps the text that was the whole of an answer.
        let text = transaction.turn.get_key_value("_raw_input");
        return text.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    }
    if transaction.turn.is_empty() {
        return Map::new();
    }
    let mut named: BTreeSet<&str> = BTreeSet::new();
    let mut any = false;
    for transition in &stage.transitions {
        match &transition.condition {
            Guard::Expression(condition) => {
                named.extend(condition.fields().iter().chain(condition.turn_keys()).map(String::as_str));
            }
            Guard::Function(_) => any = true,
            Guard::Always | Guard::Never => {}
        }
    }
    let said = transaction.turn.iter().filter(|(name, _)| any || named.contains(name.as_str()));
    said.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Conditions that failed: a diagnostic each, or an error, as the settings have it.
fn failures(
    transaction: &mut Transaction<'_>,
    stage: &Stage,
    failed: Vec<(usize, EvalError)>,
) -> Result<(), WizardError> {
    for (index, error) in failed {
        let target = match &stage.transitions[index].target {
            Target::Stage(name) => Arc::clone(name),
            Target::Subflow(call) => Arc::clone(&call.network),
        };
        if transaction.definition.settings().strict_conditions {
            let (stage, message) = (Arc::clone(&stage.name), error.to_string());
            return Err(WizardError::ConditionFailed { stage, target, message });
        }
        let message =
            format!("the condition of the transition to `{target}` failed and counts as false: {error}");
        transaction.diagnose(DiagnosticCode::ConditionFailed, message);
    }
    Ok(())
}

pub(super) fn rejected(stage: &Stage, rejection: crate::Rejection) -> WizardError {
    WizardError::Rejected { stage: Arc::clone(&stage.name), rejection }
}
