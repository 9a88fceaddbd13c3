//! Arithmetic.

use std::rc::Rc;

use super::budget::Budget;
use super::item::{Item, Items, Shape, Text};
use super::text::trim;
use crate::condition::EvalErrorKind;

type Result<'a> = std::result::Result<Item<'a>, EvalErrorKind>;

/// Two numbers, brought to one kind.
enum Pair {
    Whole(i128, i128),
    Real(f64, f64),
}

pub(crate) fn add<'a>(left: &Item<'a>, right: &Item<'a>, budget: &mut Budget) -> Result<'a> {
    match (left, right) {
        (Item::Text(left), Item::Text(right)) => {
            budget.make(left.as_str().len() + right.as_str().len())?;
            Ok(Item::text([left.as_str(), right.as_str()].concat()))
        }
        (Item::Many(shape, left), Item::Many(other, right))
            if shape == other && matches!(shape, Shape::List | Shape::Tuple) =>
        {
            budget.make((left.len() + right.len()) * size_of::<Item<'_>>())?;
            Ok(Item::many(*shape, left.iter().chain(right.iter()).collect()))
        }
        _ => match pair("+", left, right)? {
            Pair::Whole(left, right) => whole(left.checked_add(right)),
            Pair::Real(left, right) => Ok(Item::Float(left + right)),
        },
    }
}

pub(crate) fn subtract<'a>(left: &Item<'a>, right: &Item<'a>) -> Result<'a> {
    match pair("-", left, right)? {
        Pair::Whole(left, right) => whole(left.checked_sub(right)),
        Pair::Real(left, right) => Ok(Item::Float(left - right)),
    }
}

pub(crate) fn multiply<'a>(left: &Item<'a>, right: &Item<'a>, budget: &mut Budget) -> Result<'a> {
    match (left, right) {
        (Item::Text(text), times) | (times, Item::Text(text)) => {
            let times = count(left, right, times)?;
            budget.make(text.as_str().len().checked_mul(times).ok_or(EvalErrorKind::TooMuchMemory)?)?;
            Ok(Item::text(text.as_str().repeat(times)))
        }
        (Item::Many(shape @ (Shape::List | Shape::Tuple), items), times)
        | (times, Item::Many(shape @ (Shape::List | Shape::Tuple), items)) => {
            let times = count(left, right, times)?;
            repeat(*shape, items, times, budget)
        }
        _ => match pair("*", left, right)? {
            Pair::Whole(left, right) => whole(left.checked_mul(right)),
            Pair::Real(left, right) => Ok(Item::Float(left * right)),
        },
    }
}

pub(crate) fn divide<'a>(left: &Item<'a>, right: &Item<'a>) -> Result<'a> {
    let (left, right) = match pair("/", left, right)? {
        Pair::Whole(left, right) => (real(left), real(right)),
        Pair::Real(left, right) => (left, right),
    };
    if right == 0.0 { Err(EvalErrorKind::DivisionByZero) } else { Ok(Item::Float(left / right)) }
}

pub(crate) fn floor_divide<'a>(left: &Item<'a>, right: &Item<'a>) -> Result<'a> {
    match pair("//", left, right)? {
        Pair::Whole(_, 0) => Err(EvalErrorKind::DivisionByZero),
        Pair::Whole(left, right) => {
            let rest = left.checked_rem_euclid(right);
            // Towards the lower number: what is left over has the divisor's sign.
            whole(rest.and_then(|rest| {
                let rest = if rest != 0 && right < 0 { rest + right } else { rest };
                left.checked_sub(rest)?.checked_div(right)
            }))
        }
        Pair::Real(left, right) => {
            let rest = real_remainder(left, right)?;
            Ok(Item::Float(((left - rest) / right).round()))
        }
    }
}

pub(crate) fn remainder<'a>(left: &Item<'a>, right: &Item<'a>) -> Result<'a> {
    match pair("%", left, right)? {
        Pair::Whole(_, 0) => Err(EvalErrorKind::DivisionByZero),
        Pair::Whole(left, right) => {
            let rest = left.checked_rem_euclid(right);
            whole(rest.map(|rest| if rest != 0 && right < 0 { rest + right } else { rest }))
        }
        Pair::Real(left, right) => real_remainder(left, right).map(Item::Float),
    }
}

pub(crate) fn power<'a>(base: &Item<'a>, exponent: &Item<'a>) -> Result<'a> {
    let (base, exponent) = match pair("**", base, exponent)? {
        Pair::Whole(base, exponent @ 0..) => {
            let small = u32::try_from(exponent).ok();
            return match (base, small) {
                (0 | 1, _) => whole(Some(if exponent == 0 { 1 } else { base })),
                (-1, _) => whole(Some(if exponent % 2 == 0 { 1 } else { -1 })),
                (base, small) => whole(small.and_then(|exponent| base.checked_pow(exponent))),
            };
        }
        Pair::Whole(base, exponent) => (real(base), real(exponent)),
        Pair::Real(base, exponent) => (base, exponent),
    };
    if base == 0.0 && exponent < 0.0 {
        return Err(EvalErrorKind::DivisionByZero);
    }
    let result = base.powf(exponent);
    if result.is_finite() || !base.is_finite() || !exponent.is_finite() {
        Ok(Item::Float(result))
    } else {
        Err(EvalErrorKind::NotFinite)
    }
}

pub(crate) fn negate<'a>(item: &Item<'a>) -> Result<'a> {
    match item {
        Item::Float(number) => Ok(Item::Float(-number)),
        item => match item.whole() {
            Some(number) => whole(number.checked_neg()),
            None => Err(EvalErrorKind::Operand { operator: "-", kind: item.kind() }),
        },
    }
}

