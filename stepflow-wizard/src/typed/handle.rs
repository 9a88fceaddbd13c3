//! Steps by name and type.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answer::{self, Answer};
use super::validate::Rule;
use crate::command::Command;
use crate::error::{FieldError, FieldErrors, Rejection};
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
    form: fn(&str) -> Option<Value>,
    is_wrapped: fn() -> bool,
    read: fn(&Map, &str) -> Result<A, FieldError>,
}

impl<A> StageHandle<A> {
    /// The step's public name, for [`Command::GoTo`] and the like. For a step that walks another wizard, it is also
    /// the path of that flow.
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
    pub fn submit(self, answer: &A) -> Result<Command, serde_json::Error>
    where
        A: Serialize,
    {
        self.write(answer).map(Command::submit)
    }

    /// A value as the fields of the form.
    pub(super) fn write(self, answer: &A) -> Result<Map, serde_json::Error>
    where
        A: Serialize,
    {
        match serde_json::to_value(answer)? {
            Value::Object(fields) if !(self.is_wrapped)() => Ok(fields),
            value => Ok(Map::from_iter([(self.field.to_owned(), value)])),
        }
    }

    /// The fields of the form as a value.
    pub(super) fn read(self, answers: &Map) -> Result<A, FieldError> {
        (self.read)(answers, self.field)
    }

    /// The schema of the form.
    pub(super) fn form(self) -> Option<Value> {
        (self.form)(self.field)
    }

    /// An error in the value, as an error in the form.
    fn place(self, error: FieldError) -> FieldError {
        if (self.is_wrapped)() { answer::within(self.field, error) } else { error }
    }
}

/// For generated code.
#[doc(hidden)]
impl<A> StageHandle<A> {
    /// An answer as a value of its type, once it has kept the type's own rules.
    pub fn take(self, answers: &Map, rules: &[Rule<A>]) -> Result<A, Rejection> {
        let answer = self.read(answers)?;
        let mut broken: Vec<FieldError> =
            rules.iter().flat_map(|rule| rule(&answer)).map(|error| self.place(error)).collect();
        if broken.is_empty() {
            return Ok(answer);
        }
        // As the form is read: what is about all of it, then field by field.
        let form = self.form().unwrap_or_default();
        let fields = || form["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        broken
            .sort_by_key(|error| error.field.as_deref().map(|field| fields().position(|name| name == field)));
        Err(FieldErrors(broken).into())
    }
}

#[doc(hidden)]
impl<A: Answer> StageHandle<A> {
    /// A step that asks for an answer.
    #[must_use]
    pub const fn asks(name: &'static str, field: &'static str) -> Self {
        Self {
            name,
            field,
            form: |field| Some(answer::form::<A>(field)),
            is_wrapped: answer::is_wrapped::<A>,
            read: answer::read::<A>,
        }
    }
}

#[doc(hidden)]
impl<A: DeserializeOwned> StageHandle<A> {
    /// A step whose answer is what another wizard gives.
    #[must_use]
    pub const fn calls(name: &'static str) -> Self {
        let read = |given: &Map, _: &str| answer::read_given(given);
        Self { name, field: "", form: |_| None, is_wrapped: || false, read }
    }
}

#[doc(hidden)]
impl StageHandle<()> {
    /// A step without an answer.
    #[must_use]
    pub const fn page(name: &'static str) -> Self {
        Self { name, field: "", form: |_| None, is_wrapped: || false, read: |_, _| Ok(()) }
    }
}

#[doc(hidden)]
impl<A> StageHandle<A> {
    /// A step of a wizard with mistakes.
    #[must_use]
    pub const fn broken(name: &'static str) -> Self {
        let read = |_: &Map, _: &str| Err(FieldError::of_stage("broken", ""));
        Self { name, field: "", form: |_| None, is_wrapped: || false, read }
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
    pub fn answer<A>(&self, step: StageHandle<A>) -> Result<Option<A>, FieldError> {
        let page = self.frames().first().and_then(|main| main.pages.get(step.name));
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

impl<A> fmt::Debug for StageHandle<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StageHandle").field(&self.name).finish()
    }
}

impl<A> From<StageHandle<A>> for Name {
    fn from(handle: StageHandle<A>) -> Self {
        handle.name.into()
    }
}
