//! From the first page to the last, in the ways that people go.

use super::{Registrations, all_answers, answer_all, introduce};
use crate::lab::{Browser, with_browsers};

/// Wrong at first, then right; a look back; a change at the end; sent once.
async fn register(registrations: &Registrations, browser: &Browser) {
    registrations.enter(browser).await;
    assert_eq!(browser.title().await, "Who are you? – Step 1 – Registration");

    browser.fill("Name", "Ada").await;
    browser.fill("Email", "nothing").await;
    browser.press("Continue").await;
    browser.arrives("Who are you?").await;
    browser.appears("[aria-invalid=true]").await;
    assert!(browser.title().await.starts_with("Error: "), "{}", browser.title().await);
    assert_eq!(browser.value("Email").await, "nothing", "what was typed is still there");

    answer_all(browser).await;
    assert!(browser.text("main").await.contains("Analytical Engines"));
    browser.follow("Change Seats").await;
    browser.arrives("Who pays?").await;
    assert_eq!(browser.value("Seats").await, "3");
    browser.press("Continue").await;
    browser.arrives("Check your answers").await;

    browser.press("Register").await;
    browser.arrives("Done").await;
    assert!(browser.text("main").await.contains("REG-1"));
    for _ in 0..2 {
        browser.reload().await;
        browser.arrives("Done").await;
    }
    browser.back().await;
    browser.arrives("Done").await;
    let taken = registrations.taken();
    assert_eq!(taken.len(), 1, "{taken:?}");
    assert_eq!(taken[0], all_answers());
}

#[test]
fn a_registration_without_scripts() {
    with_browsers(async |lab| {
        // The pages have htmx on them, which this browser does not run.
        let registrations = Registrations::htmx().await;
        let browser = lab.browser_without_scripts().await;
        register(&registrations, &browser).await;
        assert!(registrations.asked().iter().all(|asked| !asked.by_htmx));
    });
}

#[test]
fn a_registration_on_plain_pages() {
    with_browsers(async |lab| {
        let (registrations, browser) = (Registrations::plain().await, lab.browser().await);
        register(&registrations, &browser).await;
        assert!(!browser.has("[hx-post]").await);
        assert_eq!(browser.complaints().await, [""; 0]);
    });
}

#[test]
fn a_registration_with_htmx() {
    with_browsers(async |lab| {
        let (registrations, browser) = (Registrations::htmx().await, lab.browser().await);
        register(&registrations, &browser).await;
        let asked = registrations.asked();
        let posts =
            asked.iter().filter(|asked| asked.method == "POST" && !asked.path.starts_with("/_sign-in"));
        assert!(posts.clone().count() > 5 && posts.clone().all(|post| post.by_htmx), "{asked:#?}");
        assert_eq!(browser.complaints().await, [""; 0]);
    });
}

/// What makes one kind of answer enough for both: browsers take the header along to where a redirect of the same origin
/// leads.
#[test]
fn the_header_of_htmx_survives_a_redirect() {
    with_browsers(async |lab| {
        let (registrations, browser) = (Registrations::htmx().await, lab.browser().await);
        registrations.enter(&browser).await;
        browser.measure::<bool>("window.stillTheSamePage = true; return true").await;
        registrations.asked();
        introduce(&browser).await;
        let asked: Vec<_> =
            registrations.asked().into_iter().map(|one| (one.method, one.path, one.by_htmx)).collect();
        let expected = [("POST", "/account", true), ("GET", "/plan", true)];
        assert_eq!(asked, expected.map(|(method, path, by)| (method.to_owned(), path.to_owned(), by)));
        assert!(browser.measure::<bool>("return window.stillTheSamePage === true").await, "it was swapped");
        assert_eq!(browser.path().await, "/plan");
        assert_eq!(browser.title().await, "Which plan do you want? – Step 2 – Registration");
    });
}

#[test]
fn u_03_reloading_after_an_answer_sends_nothing() {
    with_browsers(async |lab| {
        let (registrations, browser) = (Registrations::plain().await, lab.browser().await);
        registrations.enter(&browser).await;
        introduce(&browser).await;
        registrations.asked();
        browser.reload().await;
        browser.arrives("Which plan do you want?").await;
        assert!(registrations.asked().iter().all(|asked| asked.method == "GET"));
    });
}

async fn goes_back(registrations: &Registrations, browser: &Browser) {
    registrations.enter(browser).await;
    introduce(browser).await;
    browser.choose("Team").await;
    browser.press("Continue").await;
    browser.arrives("Who pays?").await;
    browser.fill("Company", "Half a na").await;
    browser.press("Back").await;
    browser.arrives("Which plan do you want?").await;
    assert!(browser.is_chosen("Team").await);
    browser.press("Continue").await;
    browser.arrives("Who pays?").await;
    assert_eq!(browser.value("Company").await, "Half a na", "half of an answer is there after Back");

    browser.back().await;
    browser.arrives("Which plan do you want?").await;
    assert!(browser.is_chosen("Team").await);
    browser.forward().await;
    browser.arrives("Who pays?").await;
}

#[test]
fn u_06_neither_back_loses_anything() {
    with_browsers(async |lab| {
        let (registrations, browser) = (Registrations::plain().await, lab.browser_without_scripts().await);
        goes_back(&registrations, &browser).await;
    });
}

#[test]
fn u_06_neither_back_loses_anything_with_htmx() {
    with_browsers(async |lab| {
        let (registrations, browser) = (Registrations::htmx().await, lab.browser().await);
        goes_back(&registrations, &browser).await;
    });
}

#[test]
fn u_20_an_old_tab_shows_both_answers() {
    with_browsers(async |lab| {
        let (registrations, browser) = (Registrations::htmx().await, lab.browser().await);
        registrations.enter(&browser).await;
        introduce(&browser).await;
        browser.open_page(&registrations.site.at("/account")).await;
        browser.other_tab().await;
        browser.open_page(&registrations.site.at("/account")).await;
        browser.fill("Name", "Grace").await;
        browser.press("Continue").await;
        browser.arrives("Which plan do you want?").await;
        browser.close_tab().await;

        browser.fill("Name", "Lovelace").await;
        browser.press("Continue").await;
        browser.arrives("Your answers were changed elsewhere").await;
        let text = browser.text("main").await;
        assert!(text.contains("Grace") && text.contains("Lovelace"), "{text}");
        browser.press("Use what I typed").await;
        browser.arrives("Which plan do you want?").await;
        browser.open_page(&registrations.site.at("/account")).await;
        assert_eq!(browser.value("Name").await, "Lovelace");
    });
}
