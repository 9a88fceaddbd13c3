//! What is no error, and hardly what was meant.

use std::fmt;

use super::ast::{Comparison, Expr, Kind};
use super::error::Span;

/// Something in a condition that is hardly what its author meant.
///
/// ```
/// use stepflow_wizard::condition::Condition;
///
/// let condition = Condition::parse("data.age > 17")?;
/// let lints = condition.lints();
/// assert_eq!(lints.len(), 1);
/// assert_eq!(lints[0].suggestion(), Some("data.get('age')"));
/// # Ok::<(), stepflow_wizard::condition::ConditionErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    kind: LintKind,
    span: Span,
    line: usize,
    column: usize,
    suggestion: Option<String>,
}

/// The kinds of lint.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LintKind {
    /// `data.name` is no way to read an answer; the condition will fail.
    Attribute,
    /// An operand of `and` or `or` that is always true or always false, as in `x == 'a' or 'b'`.
    ConstantOperand,
    /// A text where members are looked for: `x in 'abc'` holds for every part of it.
    TextAsCollection,
}

impl Lint {
    /// What kind it is.
    pub fn kind(&self) -> &LintKind {
        &self.kind
    }

    /// Where it is, in bytes of the source.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column, from 1, in letters.
    pub fn column(&self) -> usize {
        self.column
    }

    /// What to write instead of what stands at the span.
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: ", self.column)?;
        f.write_str(match self.kind {
            LintKind::Attribute => "answers are not read by a dot, so this will fail",
            LintKind::ConstantOperand => "this operand never changes; compare each value by itself",
            LintKind::TextAsCollection => "this looks for a part of the text; a list asks for one of several",
        })?;
        match &self.suggestion {
            Some(suggestion) => write!(f, " (write `{suggestion}`)"),
            None => Ok(()),
        }
    }
}

/// All that is worth saying, in the order of the source.
pub(crate) fn lints(expr: &Expr, source: &str) -> Vec<Lint> {
    let mut lints = Vec::new();
    expr.walk(&mut |expr| note(expr, source, &mut lints));
    lints.sort_by_key(|lint| lint.span.start);
    lints
}

fn note(expr: &Expr, source: &str, lints: &mut Vec<Lint>) {
    let mut lint = |kind, span: Span, suggestion| {
        let (line, column) = span.place(source);
        lints.push(Lint { kind, span, line, column, suggestion });
    };
    match &expr.kind {
        Kind::Attribute { root, name } => {
            lint(LintKind::Attribute, expr.span, Some(format!("{}.get('{name}')", root.name())));
        }
        Kind::And(operands) | Kind::Or(operands) => {
            // The last operand of an `or` may well be a default; as a truth value it stands alone.
            for operand in operands {
                if matches!(operand.kind, Kind::Text(_) | Kind::Int(_) | Kind::Float(_)) {
                    lint(LintKind::ConstantOperand, operand.span, None);
                }
            }
        }
        Kind::Compare { first, rest } => {
            let constant = matches!(first.kind, Kind::Text(_));
            for (comparison, right) in rest {
                let looks = matches!(comparison, Comparison::In | Comparison::NotIn);
                if let (true, false, Kind::Text(text)) = (looks, constant, &right.kind) {
                    lint(LintKind::TextAsCollection, right.span, Some(format!("['{text}']")));
                }
            }
        }
        _ => {}
    }
}
