//! The cookie that carries a session's ticket.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite};

/// How a browser reaches this service, which decides what its cookie may be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Transport {
    /// By HTTPS: the cookie is `__Host-stepflow`, which no other host, and nobody without TLS, can set.
    Https,
    /// By plain HTTP on this machine. Not every browser keeps a `Secure` cookie there, and cookies know no ports, so
    /// the port is in the name.
    LoopbackHttp {
        /// The port that the browser asked.
        port: u16,
    },
}

impl Transport {
    fn cookie_name(&self) -> String {
        match self {
            Self::Https => "__Host-stepflow".to_owned(),
            Self::LoopbackHttp { port } => format!("stepflow-{port}"),
        }
    }
}

/// Reads and writes the one cookie.
#[derive(Debug)]
pub(crate) struct Jar {
    name: String,
    secure: bool,
    strict: bool,
}

impl Jar {
    pub(crate) fn new(transport: &Transport, strict: bool) -> Self {
        Self { name: transport.cookie_name(), secure: *transport == Transport::Https, strict }
    }

    /// What the browser sent. Nothing where it sent two of the name: one of them is somebody else's.
    pub(crate) fn read<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let mut ours = pairs.filter(|(name, _)| *name == self.name).map(|(_, value)| value);
        let found = ours.next()?;
        ours.next().is_none().then_some(found)
    }

    /// The header that sets it. It lasts as long as the browser runs; when the session ends is the ticket's to say.
    pub(crate) fn set(&self, ticket: String) -> Option<HeaderValue> {
        self.header(Cookie::build((self.name.as_str(), ticket)))
    }

    /// The header that takes it away.
    pub(crate) fn forget(&self) -> Option<HeaderValue> {
        self.header(Cookie::build((self.name.as_str(), "")).max_age(cookie::time::Duration::ZERO))
    }

    /// Another cookie with the same attributes.
    pub(super) fn dressed(&self, name: &str, value: &str, max_age: Option<Duration>) -> Option<HeaderValue> {
        let cookie = Cookie::build((name, value));
        let seconds = max_age.map(|age| i64::try_from(age.as_secs()).unwrap_or(i64::MAX));
        self.header(match seconds {
            Some(seconds) => cookie.max_age(cookie::time::Duration::seconds(seconds)),
            None => cookie,
        })
    }

    fn header(&self, cookie: cookie::CookieBuilder<'_>) -> Option<HeaderValue> {
        let same_site = if self.strict { SameSite::Strict } else { SameSite::Lax };
        let cookie = cookie.path("/").http_only(true).same_site(same_site).secure(self.secure).build();
        HeaderValue::from_str(&cookie.to_string()).ok()
    }
}
