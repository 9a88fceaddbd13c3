//! Literals and brackets.

use super::super::ast::{Expr, Gathered, Kind, Piece};
use super::super::error::ConditionErrorKind;
use super::super::lexer;
use super::super::token::{FormatPiece, Sign, TokenKind};
use super::Parser;
use super::expression::CHOICE;

impl<'s> Parser<'s, '_, '_> {
    /// A value without anything behind it.
    pub(super) fn primary(&mut self) -> Expr {
        let token = self.token();
        let kind = match token.kind {
            TokenKind::Name(name) => return self.name(name, token.span),
            TokenKind::Int(number) => Kind::Int(number),
            TokenKind::Float(number) => Kind::Float(number),
            TokenKind::Text(text) => return self.text(text),
            TokenKind::Format(_) if self.in_format => {
                let kind =
                    ConditionErrorKind::NotInLanguage { what: "f-strings within f-strings".to_owned() };
                self.problems.report(token.span, kind, None);
                Kind::Broken
            }
            TokenKind::Format(pieces) => {
                self.advance();
                let pieces = pieces.into_iter().map(|piece| self.piece(piece)).collect();
                return self.node(Kind::Format(pieces), token.span);
            }
            TokenKind::Sign(Sign::RoundOpen) => return self.round(),
            TokenKind::Sign(Sign::SquareOpen) => return self.square(),
            TokenKind::Sign(Sign::CurlyOpen) => return self.curly(),
            TokenKind::Broken => Kind::Broken,
            TokenKind::Sign(_) | TokenKind::End => {
                self.expected("a value");
                return Expr::new(Kind::Broken, token.span);
            }
        };
        self.advance();
        Expr::new(kind, token.span)
    }

    fn text(&mut self, text: String) -> Expr {
        let span = self.span();
        self.advance();
        if matches!(self.peek(), TokenKind::Text(_)) {
            // Python joins the two; what is missing is far more often a comma.
            self.expected("an operator or a comma");
        }
        Expr::new(Kind::Text(text), span)
    }

    fn piece(&mut self, piece: FormatPiece<'s>) -> Piece {
        match piece {
            FormatPiece::Text(text) => Piece::Text(text),
            FormatPiece::Value { source, start, quoted } => {
                let tokens = lexer::words(source, start, self.problems);
                let around = (std::mem::replace(&mut self.tokens, tokens), std::mem::take(&mut self.at));
                self.in_format = true;
                let value = self.expression(CHOICE);
                self.finish("`}`");
                self.in_format = false;
                (self.tokens, self.at) = around;
                Piece::Value { value, quoted }
            }
        }
    }

    /// `(a)`, `()`, `(a,)` or `(a, b)`.
    fn round(&mut self) -> Expr {
        let start = self.span();
        self.advance();
        if self.bound_names(Sign::RoundClose).is_some() {
            let kind = ConditionErrorKind::NotInLanguage { what: "generators outside a call".to_owned() };
            self.problems.report(start, kind, Some("`[…]` makes a list".to_owned()));
            self.comprehension(Sign::RoundClose, |parser| Gathered::List(parser.expression(CHOICE)));
            return Expr::new(Kind::Broken, start.to(self.close(Sign::RoundClose)));
        }
        let (mut items, comma) = self.items(Sign::RoundClose);
        let span = start.to(self.close(Sign::RoundClose));
        match items.pop() {
            Some(only) if items.is_empty() && !comma => Expr { span, ..only },
            last => {
                items.extend(last);
                self.node(Kind::Tuple(items), span)
            }
        }
    }

    fn square(&mut self) -> Expr {
        let start = self.span();
        self.advance();
        let kind = if self.bound_names(Sign::SquareClose).is_some() {
            self.comprehension(Sign::SquareClose, |parser| Gathered::List(parser.expression(CHOICE)))
        } else {
            Kind::List(self.items(Sign::SquareClose).0)
        };
        let span = start.to(self.close(Sign::SquareClose));
        self.node(kind, span)
    }

    /// A set or a mapping; empty, it is a mapping.
    fn curly(&mut self) -> Expr {
        let start = self.span();
        self.advance();
        let kind = if self.bound_names(Sign::CurlyClose).is_some() {
            self.comprehension(Sign::CurlyClose, |parser| {
                let element = parser.expression(CHOICE);
                if parser.accept(Sign::Colon) {
                    Gathered::Dict(element, parser.expression(CHOICE))
                } else {
                    Gathered::Set(element)
                }
            })
        } else if *self.peek() == TokenKind::Sign(Sign::CurlyClose) {
            Kind::Dict(Vec::new())
        } else {
            self.refuse_unpacking();
            let first = self.expression(CHOICE);
            if self.accept(Sign::Colon) { self.entries(first) } else { self.members(first) }
        };
        let span = start.to(self.close(Sign::CurlyClose));
        self.node(kind, span)
    }

    fn entries(&mut self, first: Expr) -> Kind {
        let mut entries = vec![(first, self.expression(CHOICE))];
        while self.accept(Sign::Comma) && *self.peek() != TokenKind::Sign(Sign::CurlyClose) {
            self.refuse_unpacking();
            let key = self.expression(CHOICE);
            if !self.accept(Sign::Colon) {
                self.expected("`:`");
                break;
            }
            entries.push((key, self.expression(CHOICE)));
        }
        Kind::Dict(entries)
    }

    fn members(&mut self, first: Expr) -> Kind {
        let mut members = vec![first];
        if self.accept(Sign::Comma) {
            members.extend(self.items(Sign::CurlyClose).0);
        }
        Kind::Set(members)
    }

    /// Values between commas, and whether a comma was among them.
    fn items(&mut self, closing: Sign) -> (Vec<Expr>, bool) {
        let mut items = Vec::new();
        let mut comma = false;
        while !matches!(self.peek(), TokenKind::End) && *self.peek() != TokenKind::Sign(closing) {
            self.refuse_unpacking();
            items.push(self.expression(CHOICE));
            if !self.accept(Sign::Comma) {
                break;
            }
            comma = true;
        }
        (items, comma)
    }

    /// `*` or `**` before a value.
    pub(super) fn refuse_unpacking(&mut self) {
        if let TokenKind::Sign(sign @ (Sign::Times | Sign::Power)) = *self.peek() {
            let kind =
                ConditionErrorKind::NotInLanguage { what: format!("unpacking with `{}`", sign.text()) };
            self.problems.report(self.span(), kind, None);
            self.advance();
        }
    }
}
