//! The errors that have been found so far.

use super::super::error::{ConditionError, ConditionErrorKind, ConditionErrors, Span};

/// More errors than this help nobody.
const MOST: usize = 20;

/// Collects errors; of several in one place, the first.
pub(crate) struct Problems<'e> {
    source: &'e str,
    errors: Vec<ConditionError>,
    muted: bool,
}

impl<'e> Problems<'e> {
    pub(crate) fn new(source: &'e str) -> Self {
        Self { source, errors: Vec::new(), muted: false }
    }

    pub(crate) fn report(&mut self, span: Span, kind: ConditionErrorKind, hint: Option<String>) {
        let known = self.errors.iter().any(|error| error.span.start == span.start);
        if self.muted || known || self.errors.len() >= MOST {
            return;
        }
        let (line, column) = span.place(self.source);
        self.errors.push(ConditionError { kind, span, line, column, hint });
    }

    /// A condition goes on in another line; said once.
    pub(crate) fn second_line(&mut self, span: Span) {
        if self.errors.iter().any(|error| error.kind == ConditionErrorKind::SecondLine) {
            return;
        }
        let hint = "in YAML, `>-` folds lines into one".to_owned();
        self.report(span, ConditionErrorKind::SecondLine, Some(hint));
    }

    /// Takes no further error.
    pub(crate) fn mute(&mut self) {
        self.muted = true;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    pub(crate) fn into_errors(self) -> ConditionErrors {
        ConditionErrors::new(self.errors)
    }
}
