//! What one step may have of its own: a body, a loader, a rule, hooks.

use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use axum::http::request::Parts;
use axum::response::Html;
use maud::{Markup, PreEscaped};
use serde_json::Value;
use stepflow_wizard::{BoxError, Cause, FieldError, FieldErrors, Map, Name};

use super::StepView;
use crate::Visitor;

pub(super) type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type Render = Arc<dyn Fn(&StepView<'_>) -> Markup + Send + Sync>;
type Load = Arc<dyn Fn(StepCall) -> BoxFuture<Result<Value, BoxError>> + Send + Sync>;
type Validate = Arc<dyn Fn(StepCall) -> BoxFuture<Result<(), FieldErrors>> + Send + Sync>;
type Hook = Arc<dyn Fn(StepCall) -> BoxFuture<Result<(), Stay>> + Send + Sync>;

/// What is special about the page of one step.
///
/// What is asked, whether it may be skipped and where it leads is the wizard's; here is how it looks, and what the
/// program around it has to say.
///
/// ```
/// use maud::html;
/// use serde_json::json;
/// use stepflow_web::Step;
/// use stepflow_wizard::FieldError;
///
/// let step = Step::new()
///     .load(|_call| async { Ok(json!({ "free": ["12:00", "14:30"] })) })
///     .render(|view| html! {
///         p { "Still free: " @for time in view.loaded()["free"].as_array().into_iter().flatten() { (time) " " } }
///         (view.fields())
///     })
///     .on_leave(|call| async move {
///         if call.values["time"] == "12:00" { Err(FieldError::new("time", "taken", "Somebody was faster."))? }
///         Ok(())
///     });
/// ```
#[derive(Clone)]
pub struct Step {
    pub(super) title: Option<Cow<'static, str>>,
    pub(super) show_back: bool,
    pub(super) show_cancel: bool,
    pub(super) next_button_text: Option<Cow<'static, str>>,
    pub(super) refresh_on_enter: bool,
    pub(super) render: Option<Render>,
    pub(super) load: Option<Load>,
    pub(super) validate: Option<Validate>,
    pub(super) on_enter: Option<Hook>,
    pub(super) on_leave: Option<Hook>,
}

impl Default for Step {
    fn default() -> Self {
        Self::new()
    }
}

impl Step {
    /// A step like all others.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            title: None,
            show_back: true,
            show_cancel: true,
            next_button_text: None,
            refresh_on_enter: false,
            render: None,
            load: None,
            validate: None,
            on_enter: None,
            on_leave: None,
        }
    }

    /// The heading, where it is not the wizard's.
    #[must_use]
    pub fn title(self, title: impl Into<Cow<'static, str>>) -> Self {
        Self { title: Some(title.into()), ..self }
    }

    /// Without the button that goes back.
    #[must_use]
    pub fn hide_back(self) -> Self {
        Self { show_back: false, ..self }
    }

    /// Without the button that cancels.
    #[must_use]
    pub fn hide_cancel(self) -> Self {
        Self { show_cancel: false, ..self }
    }

    /// The button that goes on.
    #[must_use]
    pub fn next_button_text(self, text: impl Into<Cow<'static, str>>) -> Self {
        Self { next_button_text: Some(text.into()), ..self }
    }

    /// The body of the step, in place of the form that its schema asks for. What it returns is HTML of the program's
    /// own: [`Markup`], or any template's text in [`Html`].
    #[must_use]
    pub fn render<F: Fragment>(self, render: impl Fn(&StepView<'_>) -> F + Send + Sync + 'static) -> Self {
        Self { render: Some(Arc::new(move |view| render(view).into_markup())), ..self }
    }

    /// Fetches what the page needs, whenever it is shown. Where it fails, the person sees a page to try again.
    #[must_use]
    pub fn load<F, R>(self, load: F) -> Self
    where
        F: Fn(StepCall) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Value, BoxError>> + Send + 'static,
    {
        Self { load: Some(Arc::new(move |call| Box::pin(load(call)))), ..self }
    }

    /// A rule for the answer that the wizard does not know, such as one that asks a database.
    #[must_use]
    pub fn validate<F, R>(self, validate: F) -> Self
    where
        F: Fn(StepCall) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), FieldErrors>> + Send + 'static,
    {
        Self { validate: Some(Arc::new(move |call| Box::pin(validate(call)))), ..self }
    }

    /// Runs when the step becomes the current one, before that is saved; not when its page is only shown again. An
    /// error takes the move back.
    #[must_use]
    pub fn on_enter<F, R>(self, hook: F) -> Self
    where
        F: Fn(StepCall) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), Stay>> + Send + 'static,
    {
        Self { on_enter: Some(Arc::new(move |call| Box::pin(hook(call)))), ..self }
    }

    /// Runs [`on_enter`](Self::on_enter) whenever the page is shown, too.
    #[must_use]
    pub fn refresh_on_enter(self) -> Self {
        Self { refresh_on_enter: true, ..self }
    }

    /// Runs when the step was answered or skipped, before that is saved. An error keeps the person on the step.
    #[must_use]
    pub fn on_leave<F, R>(self, hook: F) -> Self
    where
        F: Fn(StepCall) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), Stay>> + Send + 'static,
    {
        Self { on_leave: Some(Arc::new(move |call| Box::pin(hook(call)))), ..self }
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step")
            .field("title", &self.title)
            .field("next_button_text", &self.next_button_text)
            .field("renders", &self.render.is_some())
            .field("loads", &self.load.is_some())
            .finish_non_exhaustive()
    }
}

