//! Who somebody is, and what they may do.

mod access;
mod login_link;
#[cfg(feature = "oidc")]
mod oidc;
mod principal;
mod proxy;

use std::collections::BTreeMap;
use std::error::Error;
use std::future::{Future, ready};
use std::net::IpAddr;
use std::pin::Pin;

use axum::http::request::Parts;
use maud::Markup;
use stepflow::Timestamp;

pub use self::access::{Access, May};
pub use self::login_link::LoginLink;
#[cfg(feature = "oidc")]
pub use self::oidc::{OidcError, OpenIdConnect};
pub use self::principal::{Principal, PrincipalError};
pub use self::proxy::{NotANetwork, ProxyHeader};
use crate::limits::Fields;

/// What an authenticator answers with, later.
pub type AuthFuture<'a, T> =
    Pin<Box<dyn Future<Output = Result<T, Box<dyn Error + Send + Sync>>> + Send + 'a>>;

/// Says who makes a request.
///
/// There are two kinds. One reads it from every request, such as a header that a proxy adds
/// ([`ProxyHeader`]): it has [`identify`](Self::identify) alone. The other has people sign in and come back with a
/// session ([`LoginLink`], and `OpenIdConnect` with the feature `oidc`): it has [`sign_in`](Self::sign_in).
///
/// An error is a page of status 500 and a line in the log; nobody is let in.
///
/// ```
/// use std::future::ready;
/// use stepflow_web::Security;
/// use stepflow_web::auth::{Approach, AuthFuture, Authenticate, Principal};
///
/// /// People whose certificate was checked in front of this service.
/// struct Certificates;
///
/// impl Authenticate for Certificates {
///     fn identify<'a>(&'a self, approach: &'a Approach<'a>) -> AuthFuture<'a, Option<Principal>> {
///         let named = approach.parts.headers.get("x-client-subject").and_then(|name| name.to_str().ok());
///         Box::pin(ready(named.map(Principal::new).transpose().map_err(Into::into)))
///     }
/// }
///
/// let security = Security::new().authenticate(Certificates);
/// ```
pub trait Authenticate: Send + Sync {
    /// Who makes this request, if that can be said. Without anything else: whoever signed in with the session.
    fn identify<'a>(&'a self, approach: &'a Approach<'a>) -> AuthFuture<'a, Option<Principal>> {
        Box::pin(ready(Ok(approach.session.cloned())))
    }

    /// One request of a person who signs in: below the path of [`Security::sign_in_at`](crate::Security::sign_in_at), by
    /// default `/_sign-in`. Without anything else: there is no way to sign in here.
    fn sign_in<'a>(&'a self, request: SignIn<'a>) -> AuthFuture<'a, SignInStep> {
        let _ = request;
        Box::pin(ready(Ok(SignInStep::Nothing)))
    }

    /// Whether there is a way to sign in, so that strangers are sent there.
    fn can_sign_in(&self) -> bool {
        false
    }
}

/// A request, as an authenticator sees it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Approach<'a> {
    /// Method, address and headers.
    pub parts: &'a Parts,
    /// Where the connection comes from, if that is known.
    pub peer: Option<IpAddr>,
    /// Whoever signed in with this session.
    pub session: Option<&'a Principal>,
    /// The time.
    pub now: Timestamp,
}

/// One request of a person who signs in.
#[derive(Debug)]
#[non_exhaustive]
pub struct SignIn<'a> {
    /// The request itself.
    pub approach: Approach<'a>,
    /// What comes after the path to sign in, such as `/callback`; empty for the page itself.
    pub path: &'a str,
    /// The fields: of the form where it was posted, else of the address.
    pub fields: &'a Fields,
    /// Whether a form was posted. It had the session's token.
    pub posted: bool,
    /// Kept for this person until they are in, for minutes. Nobody else sees it.
    pub notes: &'a mut BTreeMap<String, String>,
}

/// What a request of a person who signs in leads to.
#[derive(Debug)]
#[non_exhaustive]
pub enum SignInStep {
    /// They are in. Their session gets a new id.
    Done(Principal),
    /// They go on elsewhere: to the address of a provider. It must not come from the request.
    GoTo(String),
    /// There is no such page.
    Nothing,
    /// A page to go on from.
    Page(SignInPage),
    /// They are not let in.
    Refused(SignInPage),
}

/// A page for somebody who signs in.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SignInPage {
    /// Its heading.
    pub title: String,
    /// What it says.
    pub text: String,
    /// The inside of the form on it, if it has one. The form is posted to the page itself, with the session's token.
    pub form: Option<Markup>,
}

impl SignInPage {
    /// A page without a form.
    pub fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { title: title.into(), text: text.into(), form: None }
    }

    /// The same with a form.
    #[must_use]
    pub fn form(mut self, inside: Markup) -> Self {
        self.form = Some(inside);
        self
    }
}
