//! Visits of a wizard's pages over real connections.

mod browser;
pub mod memory;
mod service;
pub mod visits;

use std::fmt::Display;
use std::sync::LazyLock;

use tokio::runtime::{Builder, Runtime};

/// What all of it runs on: the service and its visitors.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let runtime = Builder::new_multi_thread().enable_all().build();
    runtime.unwrap_or_else(|error| stop("no runtime", &error))
});

/// A benchmark that cannot go on says why, and ends.
#[expect(clippy::print_stderr, reason = "a benchmark prints")]
fn stop(what: &str, why: &dyn Display) -> ! {
    eprintln!("{what}: {why}");
    std::process::exit(1)
}
