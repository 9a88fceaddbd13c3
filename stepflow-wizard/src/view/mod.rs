//! How a state is shown: the current stage, the roadmap, how far it is.

mod render;
mod roadmap;

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;

use self::render::Renderer;
pub(crate) use self::render::render_derived;
use crate::advance::{Transaction, flow_of};
use crate::definition::{CompiledFlow, NavigationCommand, StageKind, enabled};
use crate::error::WizardError;
use crate::outcome::{Diagnostic, DiagnosticCode, StageView};
use crate::state::{Frame, State, VisitKind};
use crate::walk::{Walk, with};
use crate::{Definition, Env, Map, Name, Stage};

/// What is seen of a state.
pub(crate) struct Seen {
    pub(crate) view: StageView,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Definition {
    /// The current stage of a state, as it is to be shown.
    ///
    /// # Errors
    ///
    /// The state does not fit the definition, or a text cannot be rendered.
    ///
    /// ```
    /// use stepflow_wizard::{Blueprint, Definition, Env, Flow, Stage, Timestamp};
    ///
    /// let flow = Flow::new("tea", vec![Stage::new("kind").prompt("Which tea?").to("done"), Stage::end("done")]);
    /// let tea = Definition::new(Blueprint::new(flow))?;
    /// let env = Env::at(Timestamp::UNIX_EPOCH);
    /// let view = tea.view(&tea.begin(&env)?.state, &env)?;
    /// assert_eq!((view.prompt.as_ref(), view.can_go_back, view.progress), ("Which tea?", false, 0.0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn view(&self, state: &State, env: &Env) -> Result<StageView, WizardError> {
        let mut view = look(self, state, &Map::new(), env.now, None)?.view;
        view.progress = state.progress;
        Ok(view)
    }
}

/// Looks at the current stage, by the walk that led there if there is one.
pub(crate) fn look<'d>(
    definition: &'d Definition,
    state: &State,
    turn: &Map,
    now: Timestamp,
    walked: Option<Walk<'d>>,
) -> Result<Seen, WizardError> {
    let frame = state.top();
    let flow = flow_of(definition, frame)?;
    let at =
        flow.position(&frame.stage).ok_or_else(|| WizardError::StageNotFound(Arc::clone(&frame.stage)))?;
    let (stage, compiled) = (&flow.flow.stages[at], &flow.stages[at]);
    let mut walk = match walked.filter(|walked| std::ptr::eq(walked.flow, flow) && walked.at == at) {
        Some(walked) => walked,
        None => begin(definition, flow, frame, now)?,
    };
    walk.run(frame, Some(at));
    let before = walk.passed.len();
    let mut shown = shown(definition, state, &walk, flow, at, turn)?;
    let can_go_back = can_go_back(definition, state, frame, &walk, flow, stage);
    let road = if state.depth() == 0 {
        walk.run(frame, None);
        roadmap::Road { walk: &walk, before, at }.of(state)
    } else {
        roadmap::of_main(definition, state, now)?
    };
    let page = frame.pages.get(&stage.name);
    Ok(Seen {
        view: StageView {
            flow: Arc::clone(&frame.flow),
            stage: Arc::clone(&stage.name),
            title: Arc::clone(&compiled.title),
            messages: std::mem::take(&mut shown.messages),
            prompt: shown.prompt,
            help: stage.help.clone(),
            kind: stage.kind.clone(),
            schema: stage.schema.clone(),
            suggestions: std::mem::take(&mut shown.suggestions),
            values: shown.values,
            items: page.map(|page| page.items.clone()).unwrap_or_default(),
            can_skip: stage.can_skip,
            can_go_back,
            progress: road.progress,
            depth: state.depth(),
            roadmap: road.entries,
        },
        diagnostics: shown.diagnostics,
    })
}

pub(crate) fn begin<'d>(
    definition: &'d Definition,
    flow: &'d CompiledFlow,
    frame: &Frame,
    now: Timestamp,
) -> Result<Walk<'d>, WizardError> {
    Walk::begin(definition, flow, frame, now)
        .map_err(|rejection| WizardError::Rejected { stage: Arc::clone(&frame.stage), rejection })
}

/// What depends on the data.
struct Shown {
    messages: Vec<String>,
    prompt: Name,
    suggestions: Vec<Name>,
    values: Map,
    diagnostics: Vec<Diagnostic>,
}

fn shown(
    definition: &Definition,
    state: &State,
    walk: &Walk<'_>,
    flow: &CompiledFlow,
    at: usize,
    turn: &Map,
) -> Result<Shown, WizardError> {
    let stage = &flow.flow.stages[at];
    let renderer = Renderer { definition, state, walk, stage, turn };
    let mut diagnostics = Vec::new();
    let suggestion = |text: &crate::Text| {
        renderer.render(text).unwrap_or_else(|error| {
            let message = format!("the suggestion `{}` cannot be rendered: {error}", text.source());
            diagnostics.push(Diagnostic::new(
                DiagnosticCode::SuggestionFailed,
                Arc::clone(&stage.name),
                message,
            ));
            text.shared()
        })
    };
    let suggestions = stage.suggestions.iter().map(suggestion).collect();
    let failed = |source| WizardError::TemplateFailed { stage: Arc::clone(&stage.name), source };
    Ok(Shown {
        messages: messages(&renderer, flow)?,
        prompt: renderer.render(&stage.prompt).map_err(failed)?,
        suggestions,
        values: values(walk, flow, state.top(), at),
        diagnostics,
    })
}

