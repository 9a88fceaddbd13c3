//! The walk over the answers: which stages were passed, which one is open, and what is known on the way.
//!
//! Nothing about reachability is stored. A walk begins at the start and takes the pages one after the other, in the
//! order of the way that they themselves decide.

mod decide;
mod known;
mod scope;

use std::collections::VecDeque;

use jiff::Timestamp;

pub(crate) use self::decide::{Chosen, Decision, with};
pub(crate) use self::known::{Known, apply, said};
pub(crate) use self::scope::DataScope;
#[cfg(feature = "template")]
pub(crate) use self::scope::items_of;
use crate::definition::{CompiledFlow, CompiledTarget, StageKind};
use crate::error::{FieldError, Rejection};
use crate::state::{Frame, Page};
use crate::{Definition, Map, Name};

/// A walk, as far as it has come.
pub(crate) struct Walk<'d> {
    pub(crate) definition: &'d Definition,
    pub(crate) flow: &'d CompiledFlow,
    now: Timestamp,
    seen: Vec<bool>,
    /// Whether the code that decides knows that the walk has arrived.
    arrived: bool,
    pub(crate) passed: Vec<Passed>,
    /// The stage that it stands at.
    pub(crate) at: usize,
    pub(crate) known: Known<'d>,
}

/// A stage that the walk went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Passed {
    pub(crate) stage: usize,
    pub(crate) how: How,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Answered,
    NotApplicable,
    Skipped,
}

/// Why a walk goes no further.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The stage was walked before.
    Again,
    /// The stage calls another flow, which has not come back.
    Calls,
    /// The flow ends here.
    End,
    /// The stage's answers are there and not good enough.
    Invalid(Vec<FieldError>),
    /// The stage's answers are complete, and no way is open.
    NoWay,
    /// The stage has not been answered.
    Open,
    /// The stage that was looked for.
    Wanted,
}

impl<'d> Walk<'d> {
    /// A walk at the start of a frame's flow.
    pub(crate) fn begin(
        definition: &'d Definition,
        flow: &'d CompiledFlow,
        frame: &Frame,
        now: Timestamp,
    ) -> Result<Self, Rejection> {
        let original = definition.settings().original();
        Ok(Self {
            definition,
            flow,
            now,
            seen: vec![false; flow.stages.len()],
            arrived: false,
            passed: Vec::new(),
            at: flow.start,
            known: Known::begin(flow, frame, original)?,
        })
    }

    /// Walks on until a stage is reached, or as far as it goes.
    pub(crate) fn run(&mut self, frame: &Frame, until: Option<usize>) -> Stop {
        loop {
            if until == Some(self.at) {
                self.arrive();
                return Stop::Wanted;
            }
            if let Err(stop) = self.step(frame) {
                return stop;
            }
        }
    }

    /// Whether the walk came through a stage, or stands at it.
    pub(crate) fn reaches(&self, stage: usize) -> bool {
        self.at == stage || self.passed.iter().any(|passed| passed.stage == stage)
    }

    /// Passes over stages that do not apply, to the first one that does.
    pub(crate) fn pass_over(&mut self, frame: &Frame) {
        while self.flow.flow.stages[self.at].kind != StageKind::End && !self.seen[self.at] {
            let Some(to) = self.past(frame) else { return };
            self.go(How::NotApplicable, to);
        }
    }

    /// Where the stage leads that the walk stands at, if it does not apply. Who decides the ways on decides this one
    /// too; in a flow of transitions, it is the stage below.
    fn past(&mut self, frame: &Frame) -> Option<usize> {
        if self.applies(frame, self.at) {
            return None;
        }
        let below = Some(self.at + 1).filter(|below| *below < self.flow.stages.len());
        match &mut self.known {
            Known::Flat(_) => below,
            Known::Typed(fold) => {
                let way = fold.skip(&self.flow.flow.stages[self.at].name).ok();
                way.and_then(|way| self.flow.position(&way.target)).or(below)
            }
        }
    }

