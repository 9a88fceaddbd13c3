//! From letters to words.

mod escape;
mod format;
mod number;

use super::error::{ConditionErrorKind, Span};
use super::parser::Problems;
use super::token::{FOREIGN, Sign, Token, TokenKind};

/// The words of `source`, of which the first byte is number `base` of the whole condition.
pub(crate) fn words<'s>(source: &'s str, base: usize, problems: &mut Problems<'_>) -> Vec<Token<'s>> {
    let mut lexer = Lexer { source, base, at: 0, problems };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.word() {
        tokens.push(token);
    }
    let end = Span::new(base + source.len(), base + source.len());
    tokens.push(Token { kind: TokenKind::End, span: end });
    tokens
}

struct Lexer<'s, 'p, 'e> {
    source: &'s str,
    base: usize,
    at: usize,
    problems: &'p mut Problems<'e>,
}

impl<'s> Lexer<'s, '_, '_> {
    fn word(&mut self) -> Option<Token<'s>> {
        let letter = loop {
            match self.rest().chars().next()? {
                '\n' | '\r' => {
                    self.problems.second_line(self.span(self.at));
                    self.at += 1;
                }
                '#' => {
                    self.at += self.rest().find('\n').unwrap_or_else(|| self.rest().len());
                }
                // Python's own spaces, and those that come along with pasted text.
                space if space.is_whitespace() => self.at += space.len_utf8(),
                letter => break letter,
            }
        };
        let start = self.at;
        let kind = match letter {
            'a'..='z' | 'A'..='Z' | '_' => self.name_or_prefixed(),
            '0'..='9' => self.number(),
            '.' if self.rest().as_bytes().get(1).is_some_and(u8::is_ascii_digit) => self.number(),
            '\'' | '"' => self.text(false),
            letter if letter.is_alphabetic() => TokenKind::Name(self.take_while(is_name)),
            _ => self.sign(letter),
        };
        Some(Token { kind, span: self.span(start) })
    }

    /// A name, or the letters that may stand before a quote.
    fn name_or_prefixed(&mut self) -> TokenKind<'s> {
        let start = self.at;
        let name = self.take_while(is_name);
        if !self.rest().starts_with(['\'', '"']) {
            return TokenKind::Name(name);
        }
        match name.to_ascii_lowercase().as_str() {
            "f" => self.formatted(),
            "r" => self.text(true),
            "u" => self.text(false),
            _ => {
                self.report(start, ConditionErrorKind::NotInLanguage { what: format!("`{name}'…'`") }, None);
                self.text(true);
                TokenKind::Broken
            }
        }
    }

    fn number(&mut self) -> TokenKind<'s> {
        let start = self.at;
        let digits = if number::has_prefix(self.rest()) {
            self.take_while(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        } else {
            self.take_decimal()
        };
        number::read(digits).unwrap_or_else(|| {
            let digits = digits.chars().take(40).collect();
            self.report(start, ConditionErrorKind::Number { digits }, None);
            TokenKind::Broken
        })
    }

    /// Digits with a fraction and an exponent, and any letters stuck to them, which are then an error.
    fn take_decimal(&mut self) -> &'s str {
        let mut before = ' ';
        let mut whole = true;
        self.take_while(|letter| {
            let sign = matches!(letter, '+' | '-') && matches!(before, 'e' | 'E');
            let part = letter.is_alphanumeric() || letter == '_' || sign || (letter == '.' && whole);
            whole = whole && !matches!(letter, '.' | 'e' | 'E');
            before = letter;
            part
        })
    }

    /// Text in quotes; with `raw`, a backslash is one.
    fn text(&mut self, raw: bool) -> TokenKind<'s> {
        let start = self.at;
        let Some(body) = self.quoted() else {
            self.report(start, ConditionErrorKind::OpenText, None);
            return TokenKind::Broken;
        };
        if raw { TokenKind::Text(body.to_owned()) } else { self.unescaped(body, start + 1) }
    }

    /// What stands between this quote and the next of its kind.
    fn quoted(&mut self) -> Option<&'s str> {
        let rest = self.rest();
        let mark = rest.chars().next()?;
        let mut escaped = false;
        let end = rest.char_indices().skip(1).find_map(|(at, letter)| {
            let closes = letter == mark && !escaped;
            escaped = letter == '\\' && !escaped;
            closes.then_some(at)
        });
        self.at += end.map_or(rest.len(), |end| end + 1);
        rest.get(1..end?)
    }

    fn unescaped(&mut self, body: &str, start: usize) -> TokenKind<'s> {
        match escape::unescape(body) {
            Ok(text) => TokenKind::Text(text),
            Err((at, escape)) => {
                let span = Span::new(self.base + start + at, self.base + start + at + escape.len());
                self.problems.report(span, ConditionErrorKind::Escape { escape: escape.to_owned() }, None);
                TokenKind::Broken
            }
        }
    }

    /// An f-string, its values still as source.
    fn formatted(&mut self) -> TokenKind<'s> {
        let quote = self.at;
        let Some(body) = self.quoted() else {
            self.report(quote, ConditionErrorKind::OpenText, None);
            return TokenKind::Broken;
        };
        match format::pieces(body, self.base + quote + 1) {
            Ok(pieces) => TokenKind::Format(pieces),
            Err(kind) => {
                self.report(quote, kind, None);
                TokenKind::Broken
            }
        }
    }

    fn sign(&mut self, letter: char) -> TokenKind<'s> {
        let start = self.at;
        let foreign = FOREIGN.iter().find(|(text, _)| self.rest().starts_with(text));
        let own = Sign::ALL.iter().find(|(_, text)| self.rest().starts_with(text));
        match (foreign, own) {
            (Some((text, hint)), own) if own.is_none_or(|(_, own)| own.len() < text.len()) => {
                self.at += text.len();
                let kind = ConditionErrorKind::Sign { found: (*text).to_owned() };
                self.report(start, kind, Some((*hint).to_owned()));
                TokenKind::Broken
            }
            (_, Some((sign, text))) => {
                self.at += text.len();
                TokenKind::Sign(*sign)
            }
            _ => {
                self.at += letter.len_utf8();
                let kind = ConditionErrorKind::Sign { found: letter.escape_debug().collect() };
                self.report(start, kind, None);
                TokenKind::Broken
            }
        }
    }

    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn take_while(&mut self, mut part: impl FnMut(char) -> bool) -> &'s str {
        let rest = self.rest();
        let end = rest.find(|letter| !part(letter)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn span(&self, start: usize) -> Span {
        Span::new(self.base + start, self.base + self.at)
    }

    fn report(&mut self, start: usize, kind: ConditionErrorKind, hint: Option<String>) {
        let span = self.span(start);
        self.problems.report(span, kind, hint);
    }
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}