/// What a function of the program is told.
#[derive(Clone)]
#[non_exhaustive]
pub struct StepCall {
    /// The name of the step.
    pub stage: Name,
    /// The answer that was given just now; empty where there is none.
    pub values: Map,
    /// What is known by now.
    pub data: Map,
    /// Why the step is left or entered.
    pub cause: Cause,
    /// Who asks.
    pub visitor: Visitor,
    /// The request, without its body.
    pub request: Arc<Parts>,
}

/// Answers may be private: they are not shown.
impl fmt::Debug for StepCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StepCall")
            .field("stage", &self.stage)
            .field("cause", &self.cause)
            .finish_non_exhaustive()
    }
}

/// Why a hook takes a move back.
#[derive(Debug)]
#[non_exhaustive]
pub enum Stay {
    /// Something is wrong with the answer: shown like any other error.
    Errors(FieldErrors),
    /// Something failed that the person can do nothing about.
    Failed(BoxError),
    /// Something else is to be shown in place of the step's body.
    Page(Markup),
}

impl From<FieldErrors> for Stay {
    fn from(errors: FieldErrors) -> Self {
        Self::Errors(errors)
    }
}

impl From<FieldError> for Stay {
    fn from(error: FieldError) -> Self {
        Self::Errors(error.into())
    }
}

impl From<Markup> for Stay {
    fn from(page: Markup) -> Self {
        Self::Page(page)
    }
}

impl From<BoxError> for Stay {
    fn from(error: BoxError) -> Self {
        Self::Failed(error)
    }
}

/// A part of a page, written by the program: HTML that is taken as it is.
///
/// ```
/// use axum::response::Html;
/// use stepflow_web::Fragment;
///
/// // What a template engine wrote.
/// assert_eq!(Html("<p>Hello</p>").into_markup().into_string(), "<p>Hello</p>");
/// ```
pub trait Fragment {
    /// As markup.
    fn into_markup(self) -> Markup;
}

impl Fragment for Markup {
    fn into_markup(self) -> Markup {
        self
    }
}

impl<T: Into<String>> Fragment for Html<T> {
    fn into_markup(self) -> Markup {
        PreEscaped(self.0.into())
    }
}
