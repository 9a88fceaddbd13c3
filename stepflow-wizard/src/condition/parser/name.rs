//! Names, and what is said about those that conditions do not know.

use super::super::ast::{Expr, Kind, Root};
use super::super::error::{ConditionErrorKind, Span};
use super::super::function::Function;
use super::super::token::{Sign, TokenKind};
use super::Parser;
use crate::suggest::closest;

/// Words of Python that belong to statements and the like.
const STATEMENTS: &[&str] = &[
    "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "except",
    "finally", "from", "global", "import", "lambda", "nonlocal", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Words between values, which are no values.
const OPERATORS: &[&str] = &["and", "else", "for", "if", "in", "is", "not", "or"];

/// What people write who take a condition for a sentence.
const SENTENCE: &[&str] = &[
    "been",
    "blank",
    "defined",
    "empty",
    "entered",
    "exists",
    "filled",
    "given",
    "missing",
    "present",
    "provided",
    "selected",
    "set",
    "specified",
    "was",
];

const KNOWN: &[&str] = &["data", "turn", "value", "true", "false", "null", "none", "True", "False", "None"];

/// What to write instead of a sentence, if the name belongs to one.
pub(super) fn sentence_hint(name: &str) -> Option<String> {
    SENTENCE
        .contains(&name)
        .then(|| "a condition is no sentence: write `has('key')` or `not has('key')`".to_owned())
}

impl Parser<'_, '_, '_> {
    /// Whether a name is taken by the language itself.
    pub(super) fn reserved(&self, name: &str) -> bool {
        STATEMENTS.contains(&name) || OPERATORS.contains(&name) || matches!(name, "True" | "False" | "None")
    }

    /// What a name stands for.
    pub(super) fn name(&mut self, name: &str, span: Span) -> Expr {
        if let Some(index) = self.locals.iter().rposition(|local| local == name) {
            self.advance();
            return Expr::new(Kind::Local { name: name.to_owned(), index }, span);
        }
        let kind = match name {
            "true" | "True" => Kind::Bool(true),
            "false" | "False" => Kind::Bool(false),
            "null" | "none" | "None" => Kind::Null,
            "data" => Kind::Root(Root::Data),
            "turn" => Kind::Root(Root::Turn),
            "value" => Kind::Root(Root::Value),
            _ if OPERATORS.contains(&name) => {
                self.expected("a value");
                return Expr::new(Kind::Broken, span);
            }
            _ => return self.callable(name, span),
        };
        self.advance();
        Expr::new(kind, span)
    }

    fn callable(&mut self, name: &str, span: Span) -> Expr {
        self.advance();
        let called = *self.peek() == TokenKind::Sign(Sign::RoundOpen);
        if called && name == "isinstance" {
            return self.isinstance(span);
        }
        match Function::of(name) {
            Some(function) if called => return self.call(function, span),
            Some(_) => {
                let kind = ConditionErrorKind::Uncalled { name: name.to_owned() };
                self.problems.report(span, kind, sentence_hint(name));
            }
            None => self.unknown(name, called, span),
        }
        Expr::new(Kind::Broken, span)
    }

    fn unknown(&mut self, name: &str, called: bool, span: Span) {
        let (kind, hint) = if name.starts_with("__") {
            (ConditionErrorKind::Hidden { name: name.to_owned() }, None)
        } else if STATEMENTS.contains(&name) {
            (ConditionErrorKind::NotInLanguage { what: format!("`{name}`") }, None)
        } else {
            let functions = Function::ALL.iter().map(|function| function.name());
            let known: Vec<&str> = if called { functions.collect() } else { KNOWN.to_vec() };
            let hint = closest(name, known)
                .map(|near| format!("did you mean `{near}`?"))
                .or_else(|| sentence_hint(name))
                .or_else(|| (!called).then(|| format!("an answer is read as `data.get('{name}')`")));
            (ConditionErrorKind::Name { name: name.to_owned() }, hint)
        };
        self.problems.report(span, kind, hint);
    }
}
