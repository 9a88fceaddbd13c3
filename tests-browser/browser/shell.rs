//! The document that all pages stand in.

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use maud::html;
use stepflow_web::{Htmx, Link, Mount, Page, Shell};

use crate::lab::{Site, with_browsers};

fn shell() -> Shell {
    Shell::new("Tea house").htmx().help(Link::new("/help", "Get help")).link(Link::new("/", "Menu"))
}

async fn menu(mount: Mount, htmx: Htmx) -> Response {
    let main = html! {
        h1 tabindex="-1" data-focus { "Menu" }
        p { "Green or black?" }
        a href="/green" hx-get="/green" hx-target="#step-flow-container" hx-swap="outerHTML" { "Green" }
    };
    shell().respond(&mount, htmx, &Page::new("Menu", main))
}

async fn green(mount: Mount, htmx: Htmx) -> Response {
    let main = html! { h1 tabindex="-1" data-focus { "Green tea" } p { "Seventy degrees." } };
    shell().respond(&mount, htmx, &Page::new("Green tea", main).at("/green"))
}

fn tea() -> Router {
    Router::new().route("/", get(menu)).route("/green", get(green)).merge(stepflow_web::assets())
}

#[test]
fn w_02_after_a_swap_the_focus_is_on_the_heading() {
    with_browsers(async |lab| {
        let (site, browser) = (Site::serve(tea()).await, lab.browser().await);
        site.sign_in(&browser).await;
        browser.arrives("Menu").await;
        assert_eq!(browser.focus().await, "body", "nothing takes the focus when a page is opened");

        browser.follow("Green").await;
        browser.arrives("Green tea").await;
        browser.until("the focus moves", "return document.activeElement.localName === 'h1'").await;
        assert_eq!(browser.focus_says().await, "Green tea");
        assert_eq!(browser.title().await, "Green tea – Tea house");
        assert_eq!(browser.path().await, "/green");
        browser.back().await;
        browser.arrives("Menu").await;
        assert_eq!(browser.title().await, "Menu – Tea house");
    });
}

#[test]
fn the_shell_is_accessible() {
    with_browsers(async |lab| {
        if !lab.has_axe() {
            return;
        }
        let (site, browser) = (Site::serve(tea()).await, lab.browser().await);
        site.sign_in(&browser).await;
        browser.is_accessible("shell").await;
    });
}