pub(crate) fn absolute<'a>(item: &Item<'a>) -> Result<'a> {
    match item {
        Item::Float(number) => Ok(Item::Float(number.abs())),
        item => match item.whole() {
            Some(number) => whole(number.checked_abs()),
            None => Err(EvalErrorKind::argument("abs", item.kind())),
        },
    }
}

/// To the nearest, and from the middle to the even one.
pub(crate) fn round<'a>(item: &Item<'a>, digits: Option<i128>) -> Result<'a> {
    match (item, digits) {
        (Item::Float(number), None) => truncate(number.round_ties_even()).map(Item::Int),
        (Item::Float(number), Some(_)) if !number.is_finite() => Ok(item.clone()),
        (Item::Float(number), Some(digits @ 0..)) => {
            // More digits than a float has change nothing.
            let digits = usize::try_from(digits.min(400)).unwrap_or(0);
            Ok(Item::Float(format!("{number:.digits$}").parse().unwrap_or(*number)))
        }
        (Item::Float(number), Some(digits)) => {
            let scale = 10_f64.powf(real(digits.saturating_neg().min(400)));
            Ok(Item::Float(if scale.is_finite() { (number / scale).round_ties_even() * scale } else { 0.0 }))
        }
        (item, digits) => match (item.whole(), digits) {
            (None, _) => Err(EvalErrorKind::argument("round", item.kind())),
            (Some(number), None | Some(0..)) => Ok(Item::Int(number)),
            (Some(number), Some(digits)) => Ok(Item::Int(round_whole(number, digits))),
        },
    }
}

/// `int(item)`.
pub(crate) fn int_of<'a>(item: &Item<'a>) -> Result<'a> {
    match item {
        Item::Float(number) => truncate(number.trunc()).map(Item::Int),
        Item::Text(text) => {
            let digits = digits(text.as_str()).ok_or_else(|| conversion(text, "a whole number"))?;
            let signed = digits.strip_prefix(['+', '-']).unwrap_or(&digits);
            if signed.is_empty() || !signed.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(conversion(text, "a whole number"));
            }
            digits.parse().map(Item::Int).map_err(|_| EvalErrorKind::NumberTooLarge)
        }
        item => item.whole().map(Item::Int).ok_or_else(|| EvalErrorKind::argument("int", item.kind())),
    }
}

