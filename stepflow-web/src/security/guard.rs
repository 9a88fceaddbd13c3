//! The way of a request through all checks, and of its answer back.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt as _;
use stepflow::Timestamp;

use super::answer::{Audience, Stop};
use super::{Security, host, sign_in};
use crate::auth::{Approach, Principal};
use crate::csrf;
use crate::limits::{self, Attempt, Kind, Read};
use crate::session::{Denied, Jar, RotateSession, SignOut, Ticket, Transport, Visitor};
use crate::{Failure, headers};

/// The layer that [`Security::wrap`] puts around a router.
pub(super) async fn guard(State(security): State<Security>, request: Request, next: Next) -> Response {
    // The outermost guard has done all of it.
    if request.extensions().get::<Visitor>().is_some() {
        return next.run(request).await;
    }
    let audience = Audience::of(&request);
    let method = request.method().clone();
    let outcome = AssertUnwindSafe(let_in(&security, &audience, request, next)).catch_unwind().await;
    let outcome = outcome.unwrap_or_else(|_| {
        tracing::error!(%method, "a handler panicked; its request changed nothing more");
        Err(Failure::internal().into())
    });
    let mut response = outcome.unwrap_or_else(|stop| security.answer(stop, &audience));
    headers::harden(response.headers_mut(), &security.settings.policy);
    response
}

/// A request that passed the checks which need its head alone.
pub(super) struct Guest<'a> {
    pub(super) security: &'a Security,
    pub(super) audience: &'a Audience,
    pub(super) parts: Parts,
    pub(super) visitor: Visitor,
    pub(super) ticket: Ticket,
    /// The ticket was made for this request; no browser has it yet.
    pub(super) is_new: bool,
    pub(super) peer: Option<std::net::IpAddr>,
    pub(super) now: Timestamp,
    sent_cookie: bool,
}

async fn let_in(
    security: &Security,
    audience: &Audience,
    request: Request,
    next: Next,
) -> Result<Response, Stop> {
    let (parts, body) = request.into_parts();
    let mut guest = Guest::receive(security, audience, parts).await?;
    if let Some(path) = sign_in::below(&guest) {
        let path = path.to_owned();
        return sign_in::answer(guest, &path, body).await;
    }
    if security.has_authenticator() && guest.visitor.principal.is_none() && !security.settings.guests {
        guest.remember_the_way();
        return guest.leave(Err(Stop::SignIn));
    }
    let body = if csrf::is_safe(&guest.parts.method) {
        Body::empty()
    } else {
        let read = guest.read(body).await?;
        if let Some(fields) = &read.fields {
            guest.parts.extensions.insert(fields.without(csrf::FIELD));
        }
        Body::from(read.bytes)
    };
    let mut parts = guest.parts.clone();
    parts.extensions.insert(guest.visitor.clone());
    let response = next.run(Request::from_parts(parts, body)).await;
    guest.leave(Ok(response))
}

