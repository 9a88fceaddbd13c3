//! The stages of the main flow, and how far the wizard is.

use std::sync::Arc;

use jiff::Timestamp;

use crate::Definition;
use crate::advance::flow_of;
use crate::definition::StageKind;
use crate::error::WizardError;
use crate::outcome::{RoadmapEntry, Standing};
use crate::state::State;
use crate::walk::{How, Walk};

/// A roadmap, and progress.
pub(super) struct Seen {
    pub(super) entries: Vec<RoadmapEntry>,
    pub(super) progress: f64,
}

/// The main flow, walked as far as it goes.
pub(super) struct Road<'a, 'd> {
    pub(super) walk: &'a Walk<'d>,
    /// How many stages the walk came through before the current one.
    pub(super) before: usize,
    /// The current stage.
    pub(super) at: usize,
}

/// The road of the main flow, while another flow is being walked.
pub(super) fn of_main(definition: &Definition, state: &State, now: Timestamp) -> Result<Seen, WizardError> {
    let Some(frame) = state.frames.first() else {
        return Ok(Seen { entries: Vec::new(), progress: 0.0 });
    };
    let flow = flow_of(definition, frame)?;
    let at =
        flow.position(&frame.stage).ok_or_else(|| WizardError::StageNotFound(Arc::clone(&frame.stage)))?;
    let mut walk = super::begin(definition, flow, frame, now)?;
    walk.run(frame, Some(at));
    let before = walk.passed.len();
    walk.run(frame, None);
    Ok(Road { walk: &walk, before, at }.of(state))
}

impl Road<'_, '_> {
    pub(super) fn of(&self, state: &State) -> Seen {
        let original = self.walk.definition.settings().original();
        let progress = if original { self.original_progress() } else { self.progress(state) };
        let entries = (0..self.walk.flow.stages.len()).filter(|at| original || self.is_listed(*at));
        Seen { entries: entries.map(|at| self.entry(state, at)).collect(), progress }
    }

    fn entry(&self, state: &State, at: usize) -> RoadmapEntry {
        let standing = if self.walk.definition.settings().original() {
            self.original_standing(state, at)
        } else {
            self.standing(at)
        };
        let flow = self.walk.flow;
        RoadmapEntry { stage: flow.name_of(at), title: Arc::clone(&flow.stages[at].title), standing }
    }

    /// An end that says nothing is no stage that people would miss.
    fn is_listed(&self, at: usize) -> bool {
        let stage = &self.walk.flow.flow.stages[at];
        stage.kind != StageKind::End || stage.label.is_some() || !stage.prompt.is_empty() || at == self.at
    }

    fn standing(&self, at: usize) -> Standing {
        if at == self.at {
            return Standing::Current;
        }
        match self.walk.passed.iter().find(|passed| passed.stage == at).map(|passed| passed.how) {
            Some(How::Answered) => Standing::Completed,
            Some(How::Skipped) => Standing::Skipped,
            Some(How::NotApplicable) => Standing::NotApplicable,
            None if self.may_come(at) => Standing::Pending,
            None => Standing::NotApplicable,
        }
    }

    /// Whether a way leads to a stage from where the answers end, or from the current stage.
    fn may_come(&self, at: usize) -> bool {
        let stages = &self.walk.flow.stages;
        stages[self.walk.at].reach[at] || stages[self.at].reach[at]
    }

    /// Questions answered, of those and the least that are still to come.
    fn progress(&self, state: &State) -> f64 {
        if state.is_completed() {
            return 1.0;
        }
        let flow = self.walk.flow;
        let answered = self.walk.passed[..self.before.min(self.walk.passed.len())]
            .iter()
            .filter(|passed| passed.how != How::NotApplicable && flow.flow.stages[passed.stage].asks())
            .count();
        let remaining = flow.stages[self.at].distance.unwrap_or(1);
        let answered = f64::from(u32::try_from(answered).unwrap_or(u32::MAX));
        let whole = answered + f64::from(remaining);
        if whole == 0.0 { 0.0 } else { answered / whole }
    }

    /// In the original, the place of the stage in the definition.
    fn original_progress(&self) -> f64 {
        let last = u32::try_from(self.walk.flow.stages.len().saturating_sub(1)).unwrap_or(u32::MAX).max(1);
        f64::from(u32::try_from(self.at).unwrap_or(u32::MAX)) / f64::from(last)
    }

    fn original_standing(&self, state: &State, at: usize) -> Standing {
        let name = &self.walk.flow.flow.stages[at].name;
        let visited =
            state.frames.first().is_some_and(|frame| frame.visits.iter().any(|visit| visit.stage == *name));
        match (at == self.at, visited) {
            (true, _) => Standing::Current,
            (false, true) => Standing::Completed,
            (false, false) => Standing::Pending,
        }
    }
}
