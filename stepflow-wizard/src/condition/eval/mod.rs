//! Evaluation: pure, total and bounded.

mod call;
mod gather;
mod method;
mod text;

use serde_json::Value;

use super::ast::{Binary, Comparison, Expr, Kind, Piece, Root, Unary};
use super::error::{EvalError, EvalErrorKind, Span};
use super::scope::Scope;
use crate::python::{self, Budget, Item, Table, Text};

/// What one evaluation may cost.
///
/// ```
/// use stepflow_wizard::condition::EvalLimits;
///
/// assert_eq!(EvalLimits::default().steps, 10_000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EvalLimits {
    /// How many steps: parts of the expression that are evaluated, and values that are gone through or compared.
    pub steps: u32,
    /// How many bytes may be made altogether; what is read from the answers is not counted.
    pub bytes: usize,
}

impl Default for EvalLimits {
    /// 10 000 steps and 4 MiB.
    fn default() -> Self {
        Self { steps: 10_000, bytes: 4 * 1024 * 1024 }
    }
}

pub(crate) fn test(
    expr: &Expr,
    source: &str,
    scope: &dyn Scope,
    limits: EvalLimits,
) -> Result<bool, EvalError> {
    let mut machine = Machine::new(scope, limits);
    machine.evaluate(expr).map(|item| item.truthy()).map_err(|fault| fault.at(source))
}

pub(crate) fn evaluate(
    expr: &Expr,
    source: &str,
    scope: &dyn Scope,
    limits: EvalLimits,
) -> Result<Value, EvalError> {
    let mut machine = Machine::new(scope, limits);
    let item = machine.evaluate(expr).map_err(|fault| fault.at(source))?;
    item.into_json(&mut machine.budget).map_err(|kind| Fault { kind, span: expr.span }.at(source))
}

/// What went wrong, and in which part.
struct Fault {
    kind: EvalErrorKind,
    span: Span,
}

impl Fault {
    fn at(self, source: &str) -> EvalError {
        let (line, column) = self.span.place(source);
        EvalError { kind: self.kind, span: self.span, line, column }
    }
}

struct Machine<'a> {
    scope: &'a dyn Scope,
    /// The values of the names that comprehensions bind, outermost first.
    locals: Vec<Item<'a>>,
    budget: Budget,
}

impl<'a> Machine<'a> {
    fn new(scope: &'a dyn Scope, limits: EvalLimits) -> Self {
        Self { scope, locals: Vec::new(), budget: Budget::new(limits.steps, limits.bytes) }
    }

    fn evaluate(&mut self, expr: &'a Expr) -> Result<Item<'a>, Fault> {
        let at = |kind| Fault { kind, span: expr.span };
        self.budget.step().map_err(at)?;
        match &expr.kind {
            Kind::Null => Ok(Item::Null),
            Kind::Bool(truth) => Ok(Item::Bool(*truth)),
            Kind::Int(number) => Ok(Item::Int(*number)),
            Kind::Float(number) => Ok(Item::Float(*number)),
            Kind::Text(text) => Ok(Item::Text(Text::Held(text))),
            Kind::Root(root) => self.root(*root).map_err(at),
            Kind::Local { index, .. } => Ok(self.locals.get(*index).cloned().unwrap_or(Item::Null)),
            Kind::Attribute { root, name } => {
                Err(at(EvalErrorKind::NoAttribute { root: root.name(), name: name.clone() }))
            }
            Kind::Unary { operator, of } => self.unary(*operator, of, expr.span),
            Kind::Binary { operator, left, right } => self.binary(*operator, left, right, expr.span),
            Kind::Compare { first, rest } => self.compare(first, rest),
            Kind::And(operands) => self.first_with(operands, false),
            Kind::Or(operands) => self.first_with(operands, true),
            Kind::Choice { test, then, otherwise } => {
                let chosen = if self.evaluate(test)?.truthy() { then } else { otherwise };
                self.evaluate(chosen)
            }
            Kind::Index { of, index } => {
                let (of, index) = (self.evaluate(of)?, self.evaluate(index)?);
                python::at(&of, &index, &mut self.budget).map_err(at)
            }
            Kind::Slice { of, bounds } => self.slice(of, bounds, expr.span),
            Kind::IsInstance { of, types } => {
                let item = self.evaluate(of)?;
                Ok(Item::Bool(types.iter().any(|kind| kind.holds(&item))))
            }
            Kind::Call { function, arguments } => self.call(*function, arguments, expr.span),
            Kind::Method { on, method, arguments } => self.method(on, *method, arguments, expr.span),
            Kind::Format(pieces) => self.format(pieces, expr.span),
            Kind::List(_) | Kind::Tuple(_) | Kind::Set(_) | Kind::Dict(_) | Kind::Each(_) => {
                self.gathered(expr)
            }
            Kind::Broken => Ok(Item::Null),
        }
    }

    fn root(&self, root: Root) -> Result<Item<'a>, EvalErrorKind> {
        let scope = self.scope;
        Ok(match root {
            Root::Data => Item::Map(Table::Held(scope.data())),
            Root::Turn => Item::Map(scope.turn().map_or_else(|| Table::Made([].into()), Table::Held)),
            Root::Value => Item::from(scope.value().ok_or(EvalErrorKind::NoValue)?),
        })
    }

