//! Calls of functions.

use super::super::ast::{Arguments, Expr, Gathered, Kind};
use super::super::error::{ConditionErrorKind, Span};
use super::super::function::{Function, Type};
use super::super::token::{Sign, TokenKind};
use super::Parser;
use super::expression::CHOICE;

impl Parser<'_, '_, '_> {
    pub(super) fn call(&mut self, function: Function, start: Span) -> Expr {
        let arguments = self.arguments();
        self.check_arguments(function.name(), function.takes(), &arguments, start);
        let span = start.to(self.last_span());
        self.node(Kind::Call { function, arguments }, span)
    }

    /// What stands in the round brackets of a call.
    pub(super) fn arguments(&mut self) -> Arguments {
        let mut arguments = Arguments::default();
        let start = self.span();
        self.accept(Sign::RoundOpen);
        if self.bound_names(Sign::RoundClose).is_some() {
            let kind =
                self.comprehension(Sign::RoundClose, |parser| Gathered::Iterator(parser.expression(CHOICE)));
            let span = start.to(self.last_span());
            arguments.positional.push(self.node(kind, span));
        } else {
            while !matches!(self.peek(), TokenKind::End | TokenKind::Sign(Sign::RoundClose)) {
                self.argument(&mut arguments);
                if !self.accept(Sign::Comma) {
                    break;
                }
            }
        }
        self.close(Sign::RoundClose);
        arguments
    }

    fn argument(&mut self, arguments: &mut Arguments) {
        self.refuse_unpacking();
        let name = match (self.peek(), self.peek_second()) {
            (TokenKind::Name(name), TokenKind::Sign(Sign::Assign)) => Some((*name).to_owned()),
            _ => None,
        };
        let span = self.span();
        match name {
            Some(name) => {
                self.advance();
                self.advance();
                let value = self.expression(CHOICE);
                if arguments.named(&name).is_some() {
                    let takes = "each name once".to_owned();
                    self.problems.report(span, ConditionErrorKind::Arguments { name, takes }, None);
                } else {
                    arguments.named.push((name, value));
                }
            }
            None => {
                let value = self.expression(CHOICE);
                if !arguments.named.is_empty() {
                    let kind = ConditionErrorKind::Expected {
                        expected: "an argument with a name".to_owned(),
                        found: "one without".to_owned(),
                    };
                    self.problems.report(span, kind, None);
                }
                arguments.positional.push(value);
            }
        }
    }

    /// `isinstance(value, type)` or `isinstance(value, (type, type))`.
    pub(super) fn isinstance(&mut self, start: Span) -> Expr {
        self.accept(Sign::RoundOpen);
        let of = self.expression(CHOICE);
        let mut types = Vec::new();
        if self.accept(Sign::Comma) {
            if self.accept(Sign::RoundOpen) {
                while *self.peek() != TokenKind::Sign(Sign::RoundClose) {
                    if !self.instance_type(&mut types) || !self.accept(Sign::Comma) {
                        break;
                    }
                }
                self.close(Sign::RoundClose);
            } else {
                self.instance_type(&mut types);
            }
        } else {
            self.expected("`,` and a type");
        }
        let span = start.to(self.close(Sign::RoundClose));
        self.node(Kind::IsInstance { of: Box::new(of), types }, span)
    }

    fn instance_type(&mut self, types: &mut Vec<Type>) -> bool {
        let found = match *self.peek() {
            TokenKind::Name(name) => Type::of(name),
            _ => None,
        };
        match found {
            Some(found) => {
                types.push(found);
                self.advance();
                true
            }
            None => {
                self.expected("a type such as `str`");
                false
            }
        }
    }
}
