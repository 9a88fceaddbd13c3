//! Chance: for the names of workers, and so that processes which failed together do not come back together.
//! None of it is a secret.

/// A number that no other worker draws.
#[expect(clippy::disallowed_methods, reason = "the one place of this crate that draws random numbers")]
pub(super) fn number() -> u64 {
    fastrand::u64(..)
}

/// A number from 0 to 1.
#[expect(clippy::disallowed_methods, reason = "the one place of this crate that draws random numbers")]
pub(super) fn fraction() -> f64 {
    fastrand::f64()
}
