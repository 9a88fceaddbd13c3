//! The two loops around a [`Reading`].

use super::{BlockingExtractor, Extractor, Message, Reading};
use crate::error::Refused;
use crate::outcome::Outcome;
use crate::state::State;
use crate::{Definition, Env};

/// Answers the current stage with a text.
///
/// The extractor is asked at least once, unless the text itself is the answer, and again where the definition has
/// ways to recover what is missing. Words that navigate ("go back") are no business of this function: look for them
/// with [`Definition::detect_navigation`] before.
///
/// While the future runs, it holds the state: whoever may drop the future keeps the saved one.
///
/// # Errors
///
/// The call was refused, as by [`advance`](crate::advance), or the extractor failed
/// ([`WizardError::Extraction`](crate::WizardError::Extraction)). The state comes back unchanged.
///
/// ```
/// use serde_json::json;
/// use stepflow_wizard::extract::{Extraction, ScriptedExtractor, advance_text};
/// use stepflow_wizard::{Blueprint, Definition, Env, Flow, Kind, Stage, Timestamp};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let age = Stage::new("age")
///     .schema(json!({ "type": "object", "properties": { "age": { "type": "integer" } }, "required": ["age"] }));
/// let wizard = Definition::new(Blueprint::new(Flow::new("age", vec![age.to("done"), Stage::end("done")])))?;
/// let env = Env::at(Timestamp::UNIX_EPOCH);
/// let extractor = ScriptedExtractor::new([Extraction::new([("age", 36)], 0.95)]);
///
/// let state = wizard.begin(&env)?.state;
/// let outcome = advance_text(&wizard, state, "I am 36.", &extractor, &env).await?;
/// assert_eq!(outcome.kind, Kind::Completed);
/// # Ok(())
/// # }
/// ```
pub async fn advance_text(
    definition: &Definition,
    state: State,
    message: impl Into<Message>,
    extractor: &dyn Extractor,
    env: &Env,
) -> Result<Outcome, Box<Refused>> {
    let mut reading = Reading::begin(definition, state, message, env)?;
    while let Some(request) = reading.request() {
        let answer = extractor.extract(request).await;
        reading = reading.answer(answer)?;
    }
    reading.finish()
}

/// The same, without a runtime.
///
/// # Errors
///
/// As for [`advance_text`].
pub fn advance_text_blocking(
    definition: &Definition,
    state: State,
    message: impl Into<Message>,
    extractor: &dyn BlockingExtractor,
    env: &Env,
) -> Result<Outcome, Box<Refused>> {
    let mut reading = Reading::begin(definition, state, message, env)?;
    while let Some(request) = reading.request() {
        let answer = extractor.extract(request);
        reading = reading.answer(answer)?;
    }
    reading.finish()
}
