//! A parsed condition.

use super::Span;
use super::function::{Function, Method, Type};

/// An expression and where it stands. Two are equal if they mean the same, wherever they stand.
#[derive(Debug, Clone)]
pub(crate) struct Expr {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
    /// How many levels there are below, this one included.
    pub(crate) depth: usize,
}

impl Expr {
    pub(crate) fn new(kind: Kind, span: Span) -> Self {
        let mut deepest = 0;
        kind.each_child(&mut |child| deepest = deepest.max(child.depth));
        Self { kind, span, depth: deepest + 1 }
    }

    /// This expression and all below it, outermost first.
    pub(crate) fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        self.kind.each_child(&mut |child| child.walk(visit));
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    /// An f-string.
    Format(Vec<Piece>),
    List(Vec<Expr>),
    Tuple(Vec<Expr>),
    Set(Vec<Expr>),
    Dict(Vec<(Expr, Expr)>),
    Root(Root),
    /// A name that a comprehension binds: how many of those around it were bound before.
    Local {
        name: String,
        index: usize,
    },
    /// `data.name`, which is no way to read an answer: parsed so that it can be linted, and never evaluated.
    Attribute {
        root: Root,
        name: String,
    },
    Index {
        of: Box<Expr>,
        index: Box<Expr>,
    },
    Slice {
        of: Box<Expr>,
        bounds: Box<[Option<Expr>; 3]>,
    },
    Call {
        function: Function,
        arguments: Arguments,
    },
    Method {
        on: Box<Expr>,
        method: Method,
        arguments: Arguments,
    },
    IsInstance {
        of: Box<Expr>,
        types: Vec<Type>,
    },
    Unary {
        operator: Unary,
        of: Box<Expr>,
    },
    Binary {
        operator: Binary,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `a < b <= c`: the first operand, and each comparison with the next.
    Compare {
        first: Box<Expr>,
        rest: Vec<(Comparison, Expr)>,
    },
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Choice {
        test: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    Each(Box<Comprehension>),
    /// What could not be parsed; an error has been reported.
    Broken,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Piece {
    Text(String),
    Value {
        value: Expr,
        /// `!r`: as it stands in a list, text in quotes.
        quoted: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Root {
    Data,
    Turn,
    Value,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Arguments {
    pub(crate) positional: Vec<Expr>,
    pub(crate) named: Vec<(String, Expr)>,
}

impl Arguments {
    pub(crate) fn named(&self, name: &str) -> Option<&Expr> {
        self.named.iter().find(|(candidate, _)| candidate == name).map(|(_, value)| value)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unary {
    Minus,
    Not,
    Plus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binary {
    Add,
    Divide,
    FloorDivide,
    Multiply,
    Power,
    Remainder,
    Subtract,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    In,
    Is,
    IsNot,
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
    NotEqual,
    NotIn,
}

/// `[element for names in source if filters]`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Comprehension {
    pub(crate) result: Gathered,
    pub(crate) names: Names,
    pub(crate) source: Expr,
    pub(crate) filters: Vec<Expr>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Gathered {
    Dict(Expr, Expr),
    /// In a call, as its only argument.
    Iterator(Expr),
    List(Expr),
    Set(Expr),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Names {
    One(String),
    Several(Vec<String>),
}

impl Names {
    pub(crate) fn all(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        }
    }
}

impl Kind {
    /// The expressions directly below.
    pub(crate) fn each_child<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match self {
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Text(_) | Self::Broken => {}
            Self::Root(_) | Self::Local { .. } | Self::Attribute { .. } => {}
            Self::Format(pieces) => pieces.iter().for_each(|piece| match piece {
                Piece::Text(_) => {}
                Piece::Value { value, .. } => visit(value),
            }),
            Self::List(items)
            | Self::Tuple(items)
            | Self::Set(items)
            | Self::And(items)
            | Self::Or(items) => {
                items.iter().for_each(visit);
            }
            Self::Dict(entries) => entries.iter().for_each(|(key, value)| {
                visit(key);
                visit(value);
            }),
            Self::Index { of, index } => {
                visit(of);
                visit(index);
            }
            Self::Slice { of, bounds } => {
                visit(of);
                bounds.iter().flatten().for_each(visit);
            }
            Self::Call { arguments, .. } => arguments.each(visit),
            Self::Method { on, arguments, .. } => {
                visit(on);
                arguments.each(visit);
            }
            Self::IsInstance { of, .. } | Self::Unary { of, .. } => visit(of),
            Self::Binary { left, right, .. } => {
                visit(left);
                visit(right);
            }
            Self::Compare { first, rest } => {
                visit(first);
                rest.iter().for_each(|(_, operand)| visit(operand));
            }
            Self::Choice { test, then, otherwise } => {
                visit(then);
                visit(test);
                visit(otherwise);
            }
            Self::Each(comprehension) => comprehension.each(visit),
        }
    }
}

impl Arguments {
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        self.positional.iter().for_each(&mut *visit);
        self.named.iter().for_each(|(_, value)| visit(value));
    }
}

impl Comprehension {
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match &self.result {
            Gathered::Dict(key, value) => {
                visit(key);
                visit(value);
            }
            Gathered::Iterator(element) | Gathered::List(element) | Gathered::Set(element) => visit(element),
        }
        visit(&self.source);
        self.filters.iter().for_each(visit);
    }
}
