//! From words to an expression: by precedence, and going on after an error to find the others.
//!
//! Written by hand, as the parsers of comparable languages are: of the parser crates none does all that is needed
//! here (every error at once, each with a hint; a bound on depth; Python's text escapes and names that a
//! comprehension binds after their use) with less code than this.

mod call;
mod comprehension;
mod expression;
mod name;
mod postfix;
mod primary;
mod problems;

pub(crate) use self::problems::Problems;

use super::ast::{Expr, Kind};
use super::error::{ConditionErrorKind, ConditionErrors, Span};
use super::lexer;
use super::token::{Sign, Token, TokenKind};

/// How long a source may be, in bytes.
const MAX_LENGTH: usize = 8 * 1024;
/// How deep it may be nested.
const MAX_DEPTH: usize = 64;

/// The expression of a condition, or everything that is wrong with it.
pub(crate) fn parse(source: &str) -> Result<Expr, ConditionErrors> {
    let mut problems = Problems::new(source);
    let whole = Span::new(0, source.len());
    if source.len() > MAX_LENGTH {
        let kind = ConditionErrorKind::TooLong { length: source.len(), allowed: MAX_LENGTH };
        problems.report(whole, kind, None);
        return Err(problems.into_errors());
    }
    // What stands around it may well be lines: only within it they count.
    let trimmed = source.trim();
    let start = source.len() - source.trim_start().len();
    let tokens = lexer::words(trimmed, start, &mut problems);
    if tokens.len() == 1 {
        problems.report(whole, ConditionErrorKind::Empty, Some("`true` always holds".to_owned()));
        return Err(problems.into_errors());
    }
    let mut parser =
        Parser { tokens, at: 0, problems: &mut problems, locals: Vec::new(), nesting: 0, in_format: false };
    let expr = parser.condition();
    if problems.is_empty() { Ok(expr) } else { Err(problems.into_errors()) }
}

struct Parser<'s, 'p, 'e> {
    tokens: Vec<Token<'s>>,
    at: usize,
    problems: &'p mut Problems<'e>,
    /// The names that the comprehensions around this place bind.
    locals: Vec<String>,
    nesting: usize,
    in_format: bool,
}

impl<'s> Parser<'s, '_, '_> {
    fn condition(&mut self) -> Expr {
        self.accept_name("return");
        let expr = self.expression(expression::CHOICE);
        self.finish("an operator");
        expr
    }

    /// Reports what is left over, and looks for errors in it.
    fn finish(&mut self, expected: &str) {
        if *self.peek() != TokenKind::End {
            self.expected(expected);
            self.recover(None);
        }
    }

    /// Goes on after an error, up to a closing sign or the end, for the sake of the errors to come.
    fn recover(&mut self, closing: Option<Sign>) {
        loop {
            match self.peek() {
                TokenKind::End => return,
                TokenKind::Sign(sign) if Some(*sign) == closing => return,
                TokenKind::Sign(sign) if begins_value(*sign) => {}
                TokenKind::Sign(_) | TokenKind::Broken => {
                    self.advance();
                    continue;
                }
                TokenKind::Name(name) if expression::is_operator(name) => {
                    self.advance();
                    continue;
                }
                _ => {}
            }
            let before = self.at;
            self.expression(expression::CHOICE);
            if self.at == before {
                self.advance();
            }
        }
    }

    /// Takes the closing sign, and all that stands before it.
    fn close(&mut self, closing: Sign) -> Span {
        if *self.peek() != TokenKind::Sign(closing) {
            self.expected(&format!("`{}`", closing.text()));
            self.recover(Some(closing));
        }
        let span = self.span();
        self.accept(closing);
        span
    }

    /// Reports that something else should stand here, unless what does has been reported already.
    fn expected(&mut self, expected: &str) {
        let token = self.token();
        let found = token.kind.describe();
        let hint = match &token.kind {
            TokenKind::Broken => return,
            TokenKind::Sign(Sign::Assign) => Some("`==` compares".to_owned()),
            TokenKind::Sign(Sign::Comma) => Some("`and` and `or` join conditions".to_owned()),
            TokenKind::Name(name) => name::sentence_hint(name),
            _ => None,
        };
        let span = token.span;
        let kind = ConditionErrorKind::Expected { expected: expected.to_owned(), found };
        self.problems.report(span, kind, hint);
    }

    fn node(&mut self, kind: Kind, span: Span) -> Expr {
        let expr = Expr::new(kind, span);
        if expr.depth <= MAX_DEPTH {
            return expr;
        }
        self.give_up(span);
        Expr::new(Kind::Broken, span)
    }

    /// Says that it goes too deep, and skips the rest.
    fn give_up(&mut self, span: Span) {
        self.problems.report(span, ConditionErrorKind::TooDeep { allowed: MAX_DEPTH }, None);
        self.problems.mute();
        self.at = self.tokens.len().saturating_sub(1);
    }

    fn token(&self) -> Token<'s> {
        let end = Token { kind: TokenKind::End, span: Span::new(0, 0) };
        self.tokens.get(self.at).cloned().unwrap_or(end)
    }

    fn peek(&self) -> &TokenKind<'s> {
        self.tokens.get(self.at).map_or(&TokenKind::End, |token| &token.kind)
    }

    fn peek_second(&self) -> &TokenKind<'s> {
        self.tokens.get(self.at + 1).map_or(&TokenKind::End, |token| &token.kind)
    }

    fn span(&self) -> Span {
        self.tokens.get(self.at).map(|token| token.span).unwrap_or_default()
    }

    /// The span of the word before this one.
    fn last_span(&self) -> Span {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        before.map(|token| token.span).unwrap_or_default()
    }

    fn advance(&mut self) {
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }

    fn accept(&mut self, sign: Sign) -> bool {
        let here = *self.peek() == TokenKind::Sign(sign);
        if here {
            self.advance();
        }
        here
    }

    fn accept_name(&mut self, name: &str) -> bool {
        let here = *self.peek() == TokenKind::Name(name);
        if here {
            self.advance();
        }
        here
    }
}

fn begins_value(sign: Sign) -> bool {
    matches!(sign, Sign::RoundOpen | Sign::SquareOpen | Sign::CurlyOpen | Sign::Minus | Sign::Plus)
}