/// `float(item)`.
pub(crate) fn float_of<'a>(item: &Item<'a>) -> Result<'a> {
    match item {
        Item::Float(number) => Ok(Item::Float(*number)),
        Item::Text(text) => digits(text.as_str())
            .and_then(|digits| digits.parse().ok())
            .map(Item::Float)
            .ok_or_else(|| conversion(text, "a number")),
        item => match item.whole() {
            Some(number) => Ok(Item::Float(real(number))),
            None => Err(EvalErrorKind::argument("float", item.kind())),
        },
    }
}

/// The text without space around it and without the underscores that Python allows between digits.
fn digits(text: &str) -> Option<Rc<str>> {
    let text = trim(text);
    let bytes = text.as_bytes();
    let digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    let between = |(index, _): (usize, &str)| index > 0 && digit(index - 1) && digit(index + 1);
    text.match_indices('_').all(between).then(|| text.replace('_', "").into())
}

fn conversion(text: &Text<'_>, wanted: &'static str) -> EvalErrorKind {
    EvalErrorKind::Conversion { text: text.as_str().chars().take(40).collect(), wanted }
}

fn whole<'a>(number: Option<i128>) -> Result<'a> {
    number.map(Item::Int).ok_or(EvalErrorKind::NumberTooLarge)
}

fn pair(
    operator: &'static str,
    left: &Item<'_>,
    right: &Item<'_>,
) -> std::result::Result<Pair, EvalErrorKind> {
    let refuse = || EvalErrorKind::operands(operator, left.kind(), right.kind());
    match (left, right) {
        (Item::Float(left), Item::Float(right)) => Some(Pair::Real(*left, *right)),
        (Item::Float(left), right) => right.whole().map(|right| Pair::Real(*left, real(right))),
        (left, Item::Float(right)) => left.whole().map(|left| Pair::Real(real(left), *right)),
        (left, right) => left.whole().zip(right.whole()).map(|(left, right)| Pair::Whole(left, right)),
    }
    .ok_or_else(refuse)
}

/// How often something is to be repeated; less than once is not at all.
fn count(left: &Item<'_>, right: &Item<'_>, times: &Item<'_>) -> std::result::Result<usize, EvalErrorKind> {
    let times = times.whole().ok_or_else(|| EvalErrorKind::operands("*", left.kind(), right.kind()))?;
    usize::try_from(times.max(0)).map_err(|_| EvalErrorKind::TooMuchMemory)
}

fn repeat<'a>(shape: Shape, items: &Items<'a>, times: usize, budget: &mut Budget) -> Result<'a> {
    let bytes = items.len().checked_mul(times).and_then(|len| len.checked_mul(size_of::<Item<'_>>()));
    budget.make(bytes.ok_or(EvalErrorKind::TooMuchMemory)?)?;
    // Nothing a thousand million times costs nothing to hold, but time to repeat.
    let times = if items.len() == 0 { 0 } else { times };
    Ok(Item::many(shape, (0..times).flat_map(|_| items.iter()).collect()))
}

fn real_remainder(left: f64, right: f64) -> std::result::Result<f64, EvalErrorKind> {
    if right == 0.0 {
        return Err(EvalErrorKind::DivisionByZero);
    }
    let rest = left % right;
    Ok(if rest != 0.0 && (rest < 0.0) != (right < 0.0) { rest + right } else { rest })
}

fn round_whole(number: i128, digits: i128) -> i128 {
    let scale = u32::try_from(digits.unsigned_abs()).ok().and_then(|digits| 10_i128.checked_pow(digits));
    let Some(scale) = scale else { return 0 };
    let low = number.div_euclid(scale);
    let rest = number.rem_euclid(scale);
    let up = rest > scale / 2 || (rest == scale / 2 && low % 2 != 0);
    (low + i128::from(up)).saturating_mul(scale)
}

#[expect(clippy::cast_precision_loss, reason = "what Python does too: the nearest float")]
fn real(whole: i128) -> f64 {
    whole as f64
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be within the range, and without fraction")]
fn truncate(number: f64) -> std::result::Result<i128, EvalErrorKind> {
    if !number.is_finite() {
        Err(EvalErrorKind::NotFinite)
    } else if number.abs() < 1e38 {
        Ok(number as i128)
    } else {
        Err(EvalErrorKind::NumberTooLarge)
    }
}
