//! Tests that need something which not every machine has.

use std::fmt::Display;
use std::io::Write;
use std::thread;

/// Says on standard error that the test which calls this is skipped, and why; the test then returns.
///
/// Where the environment has `CI`, nothing may be skipped: there the test fails.
///
/// ```
/// use stepflow_tests::skip;
///
/// fn mounts() -> Result<(), std::io::Error> {
///     Ok(())
/// }
///
/// if let Err(error) = mounts() {
///     return skip("a small file system of its own cannot be mounted", error);
/// }
/// ```
///
/// # Panics
///
/// Where the environment has `CI`, other than as an empty text or `false`.
#[expect(clippy::panic, reason = "what may not be skipped fails the test")]
#[track_caller]
pub fn skip(what: &str, why: impl Display) {
    let strict = std::env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false");
    if strict {
        panic!("{what}: {why} (CI is set in the environment, and nothing is skipped there)");
    }
    let current = thread::current();
    let test = current.name().unwrap_or("a test");
    // Straight to the handle, for what the macros print is kept back from a test that passes; and at once,
    // for other tests write too.
    let _ = std::io::stderr().write_all(format!("skipped {test}: {what}: {why}\n").as_bytes());
}
