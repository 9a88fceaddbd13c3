//! `retry = 3` and `retry(times = 3, delay = "50ms", …)`.

use super::super::entries::{self, Entry, Value};
use super::super::values::{self, Factor, Keyed, Length, Number};
use super::RETRY;
use crate::errors::Errors;
use crate::messages;
use crate::place::Place;
use proc_macro2::Ident;
use syn::{Expr, ExprPath, Lit, LitBool, Pat};

/// What a block says about retries; parts left out are inherited.
#[derive(Default)]
pub(crate) struct RetryArgs {
    pub(crate) times: Option<Number>,
    pub(crate) delay: Option<Length>,
    pub(crate) backoff: Option<Backoff>,
    pub(crate) factor: Option<Factor>,
    pub(crate) max_delay: Option<Length>,
    pub(crate) jitter: Option<LitBool>,
    pub(crate) budget: Option<Keyed<Length>>,
    pub(crate) timeouts: Option<Keyed<LitBool>>,
    /// Which errors are retried.
    pub(crate) on: Option<Keyed<Pat>>,
    pub(crate) when: Option<Keyed<ExprPath>>,
}

/// How the delay grows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backoff {
    Exponential,
    Fixed,
}

impl RetryArgs {
    /// Whether a number, a delay or another part of the policy is set, filters aside.
    pub(crate) fn sets_policy(&self) -> bool {
        self.times.is_some()
            || self.delay.is_some()
            || self.backoff.is_some()
            || self.factor.is_some()
            || self.max_delay.is_some()
            || self.jitter.is_some()
            || self.budget.is_some()
            || self.timeouts.is_some()
    }
}

pub(crate) fn parse(entry: &Entry, place: &Place, errors: &Errors) -> RetryArgs {
    let mut retry = RetryArgs::default();
    match &entry.value {
        Value::List(list) => parse_parts(list.stream(), place, errors, &mut retry),
        _ => match values::expression(entry) {
            Some(Expr::Lit(literal)) if !matches!(literal.lit, Lit::Int(_)) => {
                errors.push(literal, messages::expected_retry(place));
            }
            expression @ Some(Expr::Lit(_) | Expr::Path(_) | Expr::Unary(_)) => {
                retry.times = values::number_in(expression, entry, place, errors);
            }
            _ => errors.push(entry.culprit(), messages::expected_retry(place)),
        },
    }
    retry
}

fn parse_parts(tokens: proc_macro2::TokenStream, place: &Place, errors: &Errors, retry: &mut RetryArgs) {
    for entry in entries::read(tokens, RETRY, place, errors) {
        match entry.name().as_str() {
            "times" => retry.times = values::number(&entry, place, errors),
            "delay" => retry.delay = values::length(&entry, place, errors),
            "backoff" => retry.backoff = backoff(&entry, place, errors),
            "factor" => retry.factor = values::factor(&entry, place, errors),
            "max_delay" => retry.max_delay = values::length(&entry, place, errors),
            "jitter" => retry.jitter = values::switch(&entry, place, errors),
            "budget" => {
                retry.budget = values::length(&entry, place, errors).map(|value| Keyed::new(&entry, value))
            }
            "timeouts" => {
                retry.timeouts = values::switch(&entry, place, errors).map(|value| Keyed::new(&entry, value))
            }
            "on" => retry.on = values::pattern(&entry, place, errors).map(|value| Keyed::new(&entry, value)),
            "when" => {
                let path =
                    values::path(&entry, place, "fn(&Error) -> bool", "PayError::is_transient", errors);
                retry.when = path.map(|value| Keyed::new(&entry, value));
            }
            _ => {}
        }
    }
}

fn backoff(entry: &Entry, place: &Place, errors: &Errors) -> Option<Backoff> {
    let name = entry.equals().and_then(|tokens| syn::parse2::<Ident>(tokens.clone()).ok());
    match name.map(|name| name.to_string()).as_deref() {
        Some("exponential") => Some(Backoff::Exponential),
        Some("fixed") => Some(Backoff::Fixed),
        _ => {
            errors.push(entry.culprit(), messages::expected_backoff(place));
            None
        }
    }
}
