//! What only the compiler can see; uttered by constants that fail to evaluate.

use super::origin;
use crate::place::Place;

pub(crate) fn target_configured_away(place: &Place, target: &str) -> String {
    format!(
        "{place} leads to step `{target}`, which is configured away here; put the same `#[cfg]` on the \
         route or on the step"
    )
}

pub(crate) fn unreachable_as_configured(place: &Place, allows_loops: bool) -> String {
    let origin = origin(allows_loops);
    format!(
        "{place} can never be reached as configured here; put `#[cfg]` on it, too, or lead to it from {origin}"
    )
}

pub(crate) fn no_steps_as_configured(place: &Place) -> String {
    format!("{place} has no steps as configured here; leave at least one without `#[cfg]`")
}
