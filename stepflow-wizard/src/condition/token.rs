//! The words of a condition.

use super::Span;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token<'s> {
    pub(crate) kind: TokenKind<'s>,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenKind<'s> {
    Name(&'s str),
    Int(i128),
    Float(f64),
    Text(String),
    /// An f-string: its pieces, with the source of each value and where that begins.
    Format(Vec<FormatPiece<'s>>),
    Sign(Sign),
    /// What could not be read; an error has been reported.
    Broken,
    End,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum FormatPiece<'s> {
    Text(String),
    Value { source: &'s str, start: usize, quoted: bool },
}

macro_rules! signs {
    ($($variant:ident = $text:literal,)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Sign { $($variant),* }

        impl Sign {
            pub(crate) const ALL: &'static [(Self, &'static str)] = &[$((Self::$variant, $text)),*];

            pub(crate) fn text(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }
    };
}

// Longer ones before those that they begin with.
signs! {
    Power = "**",
    FloorDivide = "//",
    Equal = "==",
    NotEqual = "!=",
    LessOrEqual = "<=",
    MoreOrEqual = ">=",
    Assign = "=",
    Less = "<",
    More = ">",
    Plus = "+",
    Minus = "-",
    Times = "*",
    Divide = "/",
    Remainder = "%",
    Dot = ".",
    Comma = ",",
    Colon = ":",
    RoundOpen = "(",
    RoundClose = ")",
    SquareOpen = "[",
    SquareClose = "]",
    CurlyOpen = "{",
    CurlyClose = "}",
}

/// What other languages write, and how conditions say it.
pub(crate) const FOREIGN: &[(&str, &str)] = &[
    ("===", "`==` compares"),
    ("!==", "`!=` compares"),
    ("&&", "it is written `and`"),
    ("||", "it is written `or`"),
    ("<>", "it is written `!=`"),
    (":=", "a condition gives names to nothing"),
    ("->", "conditions have no functions of their own"),
    ("=>", "it may be `>=`"),
    ("&", "it is written `and`"),
    ("|", "it is written `or`"),
    ("!", "it is written `not`"),
    ("?", "a choice is written `a if test else b`"),
    (";", "a condition is one expression"),
];

impl TokenKind<'_> {
    /// What it is called in messages.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Name(name) => format!("`{name}`"),
            Self::Int(_) | Self::Float(_) => "a number".to_owned(),
            Self::Text(_) | Self::Format(_) => "text".to_owned(),
            Self::Sign(sign) => format!("`{}`", sign.text()),
            Self::Broken => "something unreadable".to_owned(),
            Self::End => "the end".to_owned(),
        }
    }
}
