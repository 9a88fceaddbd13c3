//! The link that a server prints.

use axum::Router;
use axum::routing::get;
use maud::{Markup, html};

use crate::lab::{Site, with_browsers};

async fn shelf() -> Markup {
    html! { h1 { "The shelf" } }
}

#[test]
fn s_08_whoever_signs_in_arrives_where_they_were_going_and_not_at_the_icon_of_the_site() {
    with_browsers(async |lab| {
        let router = Router::new().route("/", get(shelf)).route("/shelf", get(shelf));
        let (site, browser) = (Site::serve(router).await, lab.browser().await);
        browser.open_page(&site.at("/shelf")).await;
        browser.arrives("Sign in").await;
        site.sign_in(&browser).await;
        browser.arrives("The shelf").await;
        assert_eq!(browser.path().await, "/shelf");

        browser.reload().await;
        assert_eq!(browser.path().await, "/shelf", "the browser has kept the cookie");
    });
}

#[test]
fn without_scripts_signing_in_is_the_same() {
    with_browsers(async |lab| {
        let router = Router::new().route("/", get(shelf));
        let (site, browser) = (Site::serve(router).await, lab.browser_without_scripts().await);
        site.sign_in(&browser).await;
        browser.arrives("The shelf").await;
    });
}
