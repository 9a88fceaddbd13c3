//! The document around a page. Nothing in it is inline: no script, no style.

use maud::{DOCTYPE, Markup, html};

use super::{Page, Shell};
use crate::{Asset, Mount};

/// Errors and refusals are pages too, and are shown; nothing is kept of earlier pages, and nothing inline is asked for.
const HTMX: &str = concat!(
    r#"{"historyCacheSize":0,"refreshOnHistoryMiss":true,"includeIndicatorStyles":false,"allowEval":false,"#,
    r#""responseHandling":[{"code":"204","swap":false},{"code":"[2345]..","swap":true}]}"#,
);

/// A page on its way into a document: what a layout of one's own is given.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    shell: &'a Shell,
    mount: &'a Mount,
    page: &'a Page,
}

impl<'a> Frame<'a> {
    pub(super) const fn new(shell: &'a Shell, mount: &'a Mount, page: &'a Page) -> Self {
        Self { shell, mount, page }
    }

    /// The page itself.
    #[must_use]
    pub const fn page(&self) -> &'a Page {
        self.page
    }

    /// What belongs into `head`: title, stylesheets and scripts.
    #[must_use]
    pub fn head(&self) -> Markup {
        html! {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            title { (self.page.head_title(&self.shell.service)) }
            @if self.shell.own_style {
                link rel="stylesheet" href=(Asset::Style.path(self.mount));
            }
            @for href in &self.shell.stylesheets {
                link rel="stylesheet" href=(href);
            }
            @if self.shell.htmx {
                meta name="htmx-config" content=(HTMX);
                script src=(Asset::Htmx.path(self.mount)) defer {}
            }
            script src=(Asset::Focus.path(self.mount)) defer {}
        }
    }

    /// The part that htmx replaces.
    #[must_use]
    pub fn content(&self) -> Markup {
        content(self.shell, self.page)
    }

    /// The default document.
    #[must_use]
    pub fn document(&self) -> Markup {
        let shell = self.shell;
        html! {
            (DOCTYPE)
            html lang=(shell.lang) dir=(shell.direction.name()) data-theme=(shell.theme.name()) {
                head { (self.head()) }
                body {
                    a.sf-skip-link href={ "#" (shell.container) } { "Skip to the main part" }
                    header.sf-top {
                        p.sf-service { (shell.service) }
                        @if !shell.navigation.is_empty() {
                            nav aria-label="Pages" {
                                @for link in &shell.navigation { a href=(link.href) { (link.text) } " " }
                            }
                        }
                        @if let Some(help) = &shell.help {
                            a.sf-help href=(help.href) { (help.text) }
                        }
                    }
                    div.sf-hidden id="sf-status" role="status" {}
                    main.sf-main.sf-wide[self.page.wide] { (self.content()) }
                }
            }
        }
    }
}

/// What htmx is given: the title, and the part to replace.
pub(super) fn fragment(shell: &Shell, page: &Page) -> Markup {
    html! {
        title { (page.head_title(&shell.service)) }
        (content(shell, page))
        // What a screen reader says of it; the region is on the page already.
        div hx-swap-oob="innerHTML:#sf-status" { (page.head_title(&shell.service)) }
    }
}

fn content(shell: &Shell, page: &Page) -> Markup {
    html! {
        div id=(shell.container) tabindex="-1" { (page.main) }
    }
}
