//! From a text to an answer, without I/O: what to ask, what to make of what comes back, and what to do with it all.

mod merge;
mod recover;
mod schema;
mod work;

use self::work::{Next, Work};
use super::{ExtractError, Extraction, ExtractionRequest, Message};
use crate::advance::stand;
use crate::command::{Call, Command, Input};
use crate::error::{Refused, WizardError};
use crate::outcome::Outcome;
use crate::state::State;
use crate::{Definition, Env, advance};

/// A text on its way to becoming an answer.
///
/// It does no I/O. While [`request`](Self::request) gives something to ask, somebody asks it and hands over the
/// [`answer`](Self::answer); then [`finish`](Self::finish) carries the answer out. That is all that
/// [`advance_text`](super::advance_text) does, and whoever has ways of their own to reach an extractor can do it, too.
///
/// ```
/// use serde_json::json;
/// use stepflow_wizard::extract::{Extraction, Reading};
/// use stepflow_wizard::{Blueprint, Definition, Env, Flow, Kind, Stage, Timestamp};
///
/// let age = Stage::new("age")
///     .schema(json!({ "type": "object", "properties": { "age": { "type": "integer" } }, "required": ["age"] }));
/// let wizard = Definition::new(Blueprint::new(Flow::new("age", vec![age.to("done"), Stage::end("done")])))?;
/// let env = Env::at(Timestamp::UNIX_EPOCH);
///
/// let reading = Reading::begin(&wizard, wizard.begin(&env)?.state, "I am 36.", &env)?;
/// let request = reading.request().ok_or("there is nothing to ask")?;
/// assert_eq!((request.text.as_str(), request.asks_for("age")), ("I am 36.", true));
///
/// let reading = reading.answer(Ok(Extraction::new([("age", "36")], 0.9)))?;
/// assert!(reading.request().is_none());
/// assert_eq!(reading.finish()?.kind, Kind::Completed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Reading<'d> {
    definition: &'d Definition,
    env: Env,
    state: State,
    message: Message,
    /// Nothing, for a call that was carried out before.
    work: Option<Box<Work<'d>>>,
    next: Next,
}

impl<'d> Reading<'d> {
    /// Begins to read a text for the current stage.
    ///
    /// # Errors
    ///
    /// The wizard takes no answers now, the state does not fit the definition, or the text is too long. The state
    /// comes back unchanged.
    pub fn begin(
        definition: &'d Definition,
        state: State,
        message: impl Into<Message>,
        env: &Env,
    ) -> Result<Self, Box<Refused>> {
        let message = message.into();
        let call = call(&message, Command::Submit(Input::Text(message.text.clone())));
        let (state, standing) = stand(definition, state, &call, env)?;
        let (work, next) = match standing {
            None => (None, Next::Over),
            Some(standing) => {
                let mut work = Box::new(Work::new(definition, standing));
                let next = work.begin(&message);
                (Some(work), next)
            }
        };
        Ok(Self { definition, env: *env, state, message, work, next })
    }

    /// What an extractor is to be asked now, if anything.
    #[must_use]
    pub fn request(&self) -> Option<&ExtractionRequest> {
        match &self.next {
            Next::Ask(asked) => Some(&asked.request),
            Next::Done | Next::Over => None,
        }
    }

    /// Takes what the extractor answered. An answer that was not asked for changes nothing.
    ///
    /// An extractor that fails when it is asked again, to recover what is missing, is not asked any more; what was
    /// found before stands.
    ///
    /// # Errors
    ///
    /// The extractor failed at the first question. The state comes back unchanged.
    pub fn answer(mut self, answer: Result<Extraction, ExtractError>) -> Result<Self, Box<Refused>> {
        let (Some(work), Next::Ask(asked)) = (&mut self.work, std::mem::replace(&mut self.next, Next::Over))
        else {
            return Ok(self);
        };
        self.next = match (answer, asked.is_first()) {
            (Ok(extraction), _) => work.take(&self.message, *asked, extraction),
            (Err(error), false) => work.give_up(&self.message, &asked, &error),
            (Err(error), true) => {
                return Err(Box::new(Refused { error: WizardError::Extraction(error), state: self.state }));
            }
        };
        Ok(self)
    }

    /// Carries the answer out. What has not been answered by then counts as not found.
    ///
    /// # Errors
    ///
    /// The call was refused, as by [`advance`]. The state comes back unchanged.
    pub fn finish(self) -> Result<Outcome, Box<Refused>> {
        let command = match (self.work, self.next) {
            (Some(_), Next::Done) => Command::Done,
            (Some(work), _) => {
                Command::Submit(Input::Extracted(Box::new(work.into_extracted(&self.message))))
            }
            // It is known by its id, so that the text itself is not looked at.
            (None, _) => Command::Submit(Input::Text(self.message.text.clone())),
        };
        advance(self.definition, self.state, call(&self.message, command), &self.env)
    }
}

fn call(message: &Message, command: Command) -> Call {
    Call { command, id: message.id.clone(), expected_rev: message.expected_rev }
}
