//! A state is carried over to a definition that has changed.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{Transaction, admit, begin, enter, finish, settle};
use crate::definition::{CompiledFlow, StageKind};
use crate::error::{Refused, WizardError};
use crate::outcome::{Cause, Kind, Outcome};
use crate::record::{TransitionRecord, Trigger};
use crate::state::{Page, State, Status, Visit, VisitKind};
use crate::task::TaskState;
use crate::walk::Walk;
use crate::{Definition, Env};

impl Definition {
    /// Carries a state over to this definition, when it was saved under another form of it.
    ///
    /// The rule: every answer whose stage and field are still there is kept. Then the answers are walked anew, and the
    /// first stage that needs something is the current one. Flows that were called are left, and their answers with
    /// them; going back is possible along the way that was walked.
    ///
    /// # Errors
    ///
    /// The state belongs to another wizard.
    ///
    /// ```
    /// use stepflow_wizard::{Blueprint, Command, Definition, Env, Flow, Stage, Timestamp, advance};
    ///
    /// let env = Env::at(Timestamp::UNIX_EPOCH);
    /// let old = Flow::new("tea", vec![Stage::new("kind").to("milk"), Stage::new("milk").to("done"), Stage::end("done")]);
    /// let old = Definition::new(Blueprint::new(old))?;
    /// let state = advance(&old, old.begin(&env)?.state, Command::submit([("kind", "green")]), &env)?.state;
    ///
    /// let new = Flow::new("tea", vec![Stage::new("kind").to("size"), Stage::new("size").to("done"), Stage::end("done")]);
    /// let new = Definition::new(Blueprint::new(new))?;
    /// let outcome = new.migrate(state, &env)?;
    /// assert_eq!(outcome.view.stage.as_ref(), "size");
    /// assert_eq!(outcome.state.frames()[0].page("kind").ok_or("kept")?.answers()["kind"], "green");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn migrate(&self, state: State, env: &Env) -> Result<Outcome, Box<Refused>> {
        if let Some(difference @ crate::Difference::Name { .. }) = admit::difference(self, &state) {
            return Err(Box::new(Refused { error: WizardError::DefinitionChanged(difference), state }));
        }
        let carried = carried_over(self, &state, env);
        let mut transaction = Transaction::new(self, carried, env);
        let before = finish::Before::of(&transaction.state);
        match walk_anew(&mut transaction, &state).and_then(|()| finish::finish(&mut transaction, &before)) {
            Ok(told) => Ok(told.with(transaction)),
            Err(error) => Err(Box::new(Refused { error, state })),
        }
    }
}

/// The state with what is still there of its answers, at the start.
fn carried_over(definition: &Definition, state: &State, env: &Env) -> State {
    let main = definition.compiled_main();
    let saved = state.frames.first();
    let initial = saved.map(|frame| frame.initial.clone()).unwrap_or_default();
    let mut fresh = begin::fresh(definition, initial, env);
    let pages = saved.into_iter().flat_map(|frame| &frame.pages);
    for (stage, page) in pages {
        if let (Some(at), Some(frame)) = (main.position(stage), fresh.frames.first_mut()) {
            frame.pages.insert(Arc::clone(stage), kept(main, at, page));
        }
    }
    let tasks = fresh.tasks.into_iter().map(|task| {
        let status = state.task(&task.id).map_or(task.status, |saved| saved.status);
        TaskState { status, ..task }
    });
    State {
        rev: state.rev.saturating_add(1),
        tasks: tasks.collect(),
        log: state.log.clone(),
        recent: state.recent.clone(),
        items_added: state.items_added,
        started_at: state.started_at,
        ..fresh
    }
}

/// A page without the fields that its stage has no more.
fn kept(flow: &CompiledFlow, at: usize, page: &Page) -> Page {
    let mut page = Page { left: None, returned: None, turn: crate::Map::new(), ..page.clone() };
    if let (Some(schema), StageKind::Question) = (&flow.stages[at].schema, &flow.flow.stages[at].kind)
        && !schema.open
    {
        page.answers.retain(|name, _| schema.fields.contains_key(name.as_str()));
        page.sources.retain(|name, _| schema.fields.contains_key(name));
    }
    page
}

fn walk_anew(transaction: &mut Transaction<'_>, saved: &State) -> Result<(), WizardError> {
    let flow = transaction.flow()?;
    let frame = transaction.frame();
    let mut walk = Walk::begin(transaction.definition, flow, frame, transaction.env.now)
        .map_err(|rejection| WizardError::Rejected { stage: Arc::clone(&frame.stage), rejection })?;
    walk.run(frame, None);
    let stops = walk.passed.iter().filter(|passed| flow.flow.stages[passed.stage].asks());
    let visits: VecDeque<_> = stops.map(|passed| flow.name_of(passed.stage)).collect();
    let (at, record) = (transaction.env.now, enter::plain_record(transaction, Trigger::Migration));
    for stage in visits {
        transaction.push_visit(Visit { stage, kind: VisitKind::Stop, at, reopened: Vec::new() });
    }
    let to = walk.stage_name();
    enter::settle_on(transaction, Arc::clone(&to), Vec::new());
    let from = saved.frames.last().map_or_else(|| Arc::clone(&to), |frame| Arc::clone(&frame.stage));
    transaction.record(TransitionRecord { from, to, depth: 0, ..record });
    enter::note_trigger(transaction, Trigger::Migration);
    transaction.report.kind = Some(Kind::Moved);
    if saved.status == Status::Cancelled {
        transaction.state.status = Status::Cancelled;
        return Ok(());
    }
    enter::entered(transaction, Cause::Start);
    settle::settle(transaction, walk)
}
