//! One call, all or nothing.
//!
//! The state is changed in place. Whatever is changed leaves behind how it was, so that a call that is refused half-way
//! is undone exactly; nothing is copied for a call that succeeds, however long the history is.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::command::Extracted;
use crate::definition::CompiledFlow;
use crate::error::{FieldError, WizardError};
use crate::outcome::{Diagnostic, DiagnosticCode, Event, EventKind, Kind};
use crate::record::{TransitionRecord, Trigger};
use crate::state::{Frame, Page, State, Status, Visit};
use crate::task::TaskStatus;
use crate::walk::{Walk, apply};
use crate::{Definition, Env, Map, Name};

/// A call on its way.
pub(crate) struct Transaction<'d> {
    pub(crate) definition: &'d Definition,
    pub(crate) env: Env,
    pub(crate) state: State,
    undo: Vec<Undo>,
    /// Values that hold for this call alone.
    pub(crate) turn: Map,
    /// The walk to the current stage, where the call has come to its end with one.
    pub(crate) walked: Option<Walk<'d>>,
    pub(crate) report: Report,
}

/// What there is to say about the call.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) asked: super::Asked,
    /// Whether a stage was skipped, or in the original as good as.
    pub(crate) skipped: bool,
    pub(crate) kind: Option<Kind>,
    pub(crate) trigger: Option<Trigger>,
    pub(crate) passed: usize,
    pub(crate) errors: Vec<FieldError>,
    pub(crate) missing: BTreeSet<Name>,
    pub(crate) changed: BTreeSet<Name>,
    pub(crate) messages: Vec<String>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) events: Vec<Event>,
    pub(crate) extraction: Option<Extracted>,
}

/// How something was before it was changed.
enum Undo {
    Cursor { depth: usize, stage: Name },
    Data { depth: usize, data: Map },
    FramePopped(Box<Frame>),
    FramePushed,
    LogCut(Box<TransitionRecord>),
    LogGrown,
    Page { depth: usize, stage: Name, page: Option<Box<Page>> },
    RecentCut(Name),
    RecentGrown,
    State(Box<State>),
    Task { index: usize, status: TaskStatus },
    VisitCut { depth: usize, visit: Visit },
    VisitGrown { depth: usize },
    VisitGone { depth: usize, visit: Visit },
    Words { rev: u64, status: Status, progress: f64, items_added: u64, attempts: u64, entered_at: Timestamp },
}

impl<'d> Transaction<'d> {
    pub(crate) fn new(definition: &'d Definition, state: State, env: &Env) -> Self {
        let words = Undo::Words {
            rev: state.rev,
            status: state.status,
            progress: state.progress,
            items_added: state.items_added,
            attempts: state.attempts,
            entered_at: state.entered_at,
        };
        Self {
            definition,
            env: *env,
            state,
            undo: vec![words],
            turn: Map::new(),
            walked: None,
            report: Report::default(),
        }
    }

    /// How far the call has come, for [`rollback`](Self::rollback).
    pub(crate) fn mark(&self) -> usize {
        self.undo.len()
    }

    /// Undoes whatever was changed since a mark was set.
    pub(crate) fn rollback(&mut self, mark: usize) {
        while self.undo.len() > mark {
            if let Some(undo) = self.undo.pop() {
                self.take_back(undo);
            }
        }
    }

    /// The state as it was before the call.
    pub(crate) fn undone(mut self) -> State {
        while let Some(undo) = self.undo.pop() {
            self.take_back(undo);
        }
        self.state
    }

    fn take_back(&mut self, undo: Undo) {
        match undo {
            Undo::Cursor { depth, stage } => self.state.frames[depth].stage = stage,
            Undo::Data { depth, data } => self.state.frames[depth].initial = data,
            Undo::FramePopped(frame) => self.state.frames.push(*frame),
            Undo::FramePushed => drop(self.state.frames.pop()),
            Undo::LogCut(record) => self.state.log.push_front(*record),
            Undo::LogGrown => drop(self.state.log.pop_back()),
            Undo::Page { depth, stage, page: Some(page) } => {
                self.state.frames[depth].pages.insert(stage, *page);
            }
            Undo::Page { depth, stage, page: None } => {
                self.state.frames[depth].pages.remove(&stage);
            }
            Undo::RecentCut(id) => self.state.recent.push_front(id),
            Undo::RecentGrown => drop(self.state.recent.pop_back()),
            Undo::State(state) => self.state = *state,
            Undo::Task { index, status } => self.state.tasks[index].status = status,
            Undo::VisitCut { depth, visit } => self.state.frames[depth].visits.push_front(visit),
            Undo::VisitGrown { depth } => drop(self.state.frames[depth].visits.pop_back()),
            Undo::VisitGone { depth, visit } => self.state.frames[depth].visits.push_back(visit),
            Undo::Words { rev, status, progress, items_added, attempts, entered_at } => {
                self.state.rev = rev;
                self.state.status = status;
                self.state.progress = progress;
                self.state.items_added = items_added;
                self.state.attempts = attempts;
                self.state.entered_at = entered_at;
            }
        }
    }

    /// The new state, and what there is to say.
    pub(super) fn into_parts(self) -> (State, Report) {
        (self.state, self.report)
    }

    pub(crate) fn original(&self) -> bool {
        self.definition.settings().original()
    }

    /// The depth of the current frame.
    pub(crate) fn depth(&self) -> usize {
        self.state.frames.len() - 1
    }

    pub(crate) fn frame(&self) -> &Frame {
        self.state.top()
    }