/// What the stages say that were passed right before this one.
fn messages(here: &Renderer<'_>, flow: &CompiledFlow) -> Result<Vec<String>, WizardError> {
    let visits = here.state.top().visits.iter().rev().skip(1);
    let mut passed: Vec<&Stage> = visits
        .take_while(|visit| visit.kind == VisitKind::Passed)
        .filter_map(|visit| flow.position(&visit.stage))
        .map(|at| &flow.flow.stages[at])
        .collect();
    passed.reverse();
    let said = passed.into_iter().filter_map(|stage| stage.message.as_ref().map(|text| (stage, text)));
    said.map(|(stage, text)| {
        let renderer = Renderer { stage, ..*here };
        let failed = |source| WizardError::TemplateFailed { stage: Arc::clone(&stage.name), source };
        renderer.render(text).map(|text| text.to_string()).map_err(failed)
    })
    .collect()
}

/// What the form of a stage shows: what was typed last, over what was accepted, over the defaults. What must not be
/// shown is left out.
fn values(walk: &Walk<'_>, flow: &CompiledFlow, frame: &Frame, at: usize) -> Map {
    let stage = &flow.flow.stages[at];
    if stage.kind == StageKind::End {
        return Map::new();
    }
    let page = frame.pages.get(&stage.name).cloned().unwrap_or_default();
    let mut values = walk.known.values(at, &page, &Map::new(), frame, flow);
    let defaults = flow.stages[at].schema.iter().flat_map(|schema| &schema.defaults);
    for (name, default) in defaults {
        values.entry(name.to_string()).or_insert_with(|| default.clone());
    }
    if let Some(draft) = &page.draft {
        values.extend(draft.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    values.retain(|name, _| !crate::advance::is_sensitive(flow, at, name));
    values
}

fn can_go_back(
    definition: &Definition,
    state: &State,
    frame: &Frame,
    walk: &Walk<'_>,
    flow: &CompiledFlow,
    stage: &Stage,
) -> bool {
    let allowed = stage.can_go_back
        && (enabled(&definition.navigation_layers(flow, stage), NavigationCommand::Back)
            || definition.settings().original());
    if !allowed {
        return false;
    }
    if definition.settings().original() {
        return frame.visits.len() > 1;
    }
    let earlier = frame.visits.iter().rev().skip(1);
    let mut stops = earlier.filter(|visit| visit.kind == VisitKind::Stop && visit.stage != stage.name);
    stops.next().is_some()
        || walk.passed.iter().any(|passed| flow.flow.stages[passed.stage].kind == StageKind::Question)
        || can_leave(definition, state)
}

/// Whether going back may leave the called flow.
fn can_leave(definition: &Definition, state: &State) -> bool {
    let Some(caller) = state.frames.len().checked_sub(2).map(|depth| &state.frames[depth]) else {
        return false;
    };
    let calls = definition
        .stage(&caller.flow, &caller.stage)
        .is_some_and(|stage| matches!(stage.kind, StageKind::Subflow(_)));
    // A stage that is itself the call is gone back past; something must come before it.
    !calls || caller.visits.iter().any(|visit| visit.kind == VisitKind::Stop && visit.stage != caller.stage)
}

/// The message of the stage that a walk stands at, if it has one.
pub(crate) fn message(transaction: &Transaction<'_>, walk: &Walk<'_>) -> Result<Option<String>, WizardError> {
    let stage = &walk.flow.flow.stages[walk.at];
    let Some(message) = &stage.message else { return Ok(None) };
    let renderer = Renderer {
        definition: transaction.definition,
        state: &transaction.state,
        walk,
        stage,
        turn: &transaction.turn,
    };
    let failed = |source| WizardError::TemplateFailed { stage: Arc::clone(&stage.name), source };
    Ok(Some(renderer.render(message).map_err(failed)?.to_string()))
}

/// What a walk knows, with the answers of the stage it stands at and what holds for this call alone.
pub(crate) fn data_at<'a>(walk: &'a Walk<'_>, frame: &Frame, turn: &Map) -> Cow<'a, Map> {
    let Ok(data) = walk.known.data() else { return Cow::Owned(turn.clone()) };
    let page = frame.pages.get(&walk.flow.flow.stages[walk.at].name);
    let own = page.filter(|_| walk.flow.is_flat() && !walk.definition.settings().original());
    let own = own.map(|page| &page.answers);
    match own {
        Some(own) if !own.is_empty() => {
            let data = with(&data, own).into_owned();
            Cow::Owned(with(&data, turn).into_owned())
        }
        _ if turn.is_empty() => data,
        _ => Cow::Owned(with(&data, turn).into_owned()),
    }
}
