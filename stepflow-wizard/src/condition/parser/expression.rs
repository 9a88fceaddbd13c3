//! Operators, by how strongly they bind.

use super::super::ast::{Binary, Comparison, Expr, Kind, Unary};
use super::super::error::{ConditionErrorKind, Span};
use super::super::token::{Sign, TokenKind};
use super::{MAX_DEPTH, Parser};

/// `a if c else b`; what binds least, and so takes in everything.
pub(super) const CHOICE: u8 = 1;
pub(super) const OR: u8 = 2;
const AND: u8 = 3;
const NOT: u8 = 4;
const COMPARE: u8 = 5;
const ADD: u8 = 6;
const MULTIPLY: u8 = 7;
const UNARY: u8 = 8;
const POWER: u8 = 9;

/// Whether a name is one of the words that stand between values.
pub(super) fn is_operator(name: &str) -> bool {
    matches!(name, "and" | "or" | "in" | "is" | "if" | "else" | "for")
}

impl Parser<'_, '_, '_> {
    /// An expression of operators that bind at least as strongly as `least`.
    pub(super) fn expression(&mut self, least: u8) -> Expr {
        self.nesting += 1;
        let expr = if self.nesting > MAX_DEPTH {
            let span = self.span();
            self.give_up(span);
            Expr::new(Kind::Broken, span)
        } else {
            let operand = self.operand(least);
            self.operators(operand, least)
        };
        self.nesting -= 1;
        expr
    }

    fn operand(&mut self, least: u8) -> Expr {
        let start = self.span();
        let (operator, binds) = match self.peek() {
            TokenKind::Name("not") if least <= NOT => (Unary::Not, NOT),
            TokenKind::Name("not") => {
                self.expected("a value");
                self.advance();
                return self.expression(UNARY);
            }
            TokenKind::Sign(Sign::Minus) => (Unary::Minus, UNARY),
            TokenKind::Sign(Sign::Plus) => (Unary::Plus, UNARY),
            _ => return self.postfix(),
        };
        self.advance();
        let of = self.expression(binds);
        let span = start.to(of.span);
        self.node(Kind::Unary { operator, of: Box::new(of) }, span)
    }

    fn operators(&mut self, mut left: Expr, least: u8) -> Expr {
        loop {
            let start = left.span;
            if least <= CHOICE && self.accept_name("if") {
                left = self.choice(left, start);
            } else if least <= OR && *self.peek() == TokenKind::Name("or") {
                let operands = self.chain(left, "or", AND);
                let span = start.to(self.last_span());
                left = self.node(Kind::Or(operands), span);
            } else if least <= AND && *self.peek() == TokenKind::Name("and") {
                let operands = self.chain(left, "and", NOT);
                let span = start.to(self.last_span());
                left = self.node(Kind::And(operands), span);
            } else if let Some((operator, _, next)) = self.binary().filter(|(_, binds, _)| least <= *binds) {
                self.advance();
                let right = Box::new(self.expression(next));
                let span = start.to(right.span);
                left = self.node(Kind::Binary { operator, left: Box::new(left), right }, span);
            } else if least <= COMPARE && self.at_comparison() {
                left = self.comparisons(left, start);
            } else {
                return left;
            }
        }
    }

    fn choice(&mut self, then: Expr, start: Span) -> Expr {
        let test = self.expression(OR);
        let otherwise = if self.accept_name("else") {
            self.expression(CHOICE)
        } else {
            self.expected("`else`");
            Expr::new(Kind::Broken, self.span())
        };
        let span = start.to(otherwise.span);
        let (test, then, otherwise) = (Box::new(test), Box::new(then), Box::new(otherwise));
        self.node(Kind::Choice { test, then, otherwise }, span)
    }

    fn chain(&mut self, first: Expr, word: &str, next: u8) -> Vec<Expr> {
        let mut operands = vec![first];
        while self.accept_name(word) {
            operands.push(self.expression(next));
        }
        operands
    }

    /// The operator here, how strongly it binds, and what its right operand has to bind.
    fn binary(&self) -> Option<(Binary, u8, u8)> {
        let TokenKind::Sign(sign) = self.peek() else { return None };
        Some(match sign {
            Sign::Plus => (Binary::Add, ADD, MULTIPLY),
            Sign::Minus => (Binary::Subtract, ADD, MULTIPLY),
            Sign::Times => (Binary::Multiply, MULTIPLY, UNARY),
            Sign::Divide => (Binary::Divide, MULTIPLY, UNARY),
            Sign::FloorDivide => (Binary::FloorDivide, MULTIPLY, UNARY),
            Sign::Remainder => (Binary::Remainder, MULTIPLY, UNARY),
            // Its right operand may have a sign, and goes first: `2 ** -1`, `2 ** 3 ** 2`.
            Sign::Power => (Binary::Power, POWER, UNARY),
            _ => return None,
        })
    }

    fn at_comparison(&self) -> bool {
        match self.peek() {
            TokenKind::Name("in" | "is") => true,
            TokenKind::Name("not") => *self.peek_second() == TokenKind::Name("in"),
            TokenKind::Sign(sign) => compares(*sign).is_some(),
            _ => false,
        }
    }

    fn comparisons(&mut self, first: Expr, start: Span) -> Expr {
        let mut rest = Vec::new();
        while self.at_comparison() {
            let Some(comparison) = self.comparison() else { break };
            let operand = self.expression(ADD);
            if matches!(comparison, Comparison::Is | Comparison::IsNot) {
                self.check_identity(&operand);
            }
            rest.push((comparison, operand));
        }
        let span = start.to(self.last_span());
        self.node(Kind::Compare { first: Box::new(first), rest }, span)
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let comparison = match *self.peek() {
            TokenKind::Sign(sign) => compares(sign)?,
            TokenKind::Name("in") => Comparison::In,
            TokenKind::Name("not") => {
                self.advance();
                Comparison::NotIn
            }
            TokenKind::Name("is") if *self.peek_second() == TokenKind::Name("not") => {
                self.advance();
                Comparison::IsNot
            }
            TokenKind::Name("is") => Comparison::Is,
            _ => return None,
        };
        self.advance();
        Some(comparison)
    }

    /// `is` asks for one of the few values that there is only one of.
    fn check_identity(&mut self, operand: &Expr) {
        if matches!(operand.kind, Kind::Null | Kind::Bool(_) | Kind::Broken) {
            return;
        }
        let kind = ConditionErrorKind::Expected {
            expected: "`None`, `True` or `False` after `is`".to_owned(),
            found: "another value".to_owned(),
        };
        self.problems.report(operand.span, kind, Some("`==` compares".to_owned()));
    }
}

fn compares(sign: Sign) -> Option<Comparison> {
    Some(match sign {
        Sign::Equal => Comparison::Equal,
        Sign::NotEqual => Comparison::NotEqual,
        Sign::Less => Comparison::Less,
        Sign::LessOrEqual => Comparison::LessOrEqual,
        Sign::More => Comparison::More,
        Sign::MoreOrEqual => Comparison::MoreOrEqual,
        _ => return None,
    })
}
