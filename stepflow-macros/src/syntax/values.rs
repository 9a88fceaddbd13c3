//! The values that several keys share.

use super::entries::Entry;
use crate::duration;
use crate::errors::Errors;
use crate::messages;
use crate::place::Place;
use proc_macro2::{Ident, Span};
use std::time::Duration;
use syn::parse::Parser;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, ExprPath, ExprUnary, Lit, LitBool, LitStr, Pat, UnOp};

/// A value, and the key that it stands behind.
#[derive(Clone)]
pub(crate) struct Keyed<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
    /// Where the value begins.
    pub(crate) span: Span,
}

/// A whole number, written out or as a constant in scope.
#[derive(Clone)]
pub(crate) enum Number {
    Literal(u32),
    Constant(ExprPath),
}

/// A duration, written out or as a constant in scope.
#[derive(Clone)]
pub(crate) enum Length {
    Literal(Duration),
    Constant(ExprPath),
}

/// The factor of a growing delay.
#[derive(Clone)]
pub(crate) enum Factor {
    Literal { value: f64, span: Span },
    Constant(ExprPath),
}

impl<T> Keyed<T> {
    pub(crate) fn new(entry: &Entry, value: T) -> Self {
        Self { key: entry.key.clone(), value, span: entry.culprit().span() }
    }
}

/// `key = "text"`
pub(crate) fn text(entry: &Entry, place: &Place, example: &str, errors: &Errors) -> Option<LitStr> {
    let text = entry.equals().and_then(|tokens| syn::parse2::<LitStr>(tokens.clone()).ok());
    let Some(text) = text else {
        let message = messages::expected_text(place, &entry.name(), example);
        errors.push(entry.culprit(), message);
        return None;
    };
    if text.value().trim().is_empty() {
        errors.push(&text, messages::empty_text(place, &entry.name()));
        return None;
    }
    Some(text)
}

/// `key = 3` or `key = CONSTANT`
pub(crate) fn number(entry: &Entry, place: &Place, errors: &Errors) -> Option<Number> {
    number_in(expression(entry), entry, place, errors)
}

pub(crate) fn number_in(
    expression: Option<Expr>,
    entry: &Entry,
    place: &Place,
    errors: &Errors,
) -> Option<Number> {
    let key = entry.name();
    match expression {
        Some(Expr::Lit(ExprLit { lit: Lit::Int(number), .. })) => {
            match number.base10_parse::<u128>().map(u32::try_from) {
                Ok(Ok(value)) => return Some(Number::Literal(value)),
                _ => errors.push(number, messages::number_too_large(place, &key)),
            }
        }
        Some(Expr::Path(path)) => return Some(Number::Constant(path)),
        Some(Expr::Unary(ExprUnary { op: UnOp::Neg(_), .. })) => {
            errors.push(entry.culprit(), messages::negative_number(place, &key));
        }
        _ => errors.push(entry.culprit(), messages::expected_number(place, &key)),
    }
    None
}

/// `key = "50ms"` or `key = CONSTANT`
pub(crate) fn length(entry: &Entry, place: &Place, errors: &Errors) -> Option<Length> {
    let key = entry.name();
    match expression(entry) {
        Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => match duration::parse(&text.value()) {
            Ok(duration) => return Some(Length::Literal(duration)),
            Err(reason) => {
                errors.push(&text, messages::bad_duration(place, &key, &text.value(), &reason));
            }
        },
        Some(Expr::Path(path)) => return Some(Length::Constant(path)),
        _ => errors.push(entry.culprit(), messages::expected_duration(place, &key)),
    }
    None
}

/// `factor = 2.0`, `factor = 2` or `factor = CONSTANT`
pub(crate) fn factor(entry: &Entry, place: &Place, errors: &Errors) -> Option<Factor> {
    let (value, span) = match expression(entry) {
        Some(Expr::Lit(ExprLit { lit: Lit::Float(number), .. })) => {
            (number.base10_parse::<f64>().ok(), number.span())
        }
        Some(Expr::Lit(ExprLit { lit: Lit::Int(number), .. })) => {
            (number.base10_digits().parse::<f64>().ok(), number.span())
        }
        Some(Expr::Path(path)) => return Some(Factor::Constant(path)),
        Some(Expr::Unary(ExprUnary { op: UnOp::Neg(_), .. })) => {
            errors.push(entry.culprit(), messages::factor_below_one(place));
            return None;
        }
        _ => (None, Span::call_site()),
    };
    match value {
        Some(value) if value.is_finite() => Some(Factor::Literal { value, span }),
        _ => {
            errors.push(entry.culprit(), messages::expected_factor(place));
            None
        }
    }
}

/// `key = true`
pub(crate) fn switch(entry: &Entry, place: &Place, errors: &Errors) -> Option<LitBool> {
    let switch = entry.equals().and_then(|tokens| syn::parse2::<LitBool>(tokens.clone()).ok());
    if switch.is_none() {
        errors.push(entry.culprit(), messages::expected_switch(place, &entry.name()));
    }
    switch
}

/// `key = path::to::function`
pub(crate) fn path(
    entry: &Entry,
    place: &Place,
    shape: &str,
    example: &str,
    errors: &Errors,
) -> Option<ExprPath> {
    match expression(entry) {
        Some(Expr::Path(path)) => Some(path),
        _ => {
            errors.push(entry.culprit(), messages::expected_function(place, &entry.name(), shape, example));
            None
        }
    }
}

/// `key = PATTERN`
pub(crate) fn pattern(entry: &Entry, place: &Place, errors: &Errors) -> Option<Pat> {
    let pattern =
        entry.equals().and_then(|tokens| Pat::parse_multi_with_leading_vert.parse2(tokens.clone()).ok());
    if pattern.is_none() {
        errors.push(entry.culprit(), messages::expected_error_pattern(place));
    }
    pattern
}

pub(crate) fn expression(entry: &Entry) -> Option<Expr> {
    entry.equals().and_then(|tokens| syn::parse2(tokens.clone()).ok()).map(ungrouped)
}

/// A `macro_rules!` variable arrives in invisible delimiters.
pub(crate) fn ungrouped(expression: Expr) -> Expr {
    match expression {
        Expr::Group(group) => ungrouped(*group.expr),
        expression => expression,
    }
}
