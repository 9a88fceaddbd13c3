//! Steps by name and type.

use std::fmt;
use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::answer;
use crate::command::Command;
use crate::error::FieldError;
use crate::state::State;
use crate::{Map, Name};

/// A step of a `#[wizard]`, with the type of its answer.
///
/// The macro makes one for each step, named like the method in capital letters.
///
/// ```
/// use stepflow_wizard::{Env, Timestamp, advance, wizard};
///
/// struct TeaWizard { state: u8 }
///
/// #[wizard(state = u8)]
/// impl TeaWizard {
///     #[step]
///     fn brew(&mut self, minutes: u8) {
///         self.state = minutes;
///     }
/// }
///
/// let tea = TeaWizard::definition(|state| TeaWizard { state })?;
/// let env = Env::at(Timestamp::UNIX_EPOCH);
/// let begun = tea.begin(&env)?.state;
/// assert_eq!(begun.answer(TeaWizard::BREW)?, None);
///
/// let state = advance(&tea, begun, TeaWizard::BREW.submit(&4)?, &env)?.state;
/// assert_eq!(state.answer(TeaWizard::BREW)?, Some(4));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct StageHandle<A> {
    name: &'static str,
    field: &'static str,
    answer: PhantomData<fn() -> A>,
}

/// A step of a `#[wizard]` that walks another wizard, with the type of what that gives.
///
/// ```
/// # use stepflow_wizard::{Env, Timestamp, advance, wizard};
/// struct Stay { state: u8 }
///
/// #[wizard(state = u8)]
/// impl Stay {
///     #[step]
///     fn nights(&mut self, nights: u8) {
///         self.state = nights;
///     }
/// }
///
/// struct Trip { state: u8 }
///
/// #[wizard(state = u8)]
/// impl Trip {
///     #[step(subflow(wizard = Stay, with = |state| Stay { state }))]
///     fn stay(&mut self, nights: u8) {
///         self.state = nights;
///     }
/// }
///
/// let trip = Trip::definition(|state| Trip { state })?;
/// let env = Env::at(Timestamp::UNIX_EPOCH);
/// let begun = trip.begin(&env)?.state;
/// let state = advance(&trip, begun, Stay::NIGHTS.submit(&2)?, &env)?.state;
/// assert_eq!(state.answer(Trip::STAY)?, Some(2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SubflowHandle<A> {
    name: &'static str,
    answer: PhantomData<fn() -> A>,
}

/// A [`StageHandle`] or a [`SubflowHandle`]. Nobody else implements it.
///
/// ```
/// use stepflow_wizard::{StageAnswer, wizard};
///
/// fn address(step: impl StageAnswer) -> String {
///     format!("/tea/{}", step.stage())
/// }
///
/// # struct TeaWizard { state: u8 }
/// #[wizard(state = u8)]
/// impl TeaWizard {
///     #[step]
///     fn brew(&mut self, minutes: u8) {}
/// }
///
/// assert_eq!(address(TeaWizard::BREW), "/tea/brew");
/// ```
pub trait StageAnswer: sealed::Sealed {
    /// The type of the answer.
    type Answer;

    /// The step's public name.
    fn stage(&self) -> &'static str;

    #[doc(hidden)]
    fn read(&self, answers: &Map) -> Result<Self::Answer, FieldError>;
}

mod sealed {
    pub trait Sealed {}

    impl<A> Sealed for super::StageHandle<A> {}
    impl<A> Sealed for super::SubflowHandle<A> {}
}

impl<A> StageHandle<A> {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, field: &'static str) -> Self {
        Self { name, field, answer: PhantomData }
    }

    /// The step's public name, for [`Command::GoTo`] and the like.
    ///
    /// ```
    /// # use stepflow_wizard::wizard;
    /// # struct TeaWizard { state: u8 }
    /// #[wizard(state = u8)]
    /// impl TeaWizard {
    ///     #[step(name = "how-long")]
    ///     fn minutes(&mut self, minutes: u8) {}
    /// }
    ///
    /// assert_eq!(TeaWizard::MINUTES.name(), "how-long");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// The field of the form that holds an answer which is no object, such as a number. It is named like the
    /// step's parameter.
    ///
    /// ```
    /// # use stepflow_wizard::wizard;
    /// # struct TeaWizard { state: u8 }
    /// #[wizard(state = u8)]
    /// impl TeaWizard {
    ///     #[step]
    ///     fn brew(&mut self, minutes: u8) {}
    /// }
    ///
    /// assert_eq!(TeaWizard::BREW.field(), "minutes");
    /// ```
    #[must_use]
    pub const fn field(self) -> &'static str {
        self.field
    }
}

