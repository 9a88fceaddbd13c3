//! One attempt at an async step: raced against its time limit and against cancellation, if there are any.

use std::mem::{replace, take};
use std::pin::pin;
use std::time::Duration;

use tracing::Span;

use super::Driver;
use crate::cancel::CancelToken;
use crate::context::RunContext;
use crate::driver::race::{UnderWay, contained, until_cancelled, within, wound_down};
use crate::driver::{attempt_span, log, position};
use crate::engine::Input;
use crate::workflow::{AsyncWorkflow, StepOutcome};

impl<W: AsyncWorkflow> Driver<'_, '_, W> {
    /// Runs a body once.
    pub(super) async fn attempt(&mut self, step: usize, attempt: u32) {
        let span = attempt_span(attempt).unwrap_or_else(Span::none);
        let limit = self.engine.timeout();
        if limit.is_none() && self.around.cancel.is_none() {
            let position = position(self.definition, self.engine, (step, attempt), self.key_root);
            let around = self.around.reborrow();
            let mut context = RunContext { position: &position, around, children: &mut self.children };
            let body = pin!(self.workflow.run_step(step, &mut context));
            contained(&span, body, &mut self.outcome).await;
        } else {
            self.race(step, attempt, limit, &span).await;
        }
        span.in_scope(|| log(&self.outcome));
        let at = self.around.time.now();
        self.command = if self.around.is_cancelled() {
            let children = take(&mut self.children);
            let attempt = Some(replace(&mut self.outcome, StepOutcome::stopped()));
            self.engine.handle(Input::Cancelled { at, attempt, children })
        } else {
            self.engine.attempted(&mut self.outcome, &mut self.children, at)
        };
    }

    /// Runs a body until it has ended, its time is up or somebody cancels.
    async fn race(&mut self, step: usize, attempt: u32, limit: Option<Duration>, span: &Span) {
        let (cancel, time) = (self.around.cancel, self.around.time);
        // Children stop when the attempt's time is up, not only when the run is cancelled.
        let scope = limit.map(|_| cancel.map_or_else(CancelToken::new, CancelToken::child));
        let children = UnderWay::default();
        let position = position(self.definition, self.engine, (step, attempt), self.key_root);
        let around = self.around.reborrow();
        let mut context = RunContext { position: &position, around, children: &mut self.children };
        context.around.cancel = scope.as_ref().or(cancel);
        context.around.children = Some(&children);
        let timed_out = {
            let body = pin!(self.workflow.run_step(step, &mut context));
            let mut body = contained(span, body, &mut self.outcome);
            let ended = until_cancelled(cancel, pin!(within(limit, time, &mut body))).await;
            if ended != Some(Some(())) {
                if let (Some(_), Some(scope)) = (ended, &scope) {
                    scope.cancel();
                }
                wound_down(body, &children).await;
            }
            ended == Some(None)
        };
        if let (true, Some(limit)) = (timed_out, limit) {
            self.outcome = StepOutcome::timed_out(limit);
        }
    }
}
