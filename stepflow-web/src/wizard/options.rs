//! What a user of the wizard's pages may set.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use maud::Markup;
use stepflow_wizard::{Definition, Map, Name, RoadmapEntry, Submitted, Wizards};

use super::hooks::BoxFuture;
use super::{Fragment, Step, StepCall, Words};
use crate::{Security, Shell};

/// What [`wizard_router`](super::wizard_router) serves: wizards that are kept in a store, or a definition alone, whose
/// wizards are then kept in memory and lost with the process.
#[derive(Debug, Clone)]
pub struct Served(pub(super) Wizards);

impl From<Wizards> for Served {
    fn from(wizards: Wizards) -> Self {
        Self(wizards)
    }
}

impl From<Definition> for Served {
    fn from(definition: Definition) -> Self {
        Self(Wizards::new(definition, stepflow_wizard::store::MemoryWizards::new()))
    }
}

/// How a wizard's pages look and behave.
///
/// ```
/// use stepflow_web::{Shell, Step, WizardOptions};
///
/// let options = WizardOptions::new(Shell::new("Registration"))
///     .submit_text("Register")
///     .show_progress()
///     .step("plan", Step::new().next_button_text("Choose this plan"));
/// ```
#[derive(Clone)]
pub struct WizardOptions {
    pub(super) shell: Shell,
    pub(super) security: Security,
    pub(super) words: Words,
    pub(super) steps: BTreeMap<Name, Step>,
    pub(super) progress: Progress,
    pub(super) wrap_in_form: bool,
    pub(super) check: CheckPage,
    pub(super) save: bool,
    pub(super) cancel: bool,
    pub(super) second_fact: Option<Name>,
    pub(super) done: Option<DonePage>,
    pub(super) on_cancel: Option<OnCancel>,
    pub(super) initial: Option<Initial>,
    pub(super) named: bool,
}

pub(super) type Roadmap = Arc<dyn Fn(&[RoadmapEntry]) -> Markup + Send + Sync>;
pub(super) type DonePage = Arc<dyn Fn(&Submitted) -> Markup + Send + Sync>;
pub(super) type OnCancel = Arc<dyn Fn(StepCall) -> BoxFuture<()> + Send + Sync>;
pub(super) type Initial = Arc<dyn Fn(&axum::http::request::Parts) -> Map + Send + Sync>;

/// How progress is shown.
#[derive(Clone, Default)]
pub(super) enum Progress {
    #[default]
    Hidden,
    Own(Roadmap),
    Shown,
}

/// Whether all answers are shown once more before they are sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckPage {
    /// When more than one question was answered.
    #[default]
    Auto,
    /// Always: for whatever is legal, costs money or deletes data.
    Always,
    /// Never: the last answer sends them all.
    Never,
}

impl WizardOptions {
    /// The defaults, in this shell.
    #[must_use]
    pub fn new(shell: Shell) -> Self {
        Self {
            shell,
            security: Security::default(),
            words: Words::default(),
            steps: BTreeMap::new(),
            progress: Progress::Hidden,
            wrap_in_form: true,
            check: CheckPage::Auto,
            save: false,
            cancel: true,
            second_fact: None,
            done: None,
            on_cancel: None,
            initial: None,
            named: false,
        }
    }

    /// What stands between the world and the pages. Routers that share one share sessions.
    #[must_use]
    pub fn security(self, security: Security) -> Self {
        Self { security, ..self }
    }

    /// Every word that the pages say by themselves.
    #[must_use]
    pub fn words(self, words: Words) -> Self {
        Self { words, ..self }
    }

    /// The button on the check page, and on the last step where there is none: it names the act.
    #[must_use]
    pub fn submit_text(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.words.submit = text.into();
        self
    }

    /// What is special about one step. Steps of flows within the wizard are named `flow/step`.
    #[must_use]
    pub fn step(mut self, name: impl Into<Name>, step: Step) -> Self {
        self.steps.insert(name.into(), step);
        self
    }

    /// Shows a list of the steps, and where the person is in it.
    #[must_use]
    pub fn show_progress(self) -> Self {
        Self { progress: Progress::Shown, ..self }
    }

    /// Shows progress by a function of one's own.
    #[must_use]
    pub fn progress_renderer<F: Fragment>(
        self,
        render: impl Fn(&[RoadmapEntry]) -> F + Send + Sync + 'static,
    ) -> Self {
        let render = move |entries: &[RoadmapEntry]| render(entries).into_markup();
        Self { progress: Progress::Own(Arc::new(render)), ..self }
    }

    /// Leaves the body of each step outside of a form: for bodies that bring forms of their own. The buttons are in a
    /// form whose id is the wizard's name with `-form`, so that controls can join it by `form="…"`.
    #[must_use]
    pub fn without_form(self) -> Self {
        Self { wrap_in_form: false, ..self }
    }

    /// Whether all answers are shown once more before they are sent.
    #[must_use]
    pub fn check_page(self, check: CheckPage) -> Self {
        Self { check, ..self }
    }

    /// Offers to keep what was typed and to come back later, in the same browser or by a link.
    ///
    /// A link is offered where none of the answers is marked as sensitive, or a
    /// [second fact](Self::second_fact) is asked for.
    #[must_use]
    pub fn save_and_return(self) -> Self {
        Self { save: true, ..self }
    }

    /// The answer that whoever opens a link to come back must know, such as `email`.
    #[must_use]
    pub fn second_fact(self, field: impl Into<Name>) -> Self {
        Self { second_fact: Some(field.into()), ..self }
    }

    /// Without the button that cancels.
    #[must_use]
    pub fn without_cancel(self) -> Self {
        Self { cancel: false, ..self }
    }

    /// What the last page says, in place of the default.
    ///
    /// ```
    /// use maud::html;
    /// use stepflow_web::{Shell, WizardOptions};
    ///
    /// let options = WizardOptions::new(Shell::new("Shop")).done(|submitted| html! {
    ///     p { "We send your parcel. Quote " b { (submitted.receipt.reference) } " when you write to us." }
    /// });
    /// ```
    #[must_use]
    pub fn done<F: Fragment>(self, render: impl Fn(&Submitted) -> F + Send + Sync + 'static) -> Self {
        let render = move |submitted: &Submitted| render(submitted).into_markup();
        Self { done: Some(Arc::new(render)), ..self }
    }

    /// Is told when a person has cancelled, before the answers are deleted.
    #[must_use]
    pub fn on_cancel<F, R>(self, hook: F) -> Self
    where
        F: Fn(StepCall) -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        Self { on_cancel: Some(Arc::new(move |call| Box::pin(hook(call)))), ..self }
    }

    /// What is known about a person before the first question, out of the request that begins the wizard: such as what
    /// the rest of the site knows of whoever is signed in.
    #[must_use]
    pub fn initial(self, known: impl Fn(&axum::http::request::Parts) -> Map + Send + Sync + 'static) -> Self {
        Self { initial: Some(Arc::new(known)), ..self }
    }

    /// Gives every wizard an address of its own, `/{id}/…`, so that one person can have several under way.
    #[must_use]
    pub fn many(self) -> Self {
        Self { named: true, ..self }
    }
}

impl fmt::Debug for WizardOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WizardOptions")
            .field("shell", &self.shell)
            .field("security", &self.security)
            .field("steps", &self.steps)
            .field("check", &self.check)
            .field("save", &self.save)
            .finish_non_exhaustive()
    }
}
