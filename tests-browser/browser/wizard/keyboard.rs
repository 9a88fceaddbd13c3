//! Without a mouse.

use super::{Registrations, all_answers, introduce};
use crate::lab::{Key, with_browsers};

#[test]
fn a_registration_by_keyboard_alone() {
    with_browsers(async |lab| {
        let (registrations, browser) = (Registrations::htmx().await, lab.browser().await);
        registrations.enter(&browser).await;
        browser.keys(Key::Tab).await;
        assert_eq!(
            browser.focus_says().await,
            "Skip to the main part",
            "the first stop passes over the frame"
        );
        browser.keys(Key::Enter).await;
        browser.tab_to("Name").await;
        browser.keys("Ada").await;
        browser.keys(Key::Tab).await;
        browser.keys("ada@example.org").await;
        browser.keys(Key::Enter).await;

        browser.arrives("Which plan do you want?").await;
        browser.tab_to("Free").await;
        browser.keys(Key::Down).await;
        assert!(browser.is_chosen("Team").await);
        browser.tab_to("Continue").await;
        browser.keys(Key::Enter).await;

        browser.arrives("Who pays?").await;
        browser.tab_to("Company").await;
        browser.keys("Analytical Engines").await;
        browser.tab_to("Seats").await;
        browser.keys("3").await;
        browser.keys(Key::Enter).await;

        browser.arrives("How often may we write to you?").await;
        browser.tab_to("Skip this question").await;
        browser.keys(" ").await;

        browser.arrives("Check your answers").await;
        browser.tab_to("Register").await;
        browser.keys(Key::Enter).await;
        browser.arrives("Done").await;
        assert_eq!(registrations.taken(), [all_answers()]);
    });
}

#[test]
fn w_15_enter_in_a_field_does_what_continue_does() {
    with_browsers(async |lab| {
        for scripts in [true, false] {
            let registrations = Registrations::htmx().await;
            let browser = if scripts { lab.browser().await } else { lab.browser_without_scripts().await };
            registrations.enter(&browser).await;
            introduce(&browser).await;
            browser.choose("Team").await;
            browser.press("Continue").await;
            browser.arrives("Who pays?").await;
            // Back, Save and Cancel are on this page as well.
            browser.fill("Company", "Analytical Engines").await;
            browser.fill("Seats", "3").await;
            browser.keys(Key::Enter).await;
            browser.arrives("How often may we write to you?").await;
        }
    });
}

#[test]
fn w_16_nothing_is_sent_by_choosing_or_leaving() {
    with_browsers(async |lab| {
        let (registrations, browser) = (Registrations::htmx().await, lab.browser().await);
        registrations.enter(&browser).await;
        introduce(&browser).await;
        registrations.asked();
        browser.choose("Free").await;
        browser.keys(Key::Down).await;
        browser.keys(Key::Up).await;
        browser.keys(Key::Tab).await;
        browser.keys(Key::Tab).await;
        assert_eq!(registrations.asked(), []);
        assert_eq!(browser.heading().await, "Which plan do you want?");
    });
}
