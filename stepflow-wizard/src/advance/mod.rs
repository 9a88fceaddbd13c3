//! The one function that everything goes through: `advance`.
//!
//! It does no I/O, reads no clock and draws no chance. Each file here is one thing that can be asked for, or one part
//! of what follows from an answer.

mod admit;
mod back;
mod begin;
mod collect;
mod draft;
mod enter;
mod fill;
mod finish;
mod go_to;
mod input;
mod leave;
mod migrate;
mod restart;
mod settle;
mod skip;
#[cfg(feature = "extract")]
mod standing;
mod subflow;
mod submit;
mod tasks;
mod transaction;

pub(crate) use self::admit::admit;
#[cfg(feature = "extract")]
pub(crate) use self::fill::{defaults, derive};
pub(crate) use self::input::is_sensitive;
#[cfg(feature = "extract")]
pub(crate) use self::input::{map as check_map, size as check_size, weigh};
#[cfg(feature = "extract")]
pub(crate) use self::standing::{Standing, stand};
pub(crate) use self::tasks::seeds;
pub(crate) use self::transaction::{Transaction, flow_of};
use crate::command::{Call, Command};
use crate::error::{Refused, WizardError};
use crate::outcome::{EventKind, Kind, Outcome};
use crate::state::{State, Status};
use crate::{Definition, Env};

/// Carries out one call.
///
/// The state is handed in by value, and the new one comes back in the outcome. Whoever keeps states keeps the one
/// that came back; the same call on the same state gives the same outcome.
///
/// # Errors
///
/// The call was refused; the error holds the state, unchanged. What a person answers wrongly is no error: see
/// [`Outcome::errors`].
///
/// ```
/// use stepflow_wizard::{Blueprint, Command, Definition, Env, Flow, Kind, Stage, Timestamp, advance};
///
/// let flow = Flow::new("tea", vec![Stage::new("kind").to("milk"), Stage::new("milk").to("done"), Stage::end("done")]);
/// let tea = Definition::new(Blueprint::new(flow))?;
/// let env = Env::at(Timestamp::UNIX_EPOCH);
///
/// let outcome = tea.begin(&env)?;
/// let outcome = advance(&tea, outcome.state, Command::submit([("kind", "green")]), &env)?;
/// assert_eq!((outcome.kind, outcome.view.stage.as_ref()), (Kind::Moved, "milk"));
///
/// let outcome = advance(&tea, outcome.state, Command::back(), &env)?;
/// assert_eq!(outcome.view.values["kind"], "green");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn advance(
    definition: &Definition,
    state: State,
    call: impl Into<Call>,
    env: &Env,
) -> Result<Outcome, Box<Refused>> {
    carry_out(definition, state, call.into(), env)
}

fn carry_out(definition: &Definition, state: State, call: Call, env: &Env) -> Result<Outcome, Box<Refused>> {
    let state = admit(definition, state, env)?;
    let mut transaction = Transaction::new(definition, state, env);
    let before = finish::Before::of(&transaction.state);
    match dispatch(&mut transaction, call).and_then(|()| finish::finish(&mut transaction, &before)) {
        Ok(told) => Ok(told.with(transaction)),
        Err(error) => Err(Box::new(Refused { error, state: transaction.undone() })),
    }
}

/// What kind of thing was asked for, as far as events depend on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Asked {
    Back,
    Forward,
    #[default]
    Other,
    Restart,
    Skip,
}

impl Asked {
    fn by(command: &Command) -> Self {
        match command {
            Command::Back { .. } => Self::Back,
            Command::Submit(_) | Command::Done => Self::Forward,
            Command::Restart => Self::Restart,
            Command::Skip => Self::Skip,
            _ => Self::Other,
        }
    }
}

fn dispatch(transaction: &mut Transaction<'_>, call: Call) -> Result<(), WizardError> {
    input::check_words(transaction, &call)?;
    if was_carried_out(transaction, &call)? {
        transaction.report.kind = Some(Kind::Repeated);
        return Ok(());
    }
    allowed(transaction, &call.command)?;
    transaction.report.asked = Asked::by(&call.command);
    transaction.state.rev = transaction.state.rev.saturating_add(1);
    if let Some(id) = call.id {
        transaction.remember_call(id);
    }
    transaction.forget();
    match call.command {
        Command::AddItem(values) => collect::add(transaction, values),
        Command::Back { draft } => back::back(transaction, draft),
        Command::Cancel => {
            transaction.state.status = Status::Cancelled;
            transaction.event(EventKind::Cancelled);
            transaction.report.kind = Some(Kind::Cancelled);
            Ok(())
        }
        Command::CompleteTask(task) => tasks::complete(transaction, &task),
        Command::Done => collect::done(transaction),
        Command::EditItem { id, values } => collect::edit(transaction, &id, values),
        Command::GoTo(stage) => go_to::go_to(transaction, &stage),
        Command::RemoveItem(id) => collect::remove(transaction, &id),
        Command::Restart => restart::restart(transaction),
        Command::SaveDraft(draft) => draft::save(transaction, draft),
        Command::Skip => skip::skip(transaction),
        Command::Submit(input) => submit::submit(transaction, input),
    }
}

/// Whether the call was carried out before; if not, it must be made on the state that its caller has seen.
fn was_carried_out(transaction: &Transaction<'_>, call: &Call) -> Result<bool, WizardError> {
    if call.id.as_ref().is_some_and(|id| transaction.state.recent.contains(id)) {
        return Ok(true);
    }
    match call.expected_rev {
        Some(expected) if expected != transaction.state.rev => {
            Err(WizardError::StaleRevision { expected, actual: transaction.state.rev })
        }
        _ => Ok(false),
    }
}

/// What may be asked for once the wizard takes no more answers.
fn allowed(transaction: &Transaction<'_>, command: &Command) -> Result<(), WizardError> {
    let restarts = matches!(command, Command::Restart);
    match transaction.state.status {
        Status::Active => Ok(()),
        Status::Cancelled if restarts => Ok(()),
        Status::Cancelled => Err(WizardError::Cancelled),
        Status::Completed => {
            let goes_back =
                matches!(command, Command::Back { .. } | Command::GoTo(_) | Command::CompleteTask(_));
            let open = restarts || goes_back || transaction.original();
            if open { Ok(()) } else { Err(WizardError::AlreadyCompleted) }
        }
    }
}
