//! The page of a step, for functions that draw it.

use std::fmt;

use maud::{Markup, html};
use serde_json::Value;
use stepflow_wizard::{FieldError, Map, StageView};

use crate::Visitor;
use crate::form::{Draw, Field};
use crate::wizard::ask::Ask;

/// The page of a step, for a function that [draws it](crate::Step::render).
///
/// What the form is made of can be taken over piece by piece: [`fields`](Self::fields) is all of it,
/// [`field`](Self::field) one question with its label and errors.
pub struct StepView<'a> {
    pub(super) ask: &'a Ask,
    pub(super) view: &'a StageView,
    pub(super) fields: &'a [Field],
    pub(super) draw: Draw<'a>,
    pub(super) data: &'a Map,
    pub(super) loaded: &'a Value,
    pub(super) problems: &'a [FieldError],
}

impl StepView<'_> {
    /// The step, as the wizard shows it.
    #[must_use]
    pub fn stage(&self) -> &StageView {
        self.view
    }

    /// What is known by now.
    #[must_use]
    pub fn data(&self) -> &Map {
        self.data
    }

    /// One value of what is known.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.data.get(name)
    }

    /// What the step's [loader](crate::Step::load) fetched; null where there is none.
    #[must_use]
    pub fn loaded(&self) -> &Value {
        self.loaded
    }

    /// What is wrong with the answer that was sent.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        self.problems
    }

    /// Who looks.
    #[must_use]
    pub fn visitor(&self) -> &Visitor {
        &self.ask.visitor
    }

    /// The address of one of the wizard's own paths, such as `/check`.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        self.ask.mount.path(path)
    }

    /// What a control of this field shows: what was typed, or what is saved. Escape it where it is shown.
    #[must_use]
    pub fn value(&self, field: &str) -> Option<String> {
        self.draw.shown.text(field)
    }

    /// All questions.
    #[must_use]
    pub fn fields(&self) -> Markup {
        self.draw.all(self.fields)
    }

    /// One question, with its label, hint and errors; nothing where there is none of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Markup {
        let found = self.fields.iter().find(|field| field.name == name);
        found.map_or_else(|| html! {}, |field| self.draw.field(field))
    }

    /// The errors of the whole page, for pages that leave the default summary out. It is shown in any case.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        !self.draw.errors.is_empty()
    }
}

impl fmt::Debug for StepView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StepView").field("stage", &self.view.stage).finish_non_exhaustive()
    }
}
