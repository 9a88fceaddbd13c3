//! The beginning.

use std::collections::VecDeque;
use std::sync::Arc;

use super::leave::walk_to_cursor;
use super::{Transaction, enter, finish, settle, tasks};
use crate::error::WizardError;
use crate::outcome::{Cause, Outcome};
use crate::state::{FORMAT, Frame, State, Status, Visit, VisitKind};
use crate::{Definition, Env, Map};

impl Definition {
    /// Begins the wizard for one person.
    ///
    /// # Errors
    ///
    /// A text of the first stage cannot be rendered, or a function of a stage that is passed at once fails.
    ///
    /// ```
    /// use stepflow_wizard::{Blueprint, Definition, Env, Flow, Stage, Timestamp};
    ///
    /// let stages = vec![Stage::message("hello", "Welcome.").to("name"), Stage::new("name").to("done"), Stage::end("done")];
    /// let wizard = Definition::new(Blueprint::new(Flow::new("hello", stages)))?;
    /// let outcome = wizard.begin(&Env::at(Timestamp::UNIX_EPOCH))?;
    /// assert_eq!((outcome.messages[0].as_str(), outcome.view.stage.as_ref()), ("Welcome.", "name"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn begin(&self, env: &Env) -> Result<Outcome, WizardError> {
        self.begin_with(Map::new(), env)
    }

    /// Begins the wizard with what is known about the person.
    ///
    /// # Errors
    ///
    /// As for [`begin`](Self::begin); the data are too large, or name a reserved key.
    pub fn begin_with(&self, initial: Map, env: &Env) -> Result<Outcome, WizardError> {
        super::input::map(&initial, &self.settings().limits)?;
        let state = fresh(self, initial, env);
        let mut transaction = Transaction::new(self, state, env);
        let before = finish::Before::of(&transaction.state);
        start(&mut transaction, Cause::Start)?;
        let told = finish::finish(&mut transaction, &before)?;
        Ok(told.with(transaction))
    }
}

/// A state at the start stage, where nothing has happened yet.
pub(super) fn fresh(definition: &Definition, initial: Map, env: &Env) -> State {
    let main = definition.compiled_main();
    let frame = Frame::new(Arc::clone(&main.path), main.name_of(main.start), initial);
    State {
        format: FORMAT,
        definition: definition.id().clone(),
        rev: 0,
        status: Status::Active,
        frames: vec![frame],
        tasks: tasks::seeds(definition),
        log: VecDeque::new(),
        recent: VecDeque::new(),
        progress: 0.0,
        items_added: 0,
        attempts: 0,
        started_at: env.now,
        entered_at: env.now,
    }
}

/// Enters the start stage, and goes on as far as nobody is needed.
pub(super) fn start(transaction: &mut Transaction<'_>, cause: Cause) -> Result<(), WizardError> {
    let mut walk = walk_to_cursor(transaction)?;
    enter::pass_over(transaction, &mut walk);
    let stage = walk.stage_name();
    transaction.set_cursor(Arc::clone(&stage));
    let at = transaction.env.now;
    transaction.push_visit(Visit { stage, kind: VisitKind::Stop, at, reopened: Vec::new() });
    enter::entered(transaction, cause);
    if transaction.original() {
        return Ok(());
    }
    settle::settle(transaction, walk)
}
