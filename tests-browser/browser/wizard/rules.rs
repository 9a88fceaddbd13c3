//! Where the focus is, and what is told.

use super::{Registrations, answer_all, introduce};
use crate::lab::with_browsers;

#[test]
fn w_01_the_title_changes_with_every_step_also_when_a_part_is_swapped() {
    with_browsers(async |lab| {
        let (registrations, browser) = (Registrations::htmx().await, lab.browser().await);
        registrations.enter(&browser).await;
        let mut titles = vec![browser.title().await];
        browser.press("Continue").await;
        browser.until("the title says so", "return document.title.startsWith('Error: Who are you?')").await;
        introduce(&browser).await;
        titles.push(browser.title().await);
        browser.choose("Free").await;
        browser.press("Continue").await;
        browser.arrives("How often may we write to you?").await;
        titles.push(browser.title().await);
        titles.dedup();
        assert_eq!(titles.len(), 3, "{titles:?}");
        let headings: u32 = browser.measure("return document.querySelectorAll('h1').length").await;
        assert_eq!(headings, 1);
    });
}

#[test]
fn w_02_the_focus_is_where_a_reader_goes_on() {
    with_browsers(async |lab| {
        let (registrations, browser) = (Registrations::htmx().await, lab.browser().await);
        registrations.enter(&browser).await;
        assert_eq!(browser.focus().await, "body", "nothing takes the focus on the first page");

        browser.fill("Name", "Ada").await;
        browser.fill("Email", "nothing").await;
        browser.press("Continue").await;
        let at_errors = "return document.activeElement.contains(document.querySelector('a[href=\"#registration-email\"]')) \
                         && document.activeElement !== document.body";
        browser.until("the focus is on the errors", at_errors).await;

        browser.fill("Email", "ada@example.org").await;
        browser.press("Continue").await;
        browser.arrives("Which plan do you want?").await;
        browser
            .until("the focus is on the heading", "return document.activeElement.localName === 'h1'")
            .await;
        browser.press("Back").await;
        browser.arrives("Who are you?").await;
        browser.until("and so after Back", "return document.activeElement.localName === 'h1'").await;
    });
}

#[test]
fn w_02_without_scripts_the_page_is_new_and_nothing_takes_the_focus() {
    with_browsers(async |lab| {
        let (registrations, browser) = (Registrations::plain().await, lab.browser_without_scripts().await);
        registrations.enter(&browser).await;
        introduce(&browser).await;
        assert_eq!(browser.focus().await, "body");
    });
}

#[test]
fn w_03_an_error_leads_to_its_field() {
    with_browsers(async |lab| {
        let (registrations, browser) = (Registrations::htmx().await, lab.browser().await);
        registrations.enter(&browser).await;
        browser.press("Continue").await;
        browser.appears("[aria-invalid=true]").await;
        let link = "a[href='#registration-email']";
        browser.click(link).await;
        browser
            .until("the field has the focus", "return document.activeElement.id === 'registration-email'")
            .await;
        browser.keys("ada@example.org").await;
        assert_eq!(browser.value("Email").await, "ada@example.org");
    });
}

#[test]
fn w_09_what_was_copied_can_be_pasted_everywhere() {
    with_browsers(async |lab| {
        let (registrations, browser) = (Registrations::htmx().await, lab.browser().await);
        registrations.enter(&browser).await;
        browser.fill("Name", "ada@example.org").await;
        browser.with_control('a').await;
        browser.with_control('c').await;
        browser.tab_to("Email").await;
        browser.with_control('v').await;
        assert_eq!(browser.value("Email").await, "ada@example.org");
    });
}

#[test]
fn w_12_what_happened_is_said_in_a_region_that_was_there_before() {
    with_browsers(async |lab| {
        let (registrations, browser) = (Registrations::htmx().await, lab.browser().await);
        registrations.enter(&browser).await;
        let kept = "window.region = document.querySelector('[role=status]'); return region.innerText === ''";
        assert!(browser.measure::<bool>(kept).await);
        introduce(&browser).await;
        let said = "return region.isConnected && region.textContent.includes('Which plan do you want?')";
        browser.until("the region says it", said).await;
    });
}

#[test]
fn s_14_scripts_cannot_see_the_session() {
    with_browsers(async |lab| {
        let (registrations, browser) = (Registrations::htmx().await, lab.browser().await);
        registrations.enter(&browser).await;
        introduce(&browser).await;
        assert_eq!(browser.measure::<String>("return document.cookie").await, "");
    });
}

#[test]
fn s_17_the_policy_is_strict_and_the_pages_keep_it() {
    with_browsers(async |lab| {
        let (registrations, browser) = (Registrations::htmx().await, lab.browser().await);
        registrations.enter(&browser).await;
        answer_all(&browser).await;
        browser.press("Register").await;
        browser.arrives("Done").await;
        assert_eq!(browser.complaints().await, [""; 0]);

        // Text that became a part of the page as a script would do nothing.
        let slipped_in = "const script = document.createElement('script'); script.textContent = 'window.ran = true'; \
                          document.body.append(script); return window.ran === true";
        assert!(!browser.measure::<bool>(slipped_in).await);
        assert!(browser.complaints().await.iter().any(|text| text.contains("Content Security Policy")));
    });
}
