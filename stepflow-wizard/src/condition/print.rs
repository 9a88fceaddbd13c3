//! A condition in one spelling.

use std::fmt::{self, Display, Formatter, Write};

use super::ast::{
    Arguments, Binary, Comparison, Comprehension, Expr, Gathered, Kind, Names, Piece, Root, Unary,
};

/// Operands that are made of parts stand in brackets, whether they need them or not.
struct Operand<'a>(&'a Expr);

impl Display for Operand<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0.kind {
            Kind::Unary { .. }
            | Kind::Binary { .. }
            | Kind::Compare { .. }
            | Kind::And(_)
            | Kind::Or(_)
            | Kind::Choice { .. }
            // The dot of a method would be taken for the number's.
            | Kind::Int(_)
            | Kind::Float(_) => write!(f, "({})", self.0),
            _ => self.0.fmt(f),
        }
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Null => f.write_str("None"),
            Kind::Bool(true) => f.write_str("True"),
            Kind::Bool(false) => f.write_str("False"),
            Kind::Int(number) => number.fmt(f),
            Kind::Float(number) => write!(f, "{number:?}"),
            Kind::Text(text) => quoted(f, text),
            Kind::Format(pieces) => format(f, pieces),
            Kind::List(items) => bracketed(f, "[", items, "]"),
            Kind::Tuple(items) if items.len() == 1 => bracketed(f, "(", items, ",)"),
            Kind::Tuple(items) => bracketed(f, "(", items, ")"),
            Kind::Set(items) => bracketed(f, "{", items, "}"),
            Kind::Dict(entries) => {
                f.write_str("{")?;
                for (index, (key, value)) in entries.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{key}: {value}")?;
                }
                f.write_str("}")
            }
            Kind::Root(root) => f.write_str(root.name()),
            Kind::Local { name, .. } => f.write_str(name),
            Kind::Attribute { root, name } => write!(f, "{}.{name}", root.name()),
            Kind::Index { of, index } => write!(f, "{}[{index}]", Operand(of)),
            Kind::Slice { of, bounds } => {
                let [start, stop, step] = bounds.as_ref();
                let part = |bound: &Option<Self>| bound.as_ref().map(ToString::to_string).unwrap_or_default();
                write!(f, "{}[{}:{}:{}]", Operand(of), part(start), part(stop), part(step))
            }
            Kind::Call { function, arguments } => write!(f, "{}({arguments})", function.name()),
            Kind::Method { on, method, arguments } => {
                write!(f, "{}.{}({arguments})", Operand(on), method.name())
            }
            Kind::IsInstance { of, types } => {
                write!(f, "isinstance({of}, (")?;
                types.iter().try_for_each(|kind| write!(f, "{}, ", kind.name()))?;
                f.write_str("))")
            }
            Kind::Unary { operator, of } => write!(f, "{}{}", operator.text(), Operand(of)),
            Kind::Binary { operator, left, right } => {
                write!(f, "{} {} {}", Operand(left), operator.text(), Operand(right))
            }
            Kind::Compare { first, rest } => {
                Operand(first).fmt(f)?;
                rest.iter().try_for_each(|(comparison, operand)| {
                    write!(f, " {} {}", comparison.text(), Operand(operand))
                })
            }
            Kind::And(operands) => joined(f, operands, " and "),
            Kind::Or(operands) => joined(f, operands, " or "),
            Kind::Choice { test, then, otherwise } => {
                write!(f, "{} if {} else {}", Operand(then), Operand(test), Operand(otherwise))
            }
            Kind::Each(comprehension) => comprehension.fmt(f),
            Kind::Broken => f.write_str("…"),
        }
    }
}

impl Display for Arguments {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut comma = "";
        for value in &self.positional {
            write!(f, "{comma}{value}")?;
            comma = ", ";
        }
        for (name, value) in &self.named {
            write!(f, "{comma}{name}={value}")?;
            comma = ", ";
        }
        Ok(())
    }
}

impl Display for Comprehension {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let close = match &self.result {
            Gathered::Dict(key, value) => {
                write!(f, "{{{key}: {value}")?;
                "}"
            }
            Gathered::Iterator(element) => {
                element.fmt(f)?;
                ""
            }
            Gathered::List(element) => {
                write!(f, "[{element}")?;
                "]"
            }
            Gathered::Set(element) => {
                write!(f, "{{{element}")?;
                "}"
            }
        };
        match &self.names {
            Names::One(name) => write!(f, " for {name} in ")?,
            Names::Several(names) => write!(f, " for {}, in ", names.join(", "))?,
        }
        Operand(&self.source).fmt(f)?;
        self.filters.iter().try_for_each(|filter| write!(f, " if {}", Operand(filter)))?;
        f.write_str(close)
    }
}

impl Root {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Turn => "turn",
            Self::Value => "value",
        }
    }
}

impl Unary {
    fn text(self) -> &'static str {
        match self {
            Self::Minus => "-",
            Self::Not => "not ",
            Self::Plus => "+",
        }
    }
}

impl Binary {
    fn text(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Divide => "/",
            Self::FloorDivide => "//",
            Self::Multiply => "*",
            Self::Power => "**",
            Self::Remainder => "%",
            Self::Subtract => "-",
        }
    }
}

impl Comparison {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::In => "in",
            Self::Is => "is",
            Self::IsNot => "is not",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::More => ">",
            Self::MoreOrEqual => ">=",
            Self::NotEqual => "!=",
            Self::NotIn => "not in",
        }
    }
}

fn joined(f: &mut Formatter<'_>, operands: &[Expr], word: &str) -> fmt::Result {
    for (index, operand) in operands.iter().enumerate() {
        if index > 0 {
            f.write_str(word)?;
        }
        Operand(operand).fmt(f)?;
    }
    Ok(())
}

fn bracketed(f: &mut Formatter<'_>, open: &str, items: &[Expr], close: &str) -> fmt::Result {
    f.write_str(open)?;
    for (index, item) in items.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        write!(f, "{comma}{item}")?;
    }
    f.write_str(close)
}

/// An f-string, of which the values may hold no quote of its own kind: theirs are all single.
fn format(f: &mut Formatter<'_>, pieces: &[Piece]) -> fmt::Result {
    f.write_str("f\"")?;
    for piece in pieces {
        match piece {
            Piece::Text(text) => escaped(f, text, true)?,
            Piece::Value { value, quoted } => write!(f, "{{ {value}{}}}", if *quoted { "!r" } else { "" })?,
        }
    }
    f.write_str("\"")
}

fn quoted(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("'")?;
    escaped(f, text, false)?;
    f.write_str("'")
}

fn escaped(f: &mut Formatter<'_>, text: &str, format: bool) -> fmt::Result {
    for letter in text.chars() {
        match letter {
            '{' | '}' if format => write!(f, "{letter}{letter}")?,
            '\\' => f.write_str("\\\\")?,
            '\'' => f.write_str("\\x27")?,
            '"' => f.write_str("\\x22")?,
            hidden if hidden.is_control() || (hidden.is_whitespace() && hidden != ' ') => {
                write!(f, "\\U{:08x}", u32::from(hidden))?;
            }
            plain => f.write_char(plain)?,
        }
    }
    Ok(())
}
