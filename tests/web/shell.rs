//! The shell around every page.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use maud::html;
use stepflow_web::{Direction, Failure, Htmx, Link, Mount, Page, Security, Shell, Theme, Visitor, assets};

use crate::client::Client;

async fn page(mount: Mount, htmx: Htmx, visitor: Visitor, State(shell): State<Shell>) -> Response {
    let main = html! {
        h1 tabindex="-1" data-focus { "Tea" }
        form method="post" action=(mount.path("/tea")) { (visitor.token_field()) }
    };
    shell.respond(&mount, htmx, &Page::new("Tea", main).part("step 1 of 2").at(mount.path("/tea")))
}

async fn gone(mount: Mount, htmx: Htmx, State(shell): State<Shell>) -> Response {
    let failure = Failure::new(StatusCode::GONE, "Cold", "The tea is cold.")
        .way_on(Link::new(mount.path("/tea"), "Another one"));
    shell.respond(&mount, htmx, &failure.page())
}

fn app(shell: Shell) -> Client {
    let tea =
        Router::new().route("/tea", get(page)).route("/gone", get(gone)).with_state(shell).merge(assets());
    Client::new(Router::new().nest("/kitchen", Security::new().wrap(tea)))
}

#[tokio::test]
async fn a_page_is_a_whole_document() {
    let reply = app(Shell::new("Kitchen")).get("/kitchen/tea").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.text("title"), "Tea – step 1 of 2 – Kitchen");
    assert_eq!(reply.texts("h1"), ["Tea"]);
    assert_eq!(reply.attr("html", "lang"), "en");
    assert_eq!(reply.form("form").action, "/kitchen/tea");
    assert_eq!(reply.header("cache-control"), "no-store");
    assert!(!reply.has("[style], style, script:not([src])"));
}

#[tokio::test]
async fn htmx_is_given_the_part_that_changes() {
    let client = app(Shell::new("Kitchen"));
    let reply = client.htmx().get("/kitchen/tea").await;
    assert!(
        reply.body.starts_with("<title>Tea – step 1 of 2 – Kitchen</title><div id=\"step-flow-container\"")
    );
    assert_eq!(reply.header("hx-push-url"), "/kitchen/tea");
    let restored = client.htmx().header("hx-history-restore-request", "true").get("/kitchen/tea").await;
    assert!(restored.body.starts_with("<!DOCTYPE html>"));
}

#[tokio::test]
async fn a_failure_has_a_way_on() {
    let reply = app(Shell::new("Kitchen")).get("/kitchen/gone").await;
    assert_eq!(reply.status, StatusCode::GONE);
    assert_eq!(reply.text("h1"), "Cold");
    assert_eq!(reply.attr("main a", "href"), "/kitchen/tea");
}

#[tokio::test]
async fn language_direction_and_theme_are_those_of_the_shell() {
    let shell = Shell::new("מטבח").lang("he").direction(Direction::RightToLeft).theme(Theme::Dark);
    let reply = app(shell).get("/kitchen/tea").await;
    assert_eq!(reply.attr("html", "lang"), "he");
    assert_eq!(reply.attr("html", "dir"), "rtl");
    assert_eq!(reply.attr("html", "data-theme"), "dark");
}

#[tokio::test]
async fn a_layout_of_ones_own_is_the_whole_page() {
    let shell = Shell::new("Kitchen")
        .layout(|frame| html! { html { head { (frame.head()) } body.own { (frame.content()) } } });
    let reply = app(shell).get("/kitchen/tea").await;
    assert_eq!(reply.texts("body.own h1"), ["Tea"]);
    assert!(!reply.has("header"));
}

#[tokio::test]
async fn the_files_that_pages_link_to_are_there() {
    let client = app(Shell::new("Kitchen"));
    let reply = client.get("/kitchen/tea").await;
    let style = reply.attr("link[rel=stylesheet]", "href");
    assert!(style.starts_with("/kitchen/_assets/stepflow-"), "{style}");
    for path in [style, reply.attr("script", "src")] {
        let file = client.get(&path).await;
        assert_eq!(file.status, StatusCode::OK, "{path}");
        assert!(file.header("cache-control").contains("immutable"));
    }
    assert_eq!(client.get("/kitchen/_assets/stepflow-0.css").await.status, StatusCode::NOT_FOUND);
}
