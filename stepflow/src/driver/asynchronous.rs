//! Runs a workflow as a future.

mod attempt;

use std::pin::pin;

use tracing::{Level, Span, debug, level_enabled};

use super::race::{inside, settled, until_cancelled};
use super::{Answer, Start, Surroundings, TARGET, ask, engine, event, hook_failed, run_span, step_span};
use crate::approval::ApprovalDecision;
use crate::definition::DefinitionRef;
use crate::engine::{Command, Engine, Input, Notice};
use crate::error::{HookError, StepError};
use crate::journal::Onward;
use crate::result::{ChildResult, RunRecord};
use crate::workflow::{AsyncWorkflow, StepOutcome};

/// Runs to the end, to a failure or to a pause. Dropped, it stops at once.
pub(crate) async fn drive<W: AsyncWorkflow>(
    workflow: &mut W,
    definition: &DefinitionRef,
    start: Start,
    around: &mut Surroundings<'_>,
    key_root: Option<&str>,
) -> RunRecord {
    let engine = engine(definition, start, around);
    go_on(workflow, definition, engine, around, key_root).await
}

/// The same with an engine that was made elsewhere.
pub(crate) async fn go_on<W: AsyncWorkflow>(
    workflow: &mut W,
    definition: &DefinitionRef,
    mut engine: Engine,
    around: &mut Surroundings<'_>,
    key_root: Option<&str>,
) -> RunRecord {
    let run = run_span(definition, &engine).unwrap_or_else(Span::none);
    let mut driver = Driver {
        workflow,
        definition,
        command: engine.begin(),
        engine: &mut engine,
        around,
        key_root,
        outcome: StepOutcome::stopped(),
        children: vec![],
        failures: vec![],
    };
    inside(&run, pin!(driver.run())).await;
    engine.take_record()
}

// One reference to all of it, also to what the methods could be given and return, because an async function
// moves its arguments and its result once more than another: `docs/performance.md`.
struct Driver<'a, 's, W> {
    workflow: &'a mut W,
    definition: &'a DefinitionRef,
    engine: &'a mut Engine,
    command: Command,
    around: &'a mut Surroundings<'s>,
    key_root: Option<&'a str>,
    outcome: StepOutcome,
    children: Vec<ChildResult>,
    failures: Vec<HookError>,
}

impl<W: AsyncWorkflow> Driver<'_, '_, W> {
    async fn run(&mut self) {
        let (mut visit, mut span) = (None, Span::none());
        while self.command != Command::Finish {
            if level_enabled!(Level::INFO) && visit != self.engine.under_way() {
                visit = self.engine.under_way();
                span = visit.and_then(|visit| step_span(self.definition, visit)).unwrap_or_else(Span::none);
            }
            if self.around.is_cancelled() && self.command.can_be_cancelled() {
                self.command = self.engine.handle(Input::cancelled(self.around.time.now()));
            } else if let Command::Attempt { step, attempt } = self.command {
                inside(&span, pin!(self.attempt(step, attempt))).await;
            } else {
                inside(&span, pin!(self.carry_out())).await;
            }
        }
    }

    /// Does what takes no body.
    async fn carry_out(&mut self) {
        self.command = match self.command {
            Command::Ask { step } => {
                let decision = self.ask(step).await;
                let at = self.around.time.now();
                self.engine.handle(match decision {
                    Some(decision) => Input::Decided { decision, at },
                    None => Input::cancelled(at),
                })
            }
            Command::Notify(notice) => {
                self.tell(notice).await;
                self.engine.notified(&mut self.failures)
            }
            Command::Save => self.save().await,
            Command::Wait(duration) => {
                debug!(target: TARGET, ?duration, "waiting");
                let waited = self.around.time.timer.sleep(duration);
                let waited = until_cancelled(self.around.cancel, waited).await;
                let at = self.around.time.now();
                self.engine.handle(waited.map_or_else(|| Input::cancelled(at), |()| Input::Waited { at }))
            }
            command @ (Command::Attempt { .. } | Command::Finish) => command,
        };
    }

    async fn save(&mut self) -> Command {
        let Some(keeper) = &mut self.around.keeper else {
            return self.engine.handle(Input::Saved { at: self.around.time.now() });
        };
        let saving = keeper.save(&self.engine.boundary(), self.workflow.state());
        let saved = saving.await;
        let at = self.around.time.now();
        match saved {
            Ok(Onward::GoOn) => self.engine.handle(Input::Saved { at }),
            Ok(Onward::Stop) => {
                keeper.stop();
                Command::Finish
            }
            Err(error) => self.engine.handle(Input::Unsaved { error, at }),
        }
    }

    async fn ask(&mut self, step: usize) -> Option<Result<ApprovalDecision, StepError>> {
        let answer = ask(self.definition, step, self.engine, self.workflow.state(), self.around);
        let decision = async { settled(answer?).await.map_err(StepError::ApprovalHandler) };
        until_cancelled(self.around.cancel, pin!(decision)).await
    }

    /// Tells every hook in order, whether or not an earlier one failed.
    async fn tell(&mut self, notice: Notice) {
        for hook in 0..self.around.observers.len() {
            let answer = {
                let event = event(notice, self.engine, self.definition, self.workflow.state());
                Answer::of(|| self.around.observers.call(hook, &event))
            };
            let told = match answer {
                Answer::Now(told) => told,
                later @ Answer::Later(_) => settled(later).await,
            };
            if let Err(source) = told {
                self.failures.push(hook_failed(notice, self.definition, hook, source));
            }
        }
    }
}