impl<'a> Guest<'a> {
    /// Everything that is asked of a request's head, from the cheapest to the dearest.
    async fn receive(security: &'a Security, audience: &'a Audience, parts: Parts) -> Result<Self, Stop> {
        let settings = &*security.settings;
        let now = settings.clock.now();
        let host = host::Host::of(&parts).map_err(|_| {
            Failure::new(StatusCode::BAD_REQUEST, "The request names no host", "It must name one, once.")
        })?;
        if !host.is_one_of(&settings.hosts) {
            let text = "Use the address that you were given. Nothing was changed.";
            return Err(Failure::new(StatusCode::MISDIRECTED_REQUEST, "Not this host", text).into());
        }
        if parts.uri.path_and_query().is_some_and(|path| path.as_str().len() > settings.requests.address) {
            let text = "Nothing was changed.";
            return Err(Failure::new(StatusCode::URI_TOO_LONG, "The address is too long", text).into());
        }
        let peer = host::peer(&parts);
        let is_local = host::is_local(peer, &host, &parts.headers);
        if settings.authenticator.is_none() && !settings.any_peer && !is_local {
            return Err(closed().into());
        }
        if let Some(rate) = &settings.rate {
            let attempt =
                Attempt { peer, method: &parts.method, path: parts.uri.path(), headers: &parts.headers, now };
            rate.check(&attempt).map_err(Stop::TooMany)?;
        }
        if let Some(origins) = &settings.origins {
            origins.check(&parts.method, &parts.headers, &host.whole).map_err(|_| from_elsewhere())?;
        }

        let transport =
            if is_local { Transport::LoopbackHttp { port: host.port() } } else { Transport::Https };
        let jar = Arc::new(Jar::new(&transport, settings.strict_cookie));
        let keys = security.keys_in_use().map_err(|error| internal(error))?;
        let cookie = jar.read(&parts.headers);
        let sessions = &security.state.sessions;
        let found = cookie.and_then(|cookie| Ticket::open(keys, now, cookie));
        let found = found.filter(|ticket| !sessions.is_void(ticket, now));
        let signed_in = found.as_ref().and_then(|ticket| sessions.signed_in(ticket, now));
        let known = match &settings.authenticator {
            None => None,
            Some(authenticator) => {
                let approach = Approach { parts: &parts, peer, session: signed_in.as_deref(), now };
                authenticator.identify(&approach).await.map_err(|error| unidentified(&*error))?.map(Arc::new)
            }
        };
        // A session is never handed on from one person to the next.
        let found = found.filter(|ticket| ticket.belongs_to(known.as_deref()));
        let is_new = found.is_none();
        let ticket = match found {
            Some(ticket) => ticket,
            None => Ticket::begin(known.as_deref(), now).map_err(|error| internal(&error))?,
        };
        let owner = known.as_deref().map_or_else(|| ticket.owner(), |known| format!("user:{}", known.id()));
        let principal = match &settings.authenticator {
            Some(_) => known,
            None => Some(security.everybody()),
        };
        let visitor = Visitor {
            owner: owner.into(),
            token: ticket.token().into(),
            principal,
            access: Arc::clone(&settings.access),
            can_sign_in: security.can_sign_in(),
            jar,
            used: Arc::new(AtomicBool::new(false)),
        };
        let sent_cookie = parts.headers.contains_key(header::COOKIE);
        Ok(Self { security, audience, parts, visitor, ticket, is_new, peer, now, sent_cookie })
    }

    /// The body, if it keeps the limits and has the session's token.
    pub(super) async fn read(&self, body: Body) -> Result<Read, Stop> {
        let settings = &*self.security.settings;
        let read = limits::read(&self.parts.headers, body, &settings.requests).await?;
        // No page can have a browser post JSON elsewhere, or use a method that forms do not have, without asking first, and
        // nobody here ever says yes. A program without cookies has no session that could be misused.
        let asks_first = read.kind == Kind::Json || self.parts.method != axum::http::Method::POST;
        let is_program = asks_first && !self.sent_cookie;
        if settings.token && !is_program {
            csrf::check_token(&self.visitor.token, &self.parts.headers, read.fields.as_ref())
                .map_err(|_| without_token())?;
        }
        Ok(read)
    }

    /// Where the person was on the way to, for when they are in.
    fn remember_the_way(&self) {
        let asked = self.parts.extensions.get::<axum::extract::OriginalUri>();
        let path = asked.map_or_else(|| self.parts.uri.path(), |asked| asked.path());
        if let Some(path) = host::own_path(path)
            && csrf::is_safe(&self.parts.method)
            && self.audience.shows_page
            && self.visitor.can_sign_in
        {
            self.visitor.used.store(true, Ordering::Relaxed);
            let limits = &self.security.settings.sessions;
            self.security.state.sessions.remember_way(&self.ticket, path.to_owned(), self.now, limits);
        }
    }

