//! Somebody keeps a run as it goes.

use std::any::Any;
use std::future::{Future, ready};
use std::marker::PhantomData;
use std::pin::Pin;

use crate::engine::Boundary;
use crate::error::BoxError;

/// What a [`Journal`] answers, later.
pub type SaveFuture = Pin<Box<dyn Future<Output = Result<Onward, BoxError>> + Send>>;

/// Keeps a run at its boundaries: see [`Run::run_saved`](crate::Run::run_saved).
///
/// It looks at the boundary and the state at once; the future that it returns owns what it needs, and the run
/// goes on when that is done. What it wrote has to be durable then.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use stepflow::engine::Boundary;
/// use stepflow::{Journal, Onward, Run, SaveFuture, SavedRun};
/// # use stepflow::{StaticWorkflow, workflow};
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } #[step] fn label(&mut self) { self.state += 1; } }
///
/// /// Keeps the states, and nothing else.
/// struct States(Arc<Mutex<Vec<u32>>>);
///
/// impl Journal<u32> for States {
///     fn save(&mut self, _: &Boundary<'_>, state: &u32) -> SaveFuture {
///         self.0.lock().unwrap().push(*state);
///         Box::pin(async { Ok(Onward::GoOn) })
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let states = Arc::new(Mutex::new(vec![]));
/// let saved = SavedRun::begin(Parcel::DEFINITION, "p1".parse()?, "2024-02-29T12:00:00Z".parse()?);
/// let result = Run::new(Parcel { state: 0 }).run_saved(saved, None, States(states.clone())).await?;
/// assert!(result.ok_or("nobody stopped it")?.is_succeeded());
/// assert_eq!(*states.lock().unwrap(), [1, 2]);
/// # Ok(()) }
/// ```
pub trait Journal<S>: Send {
    /// Writes the boundary and the state.
    ///
    /// # Errors
    ///
    /// When they can never be written, because the state has no JSON for instance: the step that has ended
    /// fails with this error. A store that cannot be written to *now* is [`Onward::Stop`].
    fn save(&mut self, boundary: &Boundary<'_>, state: &S) -> SaveFuture;
}

/// Whether a run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Onward {
    /// It does.
    GoOn,
    /// Not here: this process is about to stop, has lost the run to another, or the next thing to do is a
    /// long way off. It is left as it was saved last.
    Stop,
}

/// The journal of a run, without the type of its state.
pub(crate) trait Keep: Send {
    fn save(&mut self, boundary: &Boundary<'_>, state: &dyn Any) -> SaveFuture;
    /// The journal has stopped the run.
    fn stop(&mut self);
}

pub(crate) struct Keeper<J, S> {
    journal: J,
    pub(crate) stopped: bool,
    state: PhantomData<fn(&S)>,
}

impl<J, S> Keeper<J, S> {
    pub(crate) fn new(journal: J) -> Self {
        Self { journal, stopped: false, state: PhantomData }
    }
}

impl<J: Journal<S>, S: 'static> Keep for Keeper<J, S> {
    fn save(&mut self, boundary: &Boundary<'_>, state: &dyn Any) -> SaveFuture {
        match state.downcast_ref() {
            Some(state) => self.journal.save(boundary, state),
            None => Box::pin(ready(Err("the workflow shows another state than its own".into()))),
        }
    }

    fn stop(&mut self) {
        self.stopped = true;
    }
}