impl<A: Serialize + JsonSchema + 'static> StageHandle<A> {
    /// The command that gives this answer to the current step.
    ///
    /// # Errors
    ///
    /// The answer cannot be written as JSON.
    ///
    /// ```
    /// # use stepflow_wizard::wizard;
    /// use stepflow_wizard::Command;
    ///
    /// # struct TeaWizard { state: u8 }
    /// #[wizard(state = u8)]
    /// impl TeaWizard {
    ///     #[step]
    ///     fn brew(&mut self, minutes: u8) {}
    /// }
    ///
    /// assert_eq!(TeaWizard::BREW.submit(&4)?, Command::submit([("minutes", 4)]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn submit(self, answer: &A) -> Result<Command, serde_json::Error> {
        answer::write(answer, self.field).map(Command::submit)
    }
}

impl<A> SubflowHandle<A> {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, _field: &'static str) -> Self {
        Self { name, answer: PhantomData }
    }

    /// The step's public name. It is also the path of the flow that is walked.
    ///
    /// ```
    /// # use stepflow_wizard::wizard;
    /// # struct Stay { state: u8 }
    /// # #[wizard(state = u8)]
    /// # impl Stay {
    /// #     #[step]
    /// #     fn nights(&mut self, nights: u8) {}
    /// # }
    /// # struct Trip { state: u8 }
    /// #[wizard(state = u8)]
    /// impl Trip {
    ///     #[step(subflow(wizard = Stay, with = |state| Stay { state }))]
    ///     fn stay(&mut self) {}
    /// }
    ///
    /// assert_eq!(Trip::STAY.name(), "stay");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }
}

impl<A: DeserializeOwned + JsonSchema + 'static> StageAnswer for StageHandle<A> {
    type Answer = A;

    fn stage(&self) -> &'static str {
        self.name
    }

    fn read(&self, answers: &Map) -> Result<A, FieldError> {
        answer::read(answers, self.field)
    }
}

impl<A: DeserializeOwned> StageAnswer for SubflowHandle<A> {
    type Answer = A;

    fn stage(&self) -> &'static str {
        self.name
    }

    fn read(&self, answers: &Map) -> Result<A, FieldError> {
        answer::read_result(answers)
    }
}

impl State {
    /// The answer to a step of the main wizard, as its type; `None` where there is none yet.
    ///
    /// An answer that stands in for a skipped step counts. One that was given and belongs to a branch that is no
    /// longer taken is still there.
    ///
    /// # Errors
    ///
    /// The answer was given to an earlier form of the type, and cannot be read as it is now.
    ///
    /// ```
    /// use stepflow_wizard::{Env, Timestamp, advance, wizard};
    ///
    /// #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
    /// struct Guest { name: String }
    ///
    /// struct Inn { state: Vec<String> }
    ///
    /// #[wizard(state = Vec<String>)]
    /// impl Inn {
    ///     #[step]
    ///     fn guest(&mut self, guest: Guest) {
    ///         self.state.push(guest.name);
    ///     }
    /// }
    ///
    /// let inn = Inn::definition(|state| Inn { state })?;
    /// let env = Env::at(Timestamp::UNIX_EPOCH);
    /// let ada = Guest { name: "Ada".to_owned() };
    /// let outcome = advance(&inn, inn.begin(&env)?.state, Inn::GUEST.submit(&ada)?, &env)?;
    /// assert_eq!(outcome.state.answer(Inn::GUEST)?, Some(ada));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn answer<S: StageAnswer>(&self, step: S) -> Result<Option<S::Answer>, FieldError> {
        let page = self.frames().first().and_then(|main| main.pages.get(step.stage()));
        let answers = match page {
            Some(page) if page.is_submitted() => page.answers(),
            Some(page) if page.is_skipped() && !page.answers().is_empty() => page.answers(),
            _ => return Ok(None),
        };
        step.read(answers).map(Some)
    }
}

impl<A> Clone for StageHandle<A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for StageHandle<A> {}

impl<A> Clone for SubflowHandle<A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for SubflowHandle<A> {}

impl<A> fmt::Debug for StageHandle<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StageHandle").field(&self.name).finish()
    }
}

impl<A> fmt::Debug for SubflowHandle<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SubflowHandle").field(&self.name).finish()
    }
}

impl<A> From<StageHandle<A>> for Name {
    fn from(handle: StageHandle<A>) -> Self {
        handle.name.into()
    }
}

impl<A> From<SubflowHandle<A>> for Name {
    fn from(handle: SubflowHandle<A>) -> Self {
        handle.name.into()
    }
}
