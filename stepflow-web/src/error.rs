//! What went wrong, as a page with a way on.

use std::borrow::Cow;

use axum::http::StatusCode;
use maud::html;

use crate::page::{Link, Page};

/// What went wrong, as a person is told: what it is, what it means for what they did, and a way on.
///
/// ```
/// use axum::http::StatusCode;
/// use stepflow_web::{Failure, Link};
///
/// let failure = Failure::new(StatusCode::GONE, "This page has expired", "Your answers were deleted.")
///     .way_on(Link::new("/join", "Start again"));
/// assert_eq!(failure.page().status, StatusCode::GONE);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The status of the answer.
    pub status: StatusCode,
    /// The heading, which is also the title.
    pub title: Cow<'static, str>,
    /// What it means.
    pub text: Cow<'static, str>,
    /// Where to go from here.
    pub way_on: Option<Link>,
}

impl Failure {
    /// A page with this heading and text.
    pub fn new(
        status: StatusCode,
        title: impl Into<Cow<'static, str>>,
        text: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { status, title: title.into(), text: text.into(), way_on: None }
    }

    /// There is no such page, or it belongs to somebody else: both look the same.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "Page not found",
            "There is nothing at this address, or it is not yours to see.",
        )
    }

    /// Something failed here; what was done before is safe.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong",
            "This is not your fault, and what you gave before is safe. Try again in a moment.",
        )
    }

    /// The same with a way on.
    #[must_use]
    pub fn way_on(mut self, link: Link) -> Self {
        self.way_on = Some(link);
        self
    }

    /// As a page.
    #[must_use]
    pub fn page(&self) -> Page {
        let body = html! {
            h1 tabindex="-1" data-focus { (self.title) }
            p { (self.text) }
            @if let Some(link) = &self.way_on {
                p { a.sf-button href=(link.href) { (link.text) } }
            }
        };
        Page::new(self.title.clone(), body).status(self.status)
    }
}
