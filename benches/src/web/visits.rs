//! Whole visits, timed.

use std::net::SocketAddr;
use std::sync::LazyLock;
use std::time::Duration;

use super::browser::Browser;
use super::service::{self, Service};
use super::{RUNTIME, stop};
use crate::measure;

/// Forms that are posted in a visit: three questions, and the submission.
pub const STEPS: u32 = 4;
/// Visitors at once, where there are many.
pub const MANY: u32 = 64;

/// After so much of the service's time, what is over its time is removed.
const LATER: Duration = Duration::from_secs(660);

static WIZARD: LazyLock<Service> = LazyLock::new(|| RUNTIME.block_on(service::wizard()));
static BARE: LazyLock<SocketAddr> = LazyLock::new(|| RUNTIME.block_on(service::bare(&WIZARD)));

/// So many visits of the bare handler, by one visitor.
pub fn one_bare(runs: u32) -> Duration {
    measure::time(1, || RUNTIME.block_on(visits(*BARE, runs)))
}

/// So many visits of the wizard, by one visitor.
pub fn one_wizard(runs: u32) -> Duration {
    let took = measure::time(1, || RUNTIME.block_on(visits(WIZARD.address, runs)));
    WIZARD.clock.advance(LATER);
    took
}

/// So many visits of the bare handler, by each of 64 visitors at once.
pub fn many_bare(runs: u32) -> Duration {
    measure::time(1, || RUNTIME.block_on(at_once(*BARE, runs)))
}

/// So many visits of the wizard, by each of 64 visitors at once.
pub fn many_wizard(runs: u32) -> Duration {
    let took = measure::time(1, || RUNTIME.block_on(at_once(WIZARD.address, runs)));
    WIZARD.clock.advance(LATER);
    took
}

pub(super) async fn at_once(address: SocketAddr, runs: u32) {
    let visitors: Vec<_> = (0..MANY).map(|_| tokio::spawn(visits(address, runs))).collect();
    for visitor in visitors {
        visitor.await.unwrap_or_else(|error| stop("a visitor failed", &error));
    }
}

async fn visits(address: SocketAddr, runs: u32) {
    let mut browser = Browser::at(address).await;
    for _ in 0..runs {
        browser.forget();
        visit(&mut browser, |_, _| {}).await;
    }
}

/// From the first page to the receipt. Every page is shown to `look`.
pub(super) async fn visit(browser: &mut Browser, mut look: impl FnMut(&str, &str)) {
    let mut page = browser.visit("/one").await;
    look("one", &page.body);
    for step in ["one", "two", "three"] {
        page = browser.send(&page, &format!("/{step}"), "_action=next&answer=green&remark=with+milk").await;
        look(after(step), &page.body);
    }
    page = browser.send(&page, "/submit", "").await;
    look(after("submit"), &page.body);
}

/// The page that a form leads to.
pub(super) fn after(step: &str) -> &'static str {
    match step {
        "one" => "two",
        "two" => "three",
        "three" => "check",
        _ => "done",
    }
}