    fn unary(&mut self, operator: Unary, of: &'a Expr, span: Span) -> Result<Item<'a>, Fault> {
        let item = self.evaluate(of)?;
        match operator {
            Unary::Not => Ok(Item::Bool(!item.truthy())),
            Unary::Minus => python::negate(&item),
            Unary::Plus => match (&item, item.whole()) {
                (Item::Float(_), _) => Ok(item),
                (_, Some(number)) => Ok(Item::Int(number)),
                (_, None) => Err(EvalErrorKind::Operand { operator: "+", kind: item.kind() }),
            },
        }
        .map_err(|kind| Fault { kind, span })
    }

    fn binary(
        &mut self,
        operator: Binary,
        left: &'a Expr,
        right: &'a Expr,
        span: Span,
    ) -> Result<Item<'a>, Fault> {
        let (left, right) = (self.evaluate(left)?, self.evaluate(right)?);
        match operator {
            Binary::Add => python::add(&left, &right, &mut self.budget),
            Binary::Divide => python::divide(&left, &right),
            Binary::FloorDivide => python::floor_divide(&left, &right),
            Binary::Multiply => python::multiply(&left, &right, &mut self.budget),
            Binary::Power => python::power(&left, &right),
            Binary::Remainder => python::remainder(&left, &right),
            Binary::Subtract => python::subtract(&left, &right),
        }
        .map_err(|kind| Fault { kind, span })
    }

    /// Each operand is evaluated once, and none after the first comparison that does not hold.
    fn compare(&mut self, first: &'a Expr, rest: &'a [(Comparison, Expr)]) -> Result<Item<'a>, Fault> {
        let mut left = self.evaluate(first)?;
        let mut start = first.span;
        for (comparison, operand) in rest {
            let right = self.evaluate(operand)?;
            let holds = self.holds(*comparison, &left, &right);
            if !holds.map_err(|kind| Fault { kind, span: start.to(operand.span) })? {
                return Ok(Item::Bool(false));
            }
            start = operand.span;
            left = right;
        }
        Ok(Item::Bool(true))
    }

    fn holds(
        &mut self,
        comparison: Comparison,
        left: &Item<'a>,
        right: &Item<'a>,
    ) -> Result<bool, EvalErrorKind> {
        let budget = &mut self.budget;
        let mut order = || python::order(comparison.text(), left, right, budget);
        match comparison {
            Comparison::Less => Ok(order()?.is_some_and(std::cmp::Ordering::is_lt)),
            Comparison::LessOrEqual => Ok(order()?.is_some_and(std::cmp::Ordering::is_le)),
            Comparison::More => Ok(order()?.is_some_and(std::cmp::Ordering::is_gt)),
            Comparison::MoreOrEqual => Ok(order()?.is_some_and(std::cmp::Ordering::is_ge)),
            Comparison::Equal => python::equal(left, right, budget),
            Comparison::NotEqual => python::equal(left, right, budget).map(|equal| !equal),
            Comparison::In => python::contains(right, left, budget),
            Comparison::NotIn => python::contains(right, left, budget).map(|contained| !contained),
            Comparison::Is => Ok(same(left, right)),
            Comparison::IsNot => Ok(!same(left, right)),
        }
    }

    /// `and` and `or`: the first operand of the given truth, or the last one.
    fn first_with(&mut self, operands: &'a [Expr], truth: bool) -> Result<Item<'a>, Fault> {
        let mut last = Item::Null;
        for operand in operands {
            last = self.evaluate(operand)?;
            if last.truthy() == truth {
                break;
            }
        }
        Ok(last)
    }

    fn slice(&mut self, of: &'a Expr, bounds: &'a [Option<Expr>; 3], span: Span) -> Result<Item<'a>, Fault> {
        let of = self.evaluate(of)?;
        let mut numbers = [None; 3];
        for (number, bound) in numbers.iter_mut().zip(bounds) {
            let Some(bound) = bound else { continue };
            let item = self.evaluate(bound)?;
            *number = match (&item, item.whole()) {
                (Item::Null, _) => None,
                (_, Some(whole)) => Some(whole),
                (_, None) => {
                    let kind = EvalErrorKind::Index { kind: item.kind() };
                    return Err(Fault { kind, span: bound.span });
                }
            };
        }
        python::slice(&of, numbers, &mut self.budget).map_err(|kind| Fault { kind, span })
    }

    fn format(&mut self, pieces: &'a [Piece], span: Span) -> Result<Item<'a>, Fault> {
        let mut out = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Value { value, quoted } => {
                    let item = self.evaluate(value)?;
                    let printed = if *quoted {
                        python::print_quoted(&item, &mut self.budget)
                    } else {
                        python::print(&item, &mut self.budget)
                    };
                    out.push_str(&printed.map_err(|kind| Fault { kind, span })?);
                }
            }
        }
        Ok(Item::text(out))
    }
}

/// `is`, of which the right side is one of the few values that there is only one of.
fn same(left: &Item<'_>, right: &Item<'_>) -> bool {
    match (left, right) {
        (Item::Null, Item::Null) => true,
        (Item::Bool(left), Item::Bool(right)) => left == right,
        _ => false,
    }
}
