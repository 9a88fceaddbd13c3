//! Pages, and the shell around them.

mod layout;
mod shell;

use std::borrow::Cow;

use axum::http::StatusCode;
use maud::Markup;

pub use self::layout::Frame;
pub use self::shell::{Direction, Link, Shell, Theme};

/// One page: what is in its main part, and what belongs into its head.
///
/// The main part has the page's only `h1`, which can take the focus: `h1 tabindex="-1" data-focus`.
///
/// ```
/// use maud::html;
/// use stepflow_web::Page;
///
/// let page = Page::new("Your plan", html! { h1 tabindex="-1" data-focus { "Your plan" } }).part("step 2 of 4");
/// assert_eq!(page.head_title("Registration"), "Your plan – step 2 of 4 – Registration");
/// assert_eq!(page.with_errors().head_title("Registration"), "Error: Your plan – step 2 of 4 – Registration");
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Page {
    /// What it is called.
    pub title: Cow<'static, str>,
    /// Which part of a whole it is, such as `step 2 of 4`.
    pub part: Option<String>,
    /// Its main part.
    pub main: Markup,
    /// The status it is answered with.
    pub status: StatusCode,
    /// Whether it shows errors of the person.
    pub has_errors: bool,
    /// The address that the browser shall show for it, where that is not the one asked for.
    pub address: Option<String>,
    /// Whether the main part may be as wide as the window, for tables and graphs.
    pub wide: bool,
}

impl Page {
    /// A page of status 200.
    pub fn new(title: impl Into<Cow<'static, str>>, main: Markup) -> Self {
        Self {
            title: title.into(),
            part: None,
            main,
            status: StatusCode::OK,
            has_errors: false,
            address: None,
            wide: false,
        }
    }

    /// The same as part of a whole.
    #[must_use]
    pub fn part(mut self, part: impl Into<String>) -> Self {
        self.part = Some(part.into());
        self
    }

    /// The same with another status.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same with errors of the person on it.
    #[must_use]
    pub fn with_errors(mut self) -> Self {
        self.has_errors = true;
        self
    }

    /// The same under this address.
    #[must_use]
    pub fn at(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// The same, as wide as the window.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// What the browser shows as the title.
    #[must_use]
    pub fn head_title(&self, service: &str) -> String {
        let mut title = String::new();
        if self.has_errors {
            title.push_str("Error: ");
        }
        title.push_str(&self.title);
        for part in self.part.iter().map(String::as_str).chain([service]).filter(|part| !part.is_empty()) {
            title.push_str(" – ");
            title.push_str(part);
        }
        title
    }
}
