//! The arms of `routes`.

use super::patterns;
use crate::dialect::Dialect;
use crate::errors::Errors;
use crate::messages;
use crate::model::{PatternKind, Route, Step};
use crate::tokens::shown;
use quote::ToTokens as _;

pub(crate) fn check<D: Dialect>(step: &Step<'_, D>, errors: &Errors) {
    if let (Some(_), Some(next)) = (&step.args.routes, &step.args.next_key) {
        errors.push(next, messages::routes_and_next(&step.place));
    }
    for route in &step.routes {
        patterns::check_route(&route.arm.pattern, &step.place, errors);
        if route.key.is_none() {
            let pattern = shown(&route.arm.pattern.to_token_stream());
            errors.push(&route.arm.pattern, messages::route_needs_key(&step.place, &pattern));
        }
    }
    mixture(step, errors);
    wildcard(step, errors);
    duplicates(step, errors);
}

fn mixture<D: Dialect>(step: &Step<'_, D>, errors: &Errors) {
    let is_text = |route: &Route<'_>| match route.kind {
        PatternKind::Text(_) => Some(true),
        PatternKind::Typed => Some(false),
        PatternKind::Wild => None,
    };
    let first = step.routes.iter().find_map(is_text);
    for route in &step.routes {
        if is_text(route).is_some() && is_text(route) != first {
            errors.push(&route.arm.pattern, messages::mixed_routes(&step.place));
        }
    }
}

fn wildcard<D: Dialect>(step: &Step<'_, D>, errors: &Errors) {
    let above_last = step.routes.split_last().map_or(&[][..], |(_, above)| above);
    for route in above_last {
        if matches!(route.kind, PatternKind::Wild) && route.cfgs.is_empty() {
            errors.push(&route.arm.pattern, messages::wildcard_not_last(&step.place));
        }
    }
}

fn duplicates<D: Dialect>(step: &Step<'_, D>, errors: &Errors) {
    for (index, route) in step.routes.iter().enumerate() {
        let rivals =
            || step.routes[..index].iter().filter(|other| other.cfgs.is_empty() || route.cfgs.is_empty());
        let repeated = texts(route).iter().find(|text| {
            rivals().any(|other| texts(other).iter().any(|known| known.value() == text.value()))
        });
        if let Some(text) = repeated {
            let message = messages::duplicate_route_text(&step.place, &text.value());
            errors.push(text, message);
        } else if let Some(key) = &route.key
            && rivals().any(|other| other.key.as_ref() == Some(key))
        {
            let message = messages::duplicate_route_key(&step.place, key);
            match &route.arm.key {
                Some(written) => errors.push(written, message),
                None => errors.push(&route.arm.pattern, message),
            }
        }
    }
}

fn texts<'a>(route: &'a Route<'_>) -> &'a [&'a syn::LitStr] {
    match &route.kind {
        PatternKind::Text(texts) => texts,
        _ => &[],
    }
}
