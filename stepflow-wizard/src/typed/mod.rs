//! Wizards whose steps are functions over a typed state.

#[cfg(feature = "macros")]
mod answer;
#[cfg(feature = "macros")]
mod handle;
#[cfg(feature = "macros")]
mod outcome;
#[cfg(feature = "macros")]
pub(crate) mod outline;
#[cfg(feature = "macros")]
pub(crate) mod validate;

use std::marker::PhantomData;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

#[cfg(feature = "macros")]
pub use self::answer::Answer;
#[cfg(feature = "macros")]
pub use self::handle::StageHandle;
#[cfg(feature = "macros")]
pub use self::outcome::{StepError, Unrouted};
use crate::behaviour::{Behaviour, Fold, Way};
use crate::definition::{Blueprint, Definition};
use crate::error::{DefinitionErrors, Rejection, WizardError};
use crate::state::State;
use crate::{Env, Map};

/// A wizard whose steps are functions over a typed state. `#[wizard]` writes it; this is what it looks like by hand.
///
/// The state is never stored. It is folded over the answers, from its default, on every call: going back, changing an
/// answer and taking another branch cannot leave anything stale in it. So `take` must be a pure function of the state
/// and the answer.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use serde_json::json;
/// use stepflow_wizard::typed::{self, Wizard};
/// use stepflow_wizard::{
///     AnswerModel, Blueprint, Command, DefinitionErrors, Env, FieldError, Flow, Map, Rejection, Stage, Timestamp, Way,
///     advance,
/// };
///
/// #[derive(Default, Serialize, Deserialize)]
/// struct Order { cups: u64 }
///
/// struct Tea { state: Order }
///
/// impl Wizard for Tea {
///     type State = Order;
///
///     fn blueprint() -> Result<Blueprint, DefinitionErrors> {
///         let stages = vec![Stage::new("cups").to("END"), Stage::end("END")];
///         Ok(Blueprint::new(Flow { answers: AnswerModel::PerStage, ..Flow::new("tea", stages) }))
///     }
///     fn state(&self) -> &Order {
///         &self.state
///     }
///     fn take(&mut self, _stage: &str, answer: &Map) -> Result<Way, Rejection> {
///         let cups = answer.get("cups").and_then(|cups| cups.as_u64());
///         self.state.cups = cups.ok_or_else(|| FieldError::new("cups", "type", "Say how many."))?;
///         Ok(Way::to("END"))
///     }
/// }
///
/// let tea = typed::definition(|state| Tea { state })?;
/// let env = Env::at(Timestamp::UNIX_EPOCH);
/// let outcome = advance(&tea, tea.begin(&env)?.state, Command::submit([("cups", json!(2))]), &env)?;
/// let order: Order = tea.fold(&outcome.state, &env)?;
/// assert_eq!(order.cups, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Wizard: Sized + 'static {
    /// What the steps work on.
    type State: Default + Serialize + DeserializeOwned + 'static;

    /// Stages, texts, schemas, and every way that may be taken.
    ///
    /// # Errors
    ///
    /// What is wrong with them.
    fn blueprint() -> Result<Blueprint, DefinitionErrors>;

    /// The state, as it is now.
    fn state(&self) -> &Self::State;

    /// Whether a stage applies.
    fn relevant(&self, stage: &str) -> bool {
        let _ = stage;
        true
    }

    /// Arrives at a stage that applies, before its answer is taken and before it is shown.
    fn enter(&mut self, stage: &str) {
        let _ = stage;
    }

    /// Takes the answer of a stage and tells the way on.
    ///
    /// # Errors
    ///
    /// The answer is not good enough.
    fn take(&mut self, stage: &str, answer: &Map) -> Result<Way, Rejection>;

    /// The way on from a stage that is skipped without an answer, or does not apply.
    ///
    /// # Errors
    ///
    /// There is no such way.
    fn skip(&mut self, stage: &str) -> Result<Way, Rejection> {
        Err(Rejection::from(format!("`{stage}` needs an answer")))
    }
}

/// The definition of a typed wizard. `around` puts a state into the struct that has the steps, with whatever else
/// they need.
///
/// # Errors
///
/// What is wrong with its stages.
pub fn definition<W: Wizard>(
    around: impl Fn(W::State) -> W + Send + Sync + 'static,
) -> Result<Definition, DefinitionErrors> {
    let mut blueprint = W::blueprint()?;
    blueprint.main.behaviour = Some(behaviour(around));
    Definition::new(blueprint)
}

/// A typed wizard as a flow's behaviour, for a wizard that calls it.
pub fn behaviour<W: Wizard>(around: impl Fn(W::State) -> W + Send + Sync + 'static) -> Arc<dyn Behaviour> {
    Arc::new(Typed { around, wizard: PhantomData::<fn() -> W> })
}

struct Typed<W, F> {
    around: F,
    wizard: PhantomData<fn() -> W>,
}

impl<W: Wizard, F: Fn(W::State) -> W + Send + Sync + 'static> Behaviour for Typed<W, F> {
    fn start<'a>(&'a self, initial: &Map) -> Result<Box<dyn Fold + 'a>, Rejection> {
        let state = if initial.is_empty() { W::State::default() } else { begun_with::<W>(initial)? };
        Ok(Box::new(Folding((self.around)(state))))
    }
}

/// A state that some fields were handed to: they are put on top of the default.
fn begun_with<W: Wizard>(initial: &Map) -> Result<W::State, Rejection> {
    let value = serde_json::to_value(W::State::default()).map_err(Rejection::error)?;
    let Value::Object(mut fields) = value else {
        return Err(Rejection::from("the wizard's state has no fields, so none can be handed in"));
    };
    fields.extend(initial.iter().map(|(name, value)| (name.clone(), value.clone())));
    serde_json::from_value(Value::Object(fields)).map_err(Rejection::error)
}

struct Folding<W>(W);

impl<W: Wizard> Fold for Folding<W> {
    fn relevant(&self, stage: &str) -> bool {
        self.0.relevant(stage)
    }

    fn enter(&mut self, stage: &str) {
        self.0.enter(stage);
    }

    fn take(&mut self, stage: &str, answer: &Map) -> Result<Way, Rejection> {
        self.0.take(stage, answer)
    }

    fn skip(&mut self, stage: &str) -> Result<Way, Rejection> {
        self.0.skip(stage)
    }

    fn data(&self) -> Result<Value, Rejection> {
        serde_json::to_value(self.0.state()).map_err(Rejection::error)
    }
}

impl Definition {
    /// What is known at the end of the way that the answers of the main flow lead, as a type: for a typed wizard its
    /// state, for others whatever their fields fit.
    ///
    /// # Errors
    ///
    /// The state does not fit the definition, or what is known does not fit the type.
    pub fn fold<T: DeserializeOwned>(&self, state: &State, env: &Env) -> Result<T, WizardError> {
        let journey = self.journey(state, env)?;
        let stage = journey.open;
        // A state that is no object was wrapped, to be shown as one.
        let value = match journey.data.get("value") {
            Some(value) if journey.data.len() == 1 => T::deserialize(value).ok(),
            _ => None,
        };
        match value {
            Some(value) => Ok(value),
            None => serde_json::from_value(Value::Object(journey.data))
                .map_err(|error| WizardError::Rejected { stage, rejection: Rejection::error(error) }),
        }
    }
}
