//! All pages of a wizard, held against axe-core in light and dark.

use axum::Router;
use serde_json::json;
use stepflow_web::{Shell, WizardOptions, wizard_router};
use stepflow_wizard::{Blueprint, Definition, Flow, Stage};

use super::{Registrations, introduce};
use crate::lab::{Site, with_browsers};

#[test]
fn the_pages_of_a_registration_are_accessible() {
    with_browsers(async |lab| {
        if !lab.has_axe() {
            return;
        }
        let (registrations, browser) = (Registrations::htmx().await, lab.browser().await);
        registrations.enter(&browser).await;
        browser.is_accessible("registration-account").await;
        browser.fill("Email", "nothing").await;
        browser.press("Continue").await;
        browser.appears("[aria-invalid=true]").await;
        browser.is_accessible("registration-errors").await;
        introduce(&browser).await;
        browser.is_accessible("registration-plan").await;
        browser.choose("Team").await;
        browser.press("Continue").await;
        browser.arrives("Who pays?").await;
        browser.press("Save and come back later").await;
        browser.arrives("Your answers are saved").await;
        browser.is_accessible("registration-saved").await;
        browser.open_page(&registrations.site.at("/company")).await;
        browser.fill("Company", "Analytical Engines").await;
        browser.fill("Seats", "3").await;
        browser.press("Continue").await;
        browser.arrives("How often may we write to you?").await;
        browser.is_accessible("registration-letter").await;
        browser.choose("Monthly").await;
        browser.press("Continue").await;
        browser.arrives("Check your answers").await;
        browser.is_accessible("registration-check").await;
        browser.press("Register").await;
        browser.arrives("Done").await;
        browser.is_accessible("registration-done").await;
    });
}

#[test]
fn the_pages_beside_the_way_are_accessible() {
    with_browsers(async |lab| {
        if !lab.has_axe() {
            return;
        }
        let (registrations, browser) = (Registrations::htmx().await, lab.browser().await);
        browser.open_page(&registrations.site.at("/account")).await;
        browser.arrives("Sign in").await;
        browser.is_accessible("sign-in").await;
        registrations.enter(&browser).await;
        introduce(&browser).await;
        let pages = [("/nothing-here", "not-found"), ("/cancel", "cancel"), ("/reset", "start-again")];
        for (path, name) in pages {
            browser.open_page(&registrations.site.at(path)).await;
            browser.is_accessible(&format!("registration-{name}")).await;
        }
        // Another tab changes what this one shows.
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
        browser.is_accessible("registration-stale").await;

        browser.open_page(&registrations.site.at("/cancel")).await;
        browser.press("Yes, delete my answers").await;
        browser.arrives("Cancelled").await;
        browser.is_accessible("registration-cancelled").await;
    });
}

/// One control of every kind that a schema can ask for.
fn everything() -> Definition {
    let countries: Vec<String> = (1..=12).map(|number| format!("Country {number}")).collect();
    let schema = json!({
        "type": "object",
        "properties": {
            "text": { "type": "string", "title": "A line", "description": "Of any length." },
            "number": { "type": "number" },
            "whole": { "type": "integer", "minimum": 1 },
            "email": { "type": "string", "format": "email" },
            "phone": { "type": "string", "format": "tel" },
            "born": { "type": "string", "format": "date" },
            "story": { "type": "string", "maxLength": 4000 },
            "password": { "type": "string", "format": "password" },
            "country": { "enum": countries },
            "colour": { "enum": ["red", "green"] },
            "tastes": { "type": "array", "items": { "enum": ["sweet", "sour"] }, "uniqueItems": true },
            "agreed": { "type": "boolean", "title": "I agree" },
            "address": {
                "type": "object", "title": "Where you live",
                "properties": { "street": { "type": "string" }, "town": { "type": "string" } },
                "required": ["street"],
            },
            "friends": {
                "type": "array", "title": "Friends", "minItems": 2,
                "items": { "type": "object", "title": "Friend", "properties": { "name": { "type": "string" } }, "required": ["name"] },
            },
        },
        "required": ["text", "whole", "email", "country", "colour", "tastes", "agreed"],
    });
    let stages = vec![
        Stage::new("everything").prompt("All that can be asked.").schema(schema).to("END"),
        Stage::end("END"),
    ];
    Definition::new(Blueprint::new(Flow::new("everything", stages))).unwrap()
}

#[test]
fn every_kind_of_control_is_accessible() {
    with_browsers(async |lab| {
        if !lab.has_axe() {
            return;
        }
        let options = WizardOptions::new(Shell::new("Everything").htmx()).submit_text("Send");
        let router: Router = wizard_router(everything(), options);
        let (site, browser) = (Site::serve(router).await, lab.browser().await);
        site.sign_in(&browser).await;
        browser.arrives("Everything").await;
        browser.is_accessible("everything").await;
        browser.press("Continue").await;
        browser.appears("[aria-invalid=true]").await;
        browser.is_accessible("everything-errors").await;
    });
}