    /// The answer, with what becomes of the session.
    pub(super) fn leave(self, answer: Result<Response, Stop>) -> Result<Response, Stop> {
        let (security, audience) = (self.security, self.audience);
        let mut response = answer.unwrap_or_else(|stop| security.answer(stop, audience));
        if let Some(denied) = response.extensions().get::<Denied>().copied() {
            if denied.wants_sign_in() {
                self.remember_the_way();
            }
            let stop = if denied.wants_sign_in() { Stop::SignIn } else { denied.failure().into() };
            response = security.answer(stop, audience);
        }
        let limits = &security.settings.sessions;
        let sessions = &security.state.sessions;
        if response.extensions().get::<SignOut>().is_some() {
            sessions.end(&self.ticket, self.now, limits);
            set_cookie(&mut response, self.visitor.jar.forget());
            return Ok(response);
        }
        let used = self.visitor.used.load(Ordering::Relaxed);
        let rotates = response.extensions().get::<RotateSession>().is_some() && (!self.is_new || used);
        if rotates {
            let ticket = self.ticket.rotated(self.now).map_err(|error| internal(&error))?;
            sessions.rotate(&self.ticket, &ticket, self.now, limits);
            self.send(&mut response, &ticket)?;
        } else if self.is_new && used {
            self.send(&mut response, &self.ticket)?;
        } else if !self.is_new
            && self.ticket.is_stale(self.now, limits)
            && !headers::may_be_kept(response.headers())
        {
            self.send(&mut response, &self.ticket.seen_at(self.now))?;
        }
        Ok(response)
    }

    /// Somebody is in: under a new session, whatever the browser had before.
    pub(super) fn signed_in(&self, principal: Principal, response: &mut Response) -> Result<(), Stop> {
        let limits = &self.security.settings.sessions;
        let sessions = &self.security.state.sessions;
        let ticket = Ticket::begin(Some(&principal), self.now).map_err(|error| internal(&error))?;
        sessions.end(&self.ticket, self.now, limits);
        sessions.sign_in(&ticket, Arc::new(principal), self.now, limits);
        self.send(response, &ticket)
    }

    fn send(&self, response: &mut Response, ticket: &Ticket) -> Result<(), Stop> {
        let keys = self.security.keys_in_use().map_err(|error| internal(error))?;
        let sealed = ticket.seal(keys, &self.security.settings.sessions).map_err(|error| internal(&error))?;
        set_cookie(response, self.visitor.jar.set(sealed));
        Ok(())
    }
}

impl Security {
    /// Whoever is at this machine, where nobody says more: a person with every role.
    fn everybody(&self) -> Arc<Principal> {
        Arc::new(self.all_roles().fold(Principal::local(), Principal::with_role))
    }
}

/// An answer that carries a session is for one person.
fn set_cookie(response: &mut Response, cookie: Option<axum::http::HeaderValue>) {
    let headers: &mut HeaderMap = response.headers_mut();
    if let Some(cookie) = cookie {
        headers.append(header::SET_COOKIE, cookie);
        headers::forbid_keeping(headers);
    }
}

pub(super) fn internal(error: &(dyn std::error::Error + 'static)) -> Stop {
    tracing::error!(error, "a request could not be answered");
    Failure::internal().into()
}

fn unidentified(error: &(dyn std::error::Error + 'static)) -> Stop {
    tracing::warn!(error, "a request was refused: who made it could not be found out");
    let text = "Who you are could not be found out. Nothing was changed. If this goes on, tell whoever runs this service.";
    Failure::new(StatusCode::FORBIDDEN, "You were not let in", text).into()
}

fn closed() -> Failure {
    Failure::new(
        StatusCode::FORBIDDEN,
        "Not open to other machines",
        "This service answers on its own machine alone, as localhost, until it is told how people sign in.",
    )
}

fn from_elsewhere() -> Failure {
    Failure::new(
        StatusCode::FORBIDDEN,
        "The request came from another site",
        "Nothing was changed. Open the page here, and use the form on it.",
    )
}

fn without_token() -> Failure {
    Failure::new(
        StatusCode::FORBIDDEN,
        "This form is no longer valid",
        "Nothing was changed. Go back, load the page again, and send the form once more.",
    )
}
