//! Small screens, large letters, and what can be hit with a thumb.

use super::{Registrations, introduce};
use crate::lab::{Browser, with_browsers};

async fn on_every_page(browser: &Browser, registrations: &Registrations, look: impl AsyncFn(&Browser, &str)) {
    registrations.enter(browser).await;
    look(browser, "account").await;
    browser.press("Continue").await;
    browser.appears("[aria-invalid=true]").await;
    look(browser, "account with errors").await;
    introduce(browser).await;
    look(browser, "plan").await;
    browser.choose("Free").await;
    browser.press("Continue").await;
    browser.arrives("How often may we write to you?").await;
    look(browser, "letter").await;
    browser.choose("Never").await;
    browser.press("Continue").await;
    browser.arrives("Check your answers").await;
    look(browser, "check").await;
    browser.press("Register").await;
    browser.arrives("Done").await;
    look(browser, "done").await;
}

/// As people space text who read better so.
const SPACED: &str = "const style = new CSSStyleSheet(); \
    style.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; \
    word-spacing: 0.16em !important } p { margin-bottom: 2em !important }'); \
    document.adoptedStyleSheets = [style]; return true";

#[test]
fn w_13_pages_fit_a_screen_of_320_pixels_and_text_may_be_spaced_out() {
    with_browsers(async |lab| {
        let (registrations, browser) = (Registrations::htmx().await, lab.browser().await);
        browser.screen(320, 640).await;
        on_every_page(&browser, &registrations, async |browser, page| {
            browser.fits(page).await;
            browser.can_be_hit(page).await;
            browser.picture(&format!("narrow-{}", page.replace(' ', "-"))).await;
            assert!(browser.measure::<bool>(SPACED).await);
            browser.fits(&format!("{page}, spaced out")).await;
            browser.measure::<bool>("document.adoptedStyleSheets = []; return true").await;
        })
        .await;
    });
}

#[test]
fn w_13_the_focus_is_seen_wherever_it_is() {
    with_browsers(async |lab| {
        let (registrations, browser) = (Registrations::htmx().await, lab.browser().await);
        on_every_page(&browser, &registrations, Browser::shows_the_focus).await;
    });
}
