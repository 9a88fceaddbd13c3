//! One attempt at an async step: raced against its time limit and against cancellation.

use std::mem::{replace, take};
use std::pin::pin;

use super::Driver;
use crate::cancel::CancelToken;
use crate::context::RunContext;
use crate::driver::race::{UnderWay, contained, until_cancelled, within, wound_down};
use crate::driver::{attempt_span, log, position};
use crate::engine::Input;
use crate::workflow::{AsyncWorkflow, StepOutcome};
use tracing::Span;

impl<W: AsyncWorkflow> Driver<'_, '_, W> {
    /// Runs a body once.
    pub(super) async fn attempt(&mut self, step: usize, attempt: u32) {
        let (cancel, time, limit) = (self.around.cancel, self.around.time, self.engine.timeout());
        // Children stop when the attempt's time is up, not only when the run is cancelled.
        let scope = limit.map(|_| cancel.map_or_else(CancelToken::new, CancelToken::child));
        let position = position(self.definition, self.engine, (step, attempt), self.key_root);
        let mut context =
            RunContext { position: &position, around: self.around.reborrow(), children: &mut self.children };
        let children = UnderWay::default();
        context.around.cancel = scope.as_ref().or(cancel);
        context.around.children = Some(&children);
        let span = attempt_span(attempt).unwrap_or_else(Span::none);
        let timed_out = {
            let body = pin!(self.workflow.run_step(step, &mut context));
            let mut body = contained(&span, body, &mut self.outcome);
            if limit.is_none() && cancel.is_none() {
                (&mut body).await;
                None
            } else {
                let ended = until_cancelled(cancel, pin!(within(limit, time, &mut body))).await;
                match (ended, &scope) {
                    (Some(Some(())), _) => None,
                    (Some(None), Some(scope)) => {
                        scope.cancel();
                        wound_down(body, &children).await;
                        limit
                    }
                    _ => {
                        wound_down(body, &children).await;
                        None
                    }
                }
            }
        };
        if let Some(limit) = timed_out {
            self.outcome = StepOutcome::timed_out(limit);
        }
        span.in_scope(|| log(&self.outcome));
        let at = time.now();
        self.command = if self.around.is_cancelled() {
            let children = take(&mut self.children);
            let attempt = Some(replace(&mut self.outcome, StepOutcome::stopped()));
            self.engine.handle(Input::Cancelled { at, attempt, children })
        } else {
            self.engine.attempted(&mut self.outcome, &mut self.children, at)
        };
    }
}