    /// The flow of the current frame.
    pub(crate) fn flow(&self) -> Result<&'d CompiledFlow, WizardError> {
        flow_of(self.definition, self.frame())
    }

    /// The position of the current stage.
    pub(crate) fn at(&self, flow: &CompiledFlow) -> Result<usize, WizardError> {
        let stage = &self.frame().stage;
        flow.position(stage).ok_or_else(|| WizardError::StageNotFound(Arc::clone(stage)))
    }

    /// The page of the current stage; an empty one if it has none.
    pub(crate) fn page(&self) -> Page {
        let frame = self.frame();
        frame.pages.get(&frame.stage).cloned().unwrap_or_default()
    }

    pub(crate) fn set_page(&mut self, depth: usize, stage: Name, mut page: Page) {
        page.weight = super::submit::weight(&page);
        let before = self.state.frames[depth].pages.insert(Arc::clone(&stage), page);
        self.undo.push(Undo::Page { depth, stage, page: before.map(Box::new) });
    }

    /// Changes the page of a stage of the frame at `depth`, if it has one.
    pub(crate) fn edit_page(&mut self, depth: usize, stage: &Name, edit: impl FnOnce(&mut Page)) {
        let Some(page) = self.state.frames[depth].pages.get(stage) else { return };
        let mut page = page.clone();
        edit(&mut page);
        self.set_page(depth, Arc::clone(stage), page);
    }

    /// In the original, whatever is said is data from then on, wherever it was said, until something is said over it.
    pub(crate) fn say(&mut self, depth: usize, page: &Page) {
        if self.original() {
            let data = self.state.frames[depth].initial.clone();
            apply(&mut self.state.frames[depth].initial, page);
            self.undo.push(Undo::Data { depth, data });
        }
    }

    /// In the original, what holds for one call is data until the next one, however it came to be.
    pub(crate) fn forget(&mut self) {
        let per_turn = &self.definition.settings().per_turn;
        let depth = self.depth();
        let data = &self.state.frames[depth].initial;
        if self.original() && per_turn.iter().any(|key| data.contains_key(&**key)) {
            let before = data.clone();
            self.state.frames[depth].initial.retain(|key, _| !per_turn.contains(key.as_str()));
            self.undo.push(Undo::Data { depth, data: before });
        }
    }

    pub(crate) fn set_cursor(&mut self, stage: Name) {
        let depth = self.depth();
        let before = std::mem::replace(&mut self.state.frames[depth].stage, stage);
        self.undo.push(Undo::Cursor { depth, stage: before });
    }

    pub(crate) fn push_visit(&mut self, visit: Visit) {
        let (depth, limit) = (self.depth(), self.definition.settings().limits.history.max(1));
        self.state.frames[depth].visits.push_back(visit);
        self.undo.push(Undo::VisitGrown { depth });
        while self.state.frames[depth].visits.len() > limit {
            if let Some(visit) = self.state.frames[depth].visits.pop_front() {
                self.undo.push(Undo::VisitCut { depth, visit });
            }
        }
    }

    pub(crate) fn pop_visit(&mut self) -> Option<Visit> {
        let depth = self.depth();
        let visit = self.state.frames[depth].visits.pop_back()?;
        self.undo.push(Undo::VisitGone { depth, visit: visit.clone() });
        Some(visit)
    }

    pub(crate) fn push_frame(&mut self, frame: Frame) {
        self.state.frames.push(frame);
        self.undo.push(Undo::FramePushed);
    }

    pub(crate) fn pop_frame(&mut self) -> Option<Frame> {
        if self.state.frames.len() < 2 {
            return None;
        }
        let frame = self.state.frames.pop()?;
        self.undo.push(Undo::FramePopped(Box::new(frame.clone())));
        Some(frame)
    }

    pub(crate) fn record(&mut self, record: TransitionRecord) {
        let limit = self.definition.settings().limits.log;
        self.state.log.push_back(record);
        self.undo.push(Undo::LogGrown);
        while self.state.log.len() > limit {
            if let Some(record) = self.state.log.pop_front() {
                self.undo.push(Undo::LogCut(Box::new(record)));
            }
        }
    }

    pub(crate) fn remember_call(&mut self, id: Name) {
        let limit = self.definition.settings().limits.commands;
        self.state.recent.push_back(id);
        self.undo.push(Undo::RecentGrown);
        while self.state.recent.len() > limit {
            if let Some(id) = self.state.recent.pop_front() {
                self.undo.push(Undo::RecentCut(id));
            }
        }
    }

    pub(crate) fn set_task(&mut self, index: usize, status: TaskStatus) {
        let before = std::mem::replace(&mut self.state.tasks[index].status, status);
        self.undo.push(Undo::Task { index, status: before });
    }

    /// Puts another state in place of the current one.
    pub(crate) fn replace(&mut self, state: State) {
        let before = std::mem::replace(&mut self.state, state);
        self.undo.push(Undo::State(Box::new(before)));
    }

    pub(crate) fn event(&mut self, kind: EventKind) {
        let frame = self.frame();
        let event = Event { flow: Arc::clone(&frame.flow), stage: Arc::clone(&frame.stage), kind };
        self.report.events.push(event);
    }

    pub(crate) fn diagnose(&mut self, code: DiagnosticCode, message: impl Into<String>) {
        let stage = Arc::clone(&self.frame().stage);
        self.report.diagnostics.push(Diagnostic::new(code, stage, message));
    }
}

/// The flow that a frame walks.
pub(crate) fn flow_of<'d>(
    definition: &'d Definition,
    frame: &Frame,
) -> Result<&'d CompiledFlow, WizardError> {
    definition
        .compiled(&frame.flow)
        .ok_or_else(|| WizardError::StageNotFound(format!("{}/{}", frame.flow, frame.stage).into()))
}
