//! The inbox and the pages of runs, held against axe-core in light and dark, and on a small screen.

use super::Desk;
use crate::lab::with_browsers;

#[test]
fn the_inbox_and_the_pages_of_runs_are_accessible() {
    with_browsers(async |lab| {
        if !lab.has_axe() {
            return;
        }
        let (desk, browser) = (Desk::new().await, lab.browser().await);
        desk.show(&browser, "ana", "/inbox").await;
        browser.is_accessible("inbox-empty").await;
        desk.refund("order-7", 700).await;
        desk.refund("order-8", 800).await;
        desk.refund("order-9", 0).await;
        let pages = [
            ("/inbox", "inbox"),
            ("/inbox/question?id=order-7", "inbox-question"),
            ("/runs", "runs"),
            ("/run?id=order-7", "run-waiting"),
            ("/run?id=order-9", "run-failed"),
            ("/run?id=order-9&visit=1", "run-states"),
            ("/run/retry?id=order-9", "run-retry"),
            ("/run/cancel?id=order-7", "run-cancel"),
            ("/run/fork?id=order-7", "run-fork"),
            ("/run?id=order-10", "run-not-found"),
        ];
        for (page, name) in pages {
            desk.show(&browser, "ana", page).await;
            browser.is_accessible(name).await;
        }
    });
}

#[test]
fn w_13_the_inbox_and_the_pages_of_runs_fit_a_screen_of_320_pixels() {
    with_browsers(async |lab| {
        let (desk, browser) = (Desk::new().await, lab.browser().await);
        desk.refund("order-7", 700).await;
        desk.refund("order-9", 0).await;
        browser.screen(320, 640).await;
        for page in [
            "/inbox",
            "/inbox/question?id=order-7",
            "/runs",
            "/run?id=order-7",
            "/run?id=order-9",
            "/run/fork?id=order-7",
        ] {
            desk.show(&browser, "ana", page).await;
            browser.fits(page).await;
            browser.can_be_hit(page).await;
        }
    });
}