    /// Tells the code that decides that the walk has arrived.
    fn arrive(&mut self) {
        if let (false, Known::Typed(fold)) = (self.arrived, &mut self.known) {
            fold.enter(&self.flow.flow.stages[self.at].name);
        }
        self.arrived = true;
    }

    fn step(&mut self, frame: &Frame) -> Result<(), Stop> {
        let at = self.at;
        let stage = &self.flow.flow.stages[at];
        if stage.kind == StageKind::End {
            return Err(Stop::End);
        }
        if self.seen[at] {
            return Err(Stop::Again);
        }
        if let Some(to) = self.past(frame) {
            self.go(How::NotApplicable, to);
            return Ok(());
        }
        self.arrive();
        let page = frame.pages.get(&stage.name).filter(|page| page.is_settled());
        let Some(page) = page else { return Err(Stop::Open) };
        self.judge(at, page, frame)?;
        self.known.take_answers(at, page, frame, self.flow);
        match self.decide(frame, at, page, &page.turn) {
            Decision::Go(chosen) => {
                self.known.take_effects(at, page, frame, self.flow);
                self.follow(page, &chosen)
            }
            Decision::Rejected(rejection) => Err(Stop::Invalid(rejection.into_errors())),
            Decision::Stay(_) => Err(Stop::NoWay),
        }
    }

    /// Goes the way that was chosen at the stage the walk stands at.
    pub(crate) fn follow(&mut self, page: &Page, chosen: &Chosen) -> Result<(), Stop> {
        let to = match chosen.target {
            CompiledTarget::Stage(to) => to,
            CompiledTarget::Subflow { flow, back_to } => {
                let path = &self.definition.compiled_at(flow).path;
                if page.returned.as_ref() != Some(path) {
                    return Err(Stop::Calls);
                }
                back_to
            }
        };
        self.go(if page.skipped { How::Skipped } else { How::Answered }, to);
        Ok(())
    }

    fn go(&mut self, how: How, to: usize) {
        self.seen[self.at] = true;
        self.passed.push(Passed { stage: self.at, how });
        self.at = to;
        self.arrived = false;
    }

    /// Whether a stage applies, with what is known so far.
    pub(crate) fn applies(&self, frame: &Frame, at: usize) -> bool {
        let stage = &self.flow.flow.stages[at];
        let by_behaviour = match &self.known {
            Known::Typed(fold) => fold.relevant(&stage.name),
            Known::Flat(_) => true,
        };
        by_behaviour && (stage.when == crate::Guard::Always || self.holds_when(frame, at))
    }

    /// Whether the answers of a page are still good enough.
    fn judge(&self, at: usize, page: &Page, frame: &Frame) -> Result<(), Stop> {
        if page.skipped {
            return Ok(());
        }
        let stage = &self.flow.flow.stages[at];
        match &stage.kind {
            StageKind::Collect(collect) => {
                let enough =
                    page.items.len() >= collect.min && collect.max.is_none_or(|max| page.items.len() <= max);
                return if enough { Ok(()) } else { Err(Stop::Invalid(Vec::new())) };
            }
            StageKind::Question => {}
            _ => return Ok(()),
        }
        let Some(schema) = &self.flow.stages[at].schema else { return Ok(()) };
        let mut problems = schema.judge(&mut self.known.values(at, page, &Map::new(), frame, self.flow));
        // What held for the call that answered the stage was there, and is not kept.
        problems.missing.retain(|name| !self.definition.settings().per_turn.contains(name));
        if problems.none() { Ok(()) } else { Err(Stop::Invalid(problems.errors)) }
    }

    /// The name of the stage that the walk stands at.
    pub(crate) fn stage_name(&self) -> Name {
        self.flow.name_of(self.at)
    }

    /// The stages from the first time the walk came through a stage, to where it stands; none if it did not.
    pub(crate) fn since(&self, stage: usize) -> VecDeque<usize> {
        let mut since: VecDeque<usize> = self
            .passed
            .iter()
            .skip_while(|passed| passed.stage != stage)
            .map(|passed| passed.stage)
            .collect();
        if !since.is_empty() || self.at == stage {
            since.push_back(self.at);
        }
        since
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }
}
