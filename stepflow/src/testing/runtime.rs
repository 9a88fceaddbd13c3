//! The time of the tokio runtime that a test runs on.

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::time::Instant;

/// Pauses the runtime's time, unless it is paused already.
#[expect(clippy::panic, reason = "a test on a runtime whose time cannot be paused is wrong, and is told so")]
pub(super) fn pause_time() {
    if !can_pause() {
        panic!(
            "a manual clock under the async driver needs a tokio runtime of one thread, whose time it can \
             pause; `#[tokio::test]` makes one"
        );
    }
    if !is_paused() {
        tokio::time::pause();
    }
}

/// What the runtime's paused time shows; `None` while time is real.
pub(super) fn paused_now() -> Option<Instant> {
    (can_pause() && is_paused()).then(Instant::now)
}

fn can_pause() -> bool {
    Handle::try_current().is_ok_and(|runtime| runtime.runtime_flavor() == RuntimeFlavor::CurrentThread)
}

/// Tokio does not say, and panics when it is asked to pause twice. A paused clock stands still while the
/// real one moves.
#[expect(clippy::disallowed_methods, reason = "only to see real time move, by a few nanoseconds")]
fn is_paused() -> bool {
    let before = Instant::now();
    let real = std::time::Instant::now();
    while std::time::Instant::now() <= real {}
    Instant::now() == before
}
