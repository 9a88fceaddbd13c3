//! What stands behind a value: methods, positions and slices.

use super::super::ast::{Arguments, Expr, Kind};
use super::super::error::{ConditionErrorKind, Span};
use super::super::function::{self, Method, Named};
use super::super::token::{Sign, TokenKind};
use super::Parser;
use super::expression::CHOICE;
use crate::suggest::closest;

/// Python's methods that change what they are called on.
const CHANGING: &[&str] = &[
    "add",
    "append",
    "clear",
    "discard",
    "extend",
    "insert",
    "pop",
    "popitem",
    "remove",
    "reverse",
    "setdefault",
    "sort",
    "update",
];

impl Parser<'_, '_, '_> {
    pub(super) fn postfix(&mut self) -> Expr {
        let mut expr = self.primary();
        loop {
            if self.accept(Sign::Dot) {
                expr = self.member(expr);
            } else if self.accept(Sign::SquareOpen) {
                expr = self.picked(expr);
            } else if *self.peek() == TokenKind::Sign(Sign::RoundOpen) {
                if !matches!(expr.kind, Kind::Broken) {
                    self.problems.report(expr.span, ConditionErrorKind::NotCallable, None);
                }
                self.arguments();
                expr = Expr::new(Kind::Broken, expr.span.to(self.last_span()));
            } else {
                return expr;
            }
        }
    }

    /// `.name` or `.name(…)`.
    fn member(&mut self, on: Expr) -> Expr {
        let TokenKind::Name(name) = *self.peek() else {
            self.expected("a method");
            return Expr::new(Kind::Broken, on.span);
        };
        let span = self.span();
        self.advance();
        let whole = on.span.to(span);
        let called = *self.peek() == TokenKind::Sign(Sign::RoundOpen);
        if name.starts_with("__") {
            self.refuse(span, ConditionErrorKind::Hidden { name: name.to_owned() }, None, called);
        } else if !called {
            return self.attribute(&on, name, span);
        } else if let Some(method) = Method::of(name) {
            let arguments = self.arguments();
            self.check_arguments(method.name(), method.takes(), &arguments, span);
            let whole = on.span.to(self.last_span());
            return self.node(Kind::Method { on: Box::new(on), method, arguments }, whole);
        } else if CHANGING.contains(&name) {
            self.refuse(span, ConditionErrorKind::Changes { name: name.to_owned() }, None, called);
        } else {
            let near = closest(name, Method::ALL.iter().map(|method| method.name()));
            let hint = match name {
                "format" => Some("an f-string does the same: `f'{…}'`".to_owned()),
                _ => near.map(|near| format!("did you mean `.{near}()`?")),
            };
            self.refuse(span, ConditionErrorKind::Method { name: name.to_owned() }, hint, called);
        }
        Expr::new(Kind::Broken, whole)
    }

    fn refuse(&mut self, span: Span, kind: ConditionErrorKind, hint: Option<String>, called: bool) {
        self.problems.report(span, kind, hint);
        if called {
            self.arguments();
        }
    }

    /// A name behind a dot that is not called: never a way to read an answer.
    fn attribute(&mut self, on: &Expr, name: &str, span: Span) -> Expr {
        let whole = on.span.to(span);
        let kind = match on.kind {
            _ if Method::of(name).is_some() => ConditionErrorKind::Uncalled { name: format!(".{name}") },
            Kind::Root(root) => {
                let name = name.to_owned();
                return Expr::new(Kind::Attribute { root, name }, whole);
            }
            Kind::Broken => return Expr::new(Kind::Broken, whole),
            _ => ConditionErrorKind::Attribute { name: name.to_owned() },
        };
        let hint = match &kind {
            ConditionErrorKind::Attribute { name } => Some(format!("`.get('{name}')`")),
            _ => None,
        };
        self.problems.report(span, kind, hint);
        Expr::new(Kind::Broken, whole)
    }

    /// `[index]` or `[start:stop:step]`.
    fn picked(&mut self, of: Expr) -> Expr {
        let start = of.span;
        let first = self.bound();
        if *self.peek() != TokenKind::Sign(Sign::Colon) {
            let span = start.to(self.close(Sign::SquareClose));
            let Some(index) = first else {
                self.problems.report(
                    self.last_span(),
                    ConditionErrorKind::Expected {
                        expected: "a position".to_owned(),
                        found: "`]`".to_owned(),
                    },
                    None,
                );
                return Expr::new(Kind::Broken, span);
            };
            return self.node(Kind::Index { of: Box::new(of), index: Box::new(index) }, span);
        }
        self.accept(Sign::Colon);
        let second = self.bound();
        let third = if self.accept(Sign::Colon) { self.bound() } else { None };
        let span = start.to(self.close(Sign::SquareClose));
        self.node(Kind::Slice { of: Box::new(of), bounds: Box::new([first, second, third]) }, span)
    }

    fn bound(&mut self) -> Option<Expr> {
        let empty = matches!(self.peek(), TokenKind::Sign(Sign::Colon | Sign::SquareClose) | TokenKind::End);
        (!empty).then(|| self.expression(CHOICE))
    }

    pub(super) fn check_arguments(
        &mut self,
        name: &str,
        takes: (usize, usize, Named),
        arguments: &Arguments,
        span: Span,
    ) {
        let (least, most, named) = takes;
        let known = |given: &str| match named {
            Named::None => false,
            Named::One(known) => given == known,
            Named::Any => true,
        };
        let count = arguments.positional.len();
        let right = (least..=most).contains(&count) && arguments.named.iter().all(|(name, _)| known(name));
        if !right {
            let kind = ConditionErrorKind::Arguments { name: name.to_owned(), takes: function::takes(takes) };
            self.problems.report(span, kind, None);
        }
    }
}
