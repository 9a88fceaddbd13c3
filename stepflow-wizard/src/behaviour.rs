//! Who decides the way on, when it is code.

use std::borrow::Cow;

use serde_json::Value;

use crate::Map;
use crate::error::Rejection;

/// Decides the ways on of a flow, by code instead of transitions.
///
/// `#[wizard]` writes it; by hand, the typed trait [`Wizard`](crate::typed::Wizard) is easier. The flow's stages
/// still list every transition that may be taken, for diagrams and progress.
///
/// ```
/// use std::sync::Arc;
/// use serde_json::{Value, json};
/// use stepflow_wizard::{
///     Behaviour, Blueprint, Command, Definition, Env, Flow, Fold, Map, Rejection, Stage, Timestamp, Way, advance,
/// };
///
/// struct Quiz;
///
/// /// How many answers were right so far.
/// struct Score(u64);
///
/// impl Behaviour for Quiz {
///     fn start<'a>(&'a self, _initial: &Map) -> Result<Box<dyn Fold + 'a>, Rejection> {
///         Ok(Box::new(Score(0)))
///     }
/// }
///
/// impl Fold for Score {
///     fn take(&mut self, stage: &str, answer: &Map) -> Result<Way, Rejection> {
///         self.0 += u64::from(answer.get("sum") == Some(&json!(4)));
///         Ok(Way::to(if stage == "first" && self.0 == 0 { "again" } else { "done" }))
///     }
///     fn data(&self) -> Result<Value, Rejection> {
///         Ok(json!({ "score": self.0 }))
///     }
/// }
///
/// let stages = vec![
///     Stage::new("first").to("again").to("done"),
///     Stage::new("again").to("done"),
///     Stage::end("done"),
/// ];
/// let quiz = Definition::new(Blueprint::new(Flow::with_behaviour("quiz", stages, Arc::new(Quiz))))?;
/// let env = Env::at(Timestamp::UNIX_EPOCH);
/// let outcome = advance(&quiz, quiz.begin(&env)?.state, Command::submit([("sum", 5)]), &env)?;
/// assert_eq!(outcome.view.stage.as_ref(), "again");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Behaviour: Send + Sync + 'static {
    /// A walk from the beginning, with the data that the flow was begun with.
    ///
    /// # Errors
    ///
    /// The data cannot be used.
    fn start<'a>(&'a self, initial: &Map) -> Result<Box<dyn Fold + 'a>, Rejection>;
}

/// A walk over the answers given so far, stage by stage, in the order of the way taken.
///
/// The same answers are taken again on every call: what comes out must depend on them alone.
pub trait Fold {
    /// Whether the stage applies, with what is known so far. One that does not is passed over.
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
    /// The answer is not good enough; the stage stays open, and the person sees why.
    fn take(&mut self, stage: &str, answer: &Map) -> Result<Way, Rejection>;

    /// The way on from a stage that is passed without an answer: because it was skipped, or does not apply.
    ///
    /// # Errors
    ///
    /// There is no such way.
    fn skip(&mut self, stage: &str) -> Result<Way, Rejection> {
        Err(Rejection::from(format!("`{stage}` needs an answer")))
    }

    /// What is known so far: for texts that are shown, and as the result of a called flow. An object.
    ///
    /// # Errors
    ///
    /// It cannot be put into JSON.
    fn data(&self) -> Result<Value, Rejection>;
}

/// The way on from a stage.
///
/// ```
/// use stepflow_wizard::Way;
///
/// let way = Way::to("review").by("Plan::Pro");
/// assert_eq!((way.target.as_ref(), way.key.as_deref()), ("review", Some("Plan::Pro")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Way {
    /// The stage it leads to.
    pub target: Cow<'static, str>,
    /// The key of the route, if the way was one of several.
    pub key: Option<Cow<'static, str>>,
}

impl Way {
    /// The way to this stage.
    #[must_use]
    pub fn to(target: impl Into<Cow<'static, str>>) -> Self {
        Self { target: target.into(), key: None }
    }

    /// The same, by a route of this key.
    #[must_use]
    pub fn by(mut self, key: impl Into<Cow<'static, str>>) -> Self {
        self.key = Some(key.into());
        self
    }
}

/// Both traits can be used behind a pointer.
#[cfg(test)]
fn _object_safe(_: &dyn Behaviour, _: &dyn Fold) {}
