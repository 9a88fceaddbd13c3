//! What the guard answers by itself.

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde_json::json;

use super::Security;
use crate::limits::{Refused, TooMany};
use crate::{Failure, Htmx, Mount};

/// Why a request goes no further.
#[derive(Debug)]
pub(super) enum Stop {
    Failure(Failure),
    /// Nobody has signed in.
    SignIn,
    TooMany(TooMany),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<Refused> for Stop {
    fn from(refused: Refused) -> Self {
        Self::Failure(refused.failure())
    }
}

/// How an answer has to look.
#[derive(Debug)]
pub(super) struct Audience {
    /// Where the router that the guard is around was mounted.
    pub(super) mount: Mount,
    pub(super) htmx: Htmx,
    /// It is a program.
    json: bool,
    /// It asks for a page, and can be sent elsewhere.
    asks_for_page: bool,
    /// It shows what it is given as a page: it is not after a picture, a stream or the like.
    pub(super) shows_page: bool,
}

impl Audience {
    pub(super) fn of(request: &Request) -> Self {
        let headers = request.headers();
        let htmx = Htmx::from_headers(headers);
        // Browsers ask for the site's icon by themselves, whatever page they show.
        let shows_page = headers.get("sec-fetch-dest").is_none_or(|dest| dest == "document") || htmx.request;
        Self {
            mount: Mount::of_request(request.extensions(), request.uri()),
            htmx,
            shows_page,
            json: names_json(headers, header::ACCEPT) || names_json(headers, header::CONTENT_TYPE),
            asks_for_page: crate::csrf::is_safe(request.method()),
        }
    }
}

impl Audience {
    /// A browser that goes where it is sent, and not a program, or htmx, which would put one page into another.
    const fn wants_pages(&self) -> bool {
        !self.json && !self.htmx.request
    }
}

impl Security {
    pub(super) fn answer(&self, stop: Stop, audience: &Audience) -> Response {
        let sign_in = audience.mount.path(self.sign_in_path());
        match stop {
            Stop::Failure(failure) => self.refusal(&failure, audience),
            Stop::TooMany(too_many) => {
                let failure = Failure::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "Too many requests",
                    format!("Try again in {} seconds. Nothing was changed.", too_many.seconds()),
                );
                let mut response = self.refusal(&failure, audience);
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(too_many.seconds()));
                response
            }
            Stop::SignIn if self.can_sign_in() && audience.asks_for_page && audience.wants_pages() => {
                Redirect::to(&sign_in).into_response()
            }
            Stop::SignIn => {
                let failure = Failure::new(
                    StatusCode::UNAUTHORIZED,
                    "Sign in first",
                    "This is for people who have signed in. Nothing was changed.",
                );
                if !self.can_sign_in() {
                    return self.refusal(&failure, audience);
                }
                let failure = failure.way_on(crate::Link::new(sign_in.clone(), "Sign in"));
                let mut response = self.refusal(&failure, audience);
                if audience.htmx.request
                    && let Ok(sign_in) = HeaderValue::from_str(&sign_in)
                {
                    response.headers_mut().insert(HeaderName::from_static("hx-redirect"), sign_in);
                }
                response
            }
        }
    }

    fn refusal(&self, failure: &Failure, audience: &Audience) -> Response {
        if audience.json {
            let problem =
                json!({ "title": failure.title, "status": failure.status.as_u16(), "detail": failure.text });
            let kind = HeaderValue::from_static("application/problem+json");
            return (failure.status, [(header::CONTENT_TYPE, kind)], Json(problem)).into_response();
        }
        self.settings.shell.respond(&self.own_mount(&audience.mount), audience.htmx, &failure.page())
    }

    /// Below the path to sign in, the guard serves the files that its pages link to, whatever the router has.
    pub(super) fn own_mount(&self, mount: &Mount) -> Mount {
        Mount::at(&mount.path(self.sign_in_path()))
    }
}

fn names_json(headers: &HeaderMap, name: HeaderName) -> bool {
    let first = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = first.split([',', ';']).next().unwrap_or_default().trim();
    first == "application/json" || first == "application/problem+json"
}
