//! The end of a call: what there is to tell.

use std::sync::Arc;

use super::Transaction;
use crate::definition::HookPolicy;
use crate::error::WizardError;
use crate::outcome::{Cause, Event, EventKind, Kind, Move, Outcome, StageView};
use crate::record::Trigger;
use crate::state::{State, Status};
use crate::{Name, view};

/// Where the wizard was before the call.
pub(super) struct Before {
    flow: Name,
    stage: Name,
}

impl Before {
    pub(super) fn of(state: &State) -> Self {
        Self { flow: Arc::clone(&state.top().flow), stage: Arc::clone(&state.top().stage) }
    }
}

/// What there is to tell, apart from the state itself.
pub(super) struct Told {
    moved: Option<Move>,
    view: StageView,
}

/// Looks at where the wizard stands now. Nothing is changed here but progress.
pub(super) fn finish(transaction: &mut Transaction<'_>, before: &Before) -> Result<Told, WizardError> {
    let walked = transaction.walked.take();
    let (definition, now) = (transaction.definition, transaction.env.now);
    let seen = view::look(definition, &transaction.state, &transaction.turn, now, walked)?;
    transaction.report.diagnostics.extend(seen.diagnostics);
    let mut view = seen.view;
    if transaction.report.kind != Some(Kind::Repeated) {
        let goes_back = matches!(
            transaction.report.trigger,
            Some(Trigger::NavigationBack | Trigger::GoTo | Trigger::Restart | Trigger::Migration)
        );
        let reached = if goes_back { 0.0 } else { transaction.state.progress };
        transaction.state.progress =
            if transaction.original() { view.progress } else { view.progress.max(reached) };
    }
    view.progress = transaction.state.progress;
    let to = Arc::clone(&transaction.frame().stage);
    let moved = transaction.report.trigger.map(|trigger| Move {
        from: Arc::clone(&before.stage),
        to,
        trigger,
        passed: transaction.report.passed,
    });
    if let HookPolicy::Compat { consistent_lifecycle } = transaction.definition.settings().hooks {
        transaction.report.events = original_events(transaction, before, consistent_lifecycle);
    }
    Ok(Told { moved, view })
}

impl Told {
    pub(super) fn with(self, transaction: Transaction<'_>) -> Outcome {
        let (state, report) = transaction.into_parts();
        Outcome {
            kind: report.kind.unwrap_or(Kind::Stayed),
            moved: self.moved,
            status: state.status(),
            view: self.view,
            errors: report.errors,
            missing: report.missing,
            changed: report.changed,
            messages: report.messages,
            diagnostics: report.diagnostics,
            events: report.events,
            extraction: report.extraction,
            state,
        }
    }
}

/// The events of the original: an exit on every answer, an entry at the last stage of a move, nothing in between.
fn original_events(transaction: &Transaction<'_>, before: &Before, consistent: bool) -> Vec<Event> {
    let at = |flow: &Name, stage: &Name, kind: EventKind| Event {
        flow: Arc::clone(flow),
        stage: Arc::clone(stage),
        kind,
    };
    let (flow, stage) = (&transaction.frame().flow, &transaction.frame().stage);
    let left = |cause| at(&before.flow, &before.stage, EventKind::Exited(cause));
    let entered = |cause| at(flow, stage, EventKind::Entered(cause));
    let completed =
        (transaction.state.status == Status::Completed).then(|| at(flow, stage, EventKind::Completed));
    let moved = transaction.report.trigger.is_some();
    match transaction.report.asked {
        super::Asked::Forward => {
            let mut events = vec![left(Cause::Next)];
            // A flow that is called is entered without a word.
            if moved && transaction.report.trigger != Some(Trigger::SubflowPush) {
                events.push(entered(Cause::Next));
                events.extend(completed);
            }
            events
        }
        super::Asked::Back if moved && consistent => vec![entered(Cause::Back)],
        super::Asked::Skip if consistent && transaction.report.skipped => {
            let mut events = vec![entered(Cause::Skip)];
            events.extend(completed.filter(|_| moved));
            events
        }
        super::Asked::Restart => vec![at(flow, stage, EventKind::Restarted)],
        super::Asked::Back | super::Asked::Skip | super::Asked::Other => Vec::new(),
    }
}
