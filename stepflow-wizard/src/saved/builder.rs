//! How wizards are kept, and who is told.

use std::sync::Arc;
use std::time::Duration;

use stepflow::{Clock, SystemClock};

use super::complete::SubmitHandler;
use super::{Hooks, Receipt, Shared, Submission, Wizards};
use crate::store::{Caps, Lifetime, WizardStore};
use crate::{BoxError, Definition};

/// How wizards are kept.
///
/// ```
/// use std::time::Duration;
/// use stepflow_wizard::{Keeping, Retention};
///
/// let keeping = Keeping { lease: Duration::from_secs(30), ..Keeping::default() };
/// assert_eq!(keeping.retention, Retention::Nothing);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal over `default`")]
pub struct Keeping {
    /// How long a wizard is kept that is not submitted.
    pub lifetime: Lifetime,
    /// How many there may be.
    pub caps: Caps,
    /// What is kept of the answers once they are submitted.
    pub retention: Retention,
    /// How long a receipt is kept. By default 7 days.
    pub receipts: Duration,
    /// How long whoever takes a submission has for it, before another process may take it again under the same id:
    /// longer than it can ever take. By default 5 minutes.
    pub lease: Duration,
    /// How long a link can be used to come back. By default 24 hours.
    pub links: Duration,
    /// How long a wizard that is over its time can be told from one that never was. By default an hour.
    pub expired_for: Duration,
}

impl Default for Keeping {
    fn default() -> Self {
        const HOUR: u64 = 60 * 60;
        Self {
            lifetime: Lifetime::default(),
            caps: Caps::default(),
            retention: Retention::default(),
            receipts: Duration::from_secs(7 * 24 * HOUR),
            lease: Duration::from_secs(5 * 60),
            links: Duration::from_secs(24 * HOUR),
            expired_for: Duration::from_secs(HOUR),
        }
    }
}

/// What is kept of the answers once they are submitted. Whatever is kept goes with the receipt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Retention {
    /// All of it, sensitive fields too.
    Everything,
    /// Nothing: whoever took the submission has it.
    #[default]
    Nothing,
    /// All but the fields that are marked as sensitive.
    Plain,
}

/// Draws seeds.
pub(super) type Seeds = Box<dyn Fn() -> u64 + Send + Sync>;

/// The settings of [`Wizards`].
///
/// ```
/// use stepflow_wizard::store::MemoryWizards;
/// use stepflow_wizard::{Blueprint, Definition, Flow, Hooks, Keeping, Receipt, Retention, Stage, Wizards};
///
/// let flow = Flow::new("tea", vec![Stage::new("kind").to("done"), Stage::end("done")]);
/// let teas = Wizards::builder(Definition::new(Blueprint::new(flow))?, MemoryWizards::new())
///     .keeping(Keeping { retention: Retention::Plain, ..Keeping::default() })
///     .hooks(Hooks::new().on_complete(|_call| async { Ok(()) }))
///     .on_submit(|submission| async move { Ok(Receipt::new(format!("TEA-{}", submission.id))) })
///     .build();
/// # let _ = teas;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct WizardsBuilder {
    definition: Definition,
    store: Arc<dyn WizardStore>,
    keeping: Keeping,
    hooks: Hooks,
    submit: Option<SubmitHandler>,
    clock: Arc<dyn Clock>,
    seeds: Option<Seeds>,
}

impl WizardsBuilder {
    pub(super) fn new(definition: Definition, store: Arc<dyn WizardStore>) -> Self {
        Self {
            definition,
            store,
            keeping: Keeping::default(),
            hooks: Hooks::new(),
            submit: None,
            clock: Arc::new(SystemClock::new()),
            seeds: None,
        }
    }

    /// How they are kept.
    #[must_use]
    pub fn keeping(self, keeping: Keeping) -> Self {
        Self { keeping, ..self }
    }

    /// Who is told of what happens.
    #[must_use]
    pub fn hooks(self, hooks: Hooks) -> Self {
        Self { hooks, ..self }
    }

    /// Who takes submissions. Without anybody the receipt is the submission's id.
    ///
    /// It may be called again for the same [id](Submission::id), when a process died before it was saved that the
    /// submission was taken, and must tell that it has it already.
    #[must_use]
    pub fn on_submit<F, R>(self, take: F) -> Self
    where
        F: Fn(Submission) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Receipt, BoxError>> + Send + 'static,
    {
        Self { submit: Some(Box::new(move |submission| Box::pin(take(submission)))), ..self }
    }

    /// The clock that answers are dated by; the system's by default. How long wizards are kept is decided by the clock
    /// of the store.
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// Where [seeds](crate::Env::seed) come from, of which the ids of items are made; by default from the system, so
    /// that nobody can foresee them. With seeds and a clock of one's own, the same calls give the same states, byte for
    /// byte. Ids and secrets that open something are drawn from the system in any case.
    ///
    /// ```
    /// use stepflow_wizard::store::MemoryWizards;
    /// use stepflow_wizard::{Blueprint, Definition, Flow, Stage, Wizards};
    ///
    /// let flow = Flow::new("tea", vec![Stage::new("kind").to("done"), Stage::end("done")]);
    /// let tea = Definition::new(Blueprint::new(flow))?;
    /// let teas = Wizards::builder(tea, MemoryWizards::new()).seeds(|| 7).build();
    /// assert_eq!(teas.env()?.seed, 7);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn seeds(self, draw: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self { seeds: Some(Box::new(draw)), ..self }
    }

    /// Wizards with these settings.
    #[must_use]
    pub fn build(self) -> Wizards {
        let Self { definition, store, keeping, hooks, submit, clock, seeds } = self;
        Wizards(Arc::new(Shared { definition, store, keeping, hooks, submit, clock, seeds }))
    }
}

impl std::fmt::Debug for WizardsBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WizardsBuilder")
            .field("definition", self.definition.id())
            .field("store", &self.store)
            .field("keeping", &self.keeping)
            .field("hooks", &self.hooks)
            .finish_non_exhaustive()
    }
}
