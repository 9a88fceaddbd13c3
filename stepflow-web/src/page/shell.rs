//! What all pages of a service share.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use maud::Markup;

use super::Page;
use super::layout::{self, Frame};
use crate::htmx;
use crate::{Htmx, Mount};

/// What all pages of a service share: its name, its language, how it looks.
///
/// ```
/// use stepflow_web::{Link, Shell, Theme};
///
/// let shell = Shell::new("Registration").lang("en").theme(Theme::Dark).help(Link::new("/help", "Get help"));
/// assert_eq!(shell.service(), "Registration");
/// ```
#[derive(Clone)]
pub struct Shell {
    pub(super) service: Cow<'static, str>,
    pub(super) lang: Cow<'static, str>,
    pub(super) direction: Direction,
    pub(super) theme: Theme,
    pub(super) help: Option<Link>,
    pub(super) navigation: Vec<Link>,
    pub(super) stylesheets: Vec<Cow<'static, str>>,
    pub(super) own_style: bool,
    pub(super) htmx: bool,
    pub(super) container: Cow<'static, str>,
    pub(super) layout: Option<Layout>,
}

type Layout = Arc<dyn Fn(Frame<'_>) -> Markup + Send + Sync>;

impl Shell {
    /// Pages of a service of this name.
    pub fn new(service: impl Into<Cow<'static, str>>) -> Self {
        Self {
            service: service.into(),
            lang: "en".into(),
            direction: Direction::default(),
            theme: Theme::default(),
            help: None,
            navigation: Vec::new(),
            stylesheets: Vec::new(),
            own_style: true,
            htmx: false,
            container: "step-flow-container".into(),
            layout: None,
        }
    }

    /// The service's name.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.service
    }

    /// The id of the part that htmx replaces.
    #[must_use]
    pub fn container(&self) -> &str {
        &self.container
    }

    /// With htmx on the pages: forms and links swap the part that changes. It is served from here, nothing is fetched from
    /// elsewhere, and without JavaScript everything works the same.
    #[must_use]
    pub fn htmx(mut self) -> Self {
        self.htmx = true;
        self
    }

    /// Whether pages bring htmx along.
    #[must_use]
    pub fn uses_htmx(&self) -> bool {
        self.htmx
    }

    /// The language of the pages, as in `lang="en"`.
    #[must_use]
    pub fn lang(mut self, lang: impl Into<Cow<'static, str>>) -> Self {
        self.lang = lang.into();
        self
    }

    /// The direction in which the language is written.
    #[must_use]
    pub fn direction(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }

    /// Light, dark, or as the person's system says.
    #[must_use]
    pub fn theme(mut self, theme: Theme) -> Self {
        self.theme = theme;
        self
    }

    /// A link to help, in the same place on every page.
    #[must_use]
    pub fn help(mut self, link: Link) -> Self {
        self.help = Some(link);
        self
    }

    /// One more link at the top of every page.
    #[must_use]
    pub fn link(mut self, link: Link) -> Self {
        self.navigation.push(link);
        self
    }

    /// One more stylesheet, after the default one.
    #[must_use]
    pub fn stylesheet(mut self, href: impl Into<Cow<'static, str>>) -> Self {
        self.stylesheets.push(href.into());
        self
    }

    /// Without the default stylesheet.
    #[must_use]
    pub fn without_style(mut self) -> Self {
        self.own_style = false;
        self
    }

    /// The id of the part that htmx replaces, where another one is wanted.
    #[must_use]
    pub fn with_container(mut self, id: impl Into<Cow<'static, str>>) -> Self {
        self.container = id.into();
        self
    }

    /// The whole page by a function of one's own.
    ///
    /// ```
    /// use maud::{DOCTYPE, html};
    /// use stepflow_web::Shell;
    ///
    /// let shell = Shell::new("Registration").layout(|frame| html! {
    ///     (DOCTYPE)
    ///     html lang="en" {
    ///         head { (frame.head()) }
    ///         body { nav { "Our own" } (frame.content()) }
    ///     }
    /// });
    /// ```
    #[must_use]
    pub fn layout(mut self, layout: impl Fn(Frame<'_>) -> Markup + Send + Sync + 'static) -> Self {
        self.layout = Some(Arc::new(layout));
        self
    }

    /// A page as the whole document.
    #[must_use]
    pub fn document(&self, mount: &Mount, page: &Page) -> Markup {
        let frame = Frame::new(self, mount, page);
        self.layout.as_ref().map_or_else(|| frame.document(), |layout| layout(frame))
    }

    /// A page as an answer: the whole document, or the part that htmx replaces.
    #[must_use]
    pub fn respond(&self, mount: &Mount, htmx: Htmx, page: &Page) -> Response {
        let body =
            if htmx.wants_fragment() { layout::fragment(self, page) } else { self.document(mount, page) };
        let mut response = (page.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::VARY, HeaderValue::from_static("HX-Request, Cookie"));
        let address = page.address.as_deref().filter(|_| htmx.wants_fragment()).and_then(htmx::address);
        if let Some(address) = address {
            headers.insert(htmx::PUSH_URL, address);
        }
        response
    }
}

impl fmt::Debug for Shell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shell")
            .field("service", &self.service)
            .field("lang", &self.lang)
            .field("theme", &self.theme)
            .finish_non_exhaustive()
    }
}

/// A link, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Link {
    /// Where it leads.
    pub href: Cow<'static, str>,
    /// What it says.
    pub text: Cow<'static, str>,
}

impl Link {
    /// A link to this address with this text.
    pub fn new(href: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) -> Self {
        Self { href: href.into(), text: text.into() }
    }
}

/// How pages look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Theme {
    /// As the person's system says.
    #[default]
    Auto,
    /// Dark.
    Dark,
    /// Light.
    Light,
}

impl Theme {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }
}

/// The direction in which a language is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Direction {
    /// From left to right.
    #[default]
    LeftToRight,
    /// From right to left.
    RightToLeft,
}

impl Direction {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}
