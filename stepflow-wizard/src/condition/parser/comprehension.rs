//! Comprehensions: the names that they bind stand behind the places that use them.

use super::super::ast::{Comprehension, Gathered, Kind, Names};
use super::super::error::ConditionErrorKind;
use super::super::token::{Sign, TokenKind};
use super::Parser;
use super::expression::OR;

impl Parser<'_, '_, '_> {
    /// The names that the bracket beginning here binds with a `for`, if it has one.
    pub(super) fn bound_names(&self, closing: Sign) -> Option<Names> {
        let mut open = 0_usize;
        let mut words = self.tokens.iter().skip(self.at).map(|token| &token.kind);
        loop {
            match words.next()? {
                TokenKind::Name("for") if open == 0 => break,
                TokenKind::Sign(Sign::Comma) if open == 0 => return None,
                TokenKind::Sign(Sign::RoundOpen | Sign::SquareOpen | Sign::CurlyOpen) => open += 1,
                TokenKind::Sign(sign) if *sign == closing && open == 0 => return None,
                TokenKind::Sign(Sign::RoundClose | Sign::SquareClose | Sign::CurlyClose) => {
                    open = open.checked_sub(1)?;
                }
                _ => {}
            }
        }
        let mut names = Vec::new();
        let mut several = false;
        for word in words {
            match word {
                TokenKind::Name("in") => break,
                TokenKind::Name(name) => names.push((*name).to_owned()),
                TokenKind::Sign(Sign::Comma) => several = true,
                TokenKind::Sign(Sign::RoundOpen | Sign::RoundClose) => {}
                _ => break,
            }
        }
        Some(match names.pop() {
            Some(only) if names.is_empty() && !several => Names::One(only),
            last => {
                names.extend(last);
                Names::Several(names)
            }
        })
    }

    /// A comprehension up to its closing bracket; `element` parses what it gathers.
    pub(super) fn comprehension(
        &mut self,
        closing: Sign,
        element: impl FnOnce(&mut Self) -> Gathered,
    ) -> Kind {
        let names = self.bound_names(closing).unwrap_or(Names::Several(Vec::new()));
        let around = self.locals.len();
        self.locals.extend(names.all().iter().cloned());
        let result = element(self);
        let bound = self.locals.split_off(around);
        if !self.accept_name("for") {
            self.expected("`for`");
            return Kind::Broken;
        }
        if !self.skip_names() {
            return Kind::Broken;
        }
        // What it goes through is still read outside of it.
        let source = self.expression(OR);
        self.locals.extend(bound);
        let mut filters = Vec::new();
        while self.accept_name("if") {
            filters.push(self.expression(OR));
        }
        self.locals.truncate(around);
        if *self.peek() == TokenKind::Name("for") {
            let what = "comprehensions with more than one `for`".to_owned();
            self.problems.report(self.span(), ConditionErrorKind::NotInLanguage { what }, None);
            self.advance();
            while !matches!(self.peek(), TokenKind::End) && *self.peek() != TokenKind::Sign(closing) {
                self.advance();
            }
        }
        Kind::Each(Box::new(Comprehension { result, names, source, filters }))
    }

    /// Goes past the names, which are known already, and the `in`.
    fn skip_names(&mut self) -> bool {
        let bracket = self.accept(Sign::RoundOpen);
        loop {
            let TokenKind::Name(name) = *self.peek() else {
                self.expected("a name");
                return false;
            };
            if name == "in" || self.reserved(name) {
                self.expected("a name");
                return false;
            }
            self.advance();
            if !self.accept(Sign::Comma) || *self.peek() == TokenKind::Name("in") {
                break;
            }
        }
        if bracket && !self.accept(Sign::RoundClose) {
            self.expected("`)`");
            return false;
        }
        let found = self.accept_name("in");
        if !found {
            self.expected("`in`");
        }
        found
    }
}
