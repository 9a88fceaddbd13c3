//! The pages on which people sign in and out.

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::html;
use tower::ServiceExt as _;

use super::answer::Stop;
use super::guard::{Guest, internal};
use crate::auth::{Approach, SignIn, SignInPage, SignInStep};
use crate::limits::Fields;
use crate::session::SignOut;
use crate::{Failure, Page, assets, csrf};

/// What comes after the path to sign in, if the request is for something there.
pub(super) fn below<'g>(guest: &'g Guest<'_>) -> Option<&'g str> {
    let rest = guest.parts.uri.path().strip_prefix(guest.security.sign_in_path())?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

/// Answers a request for something there.
pub(super) async fn answer(guest: Guest<'_>, path: &str, body: Body) -> Result<Response, Stop> {
    if path.starts_with("/_assets/") {
        let request = Request::builder().uri(path).body(Body::empty()).map_err(|error| internal(&error))?;
        return Ok(assets().oneshot(request).await.into_response());
    }
    let Some(authenticator) = guest.security.settings.authenticator.clone() else {
        return Err(Failure::not_found().into());
    };
    let posted = !csrf::is_safe(&guest.parts.method);
    let fields = if posted {
        guest.read(body).await?.fields.unwrap_or_default().without(csrf::FIELD)
    } else {
        Fields::of_query(guest.parts.uri.query(), &guest.security.settings.requests)?
    };
    if path == "/out" {
        return guest.sign_out(posted);
    }
    let (limits, sessions) = (&guest.security.settings.sessions, &guest.security.state.sessions);
    let before = sessions.notes(&guest.ticket, guest.now);
    let mut notes = before.clone();
    let approach = Approach {
        parts: &guest.parts,
        peer: guest.peer,
        session: guest.visitor.principal(),
        now: guest.now,
    };
    let request = SignIn { approach, path, fields: &fields, posted, notes: &mut notes };
    let step = authenticator.sign_in(request).await.map_err(|error| not_signed_in(&*error))?;
    if notes != before {
        // A session that is about to begin needs its cookie.
        let _ = guest.visitor.owner();
        sessions.note(&guest.ticket, notes, guest.now, limits);
    }
    match step {
        SignInStep::Done(principal) => {
            let home = guest.audience.mount.path(&guest.security.settings.home);
            let way = sessions.way(&guest.ticket, guest.now).unwrap_or(home);
            let mut response = Redirect::to(&way).into_response();
            guest.signed_in(principal, &mut response)?;
            Ok(response)
        }
        SignInStep::GoTo(address) => guest.leave(Ok(Redirect::to(&address).into_response())),
        SignInStep::Nothing => Err(Failure::not_found().into()),
        SignInStep::Page(page) => {
            let response = guest.page(&page, StatusCode::OK);
            guest.leave(Ok(response))
        }
        SignInStep::Refused(page) => {
            let response = guest.page(&page, StatusCode::FORBIDDEN);
            guest.leave(Ok(response))
        }
    }
}

impl Guest<'_> {
    fn sign_out(self, posted: bool) -> Result<Response, Stop> {
        if posted {
            let home = self.audience.mount.path(&self.security.settings.home);
            let mut response = Redirect::to(&home).into_response();
            response.extensions_mut().insert(SignOut);
            return self.leave(Ok(response));
        }
        let page = SignInPage::new("Sign out", "What you have begun here is kept.")
            .form(html! { button.sf-button type="submit" { "Sign out" } });
        let response = self.page(&page, StatusCode::OK);
        self.leave(Ok(response))
    }

    /// The form has no action: it is posted to the page itself.
    fn page(&self, page: &SignInPage, status: StatusCode) -> Response {
        let main = html! {
            h1 tabindex="-1" data-focus { (page.title) }
            p { (page.text) }
            @if let Some(inside) = &page.form {
                form method="post" {
                    (self.visitor.token_field())
                    (inside)
                }
            }
            @if status != StatusCode::OK {
                @let home = self.security.way_home(&self.audience.mount);
                p { a href=(home.href) { (home.text) } }
            }
        };
        let page = Page::new(page.title.clone(), main).status(status);
        let mount = self.security.own_mount(&self.audience.mount);
        self.security.settings.shell.respond(&mount, self.audience.htmx, &page)
    }
}

fn not_signed_in(error: &(dyn std::error::Error + 'static)) -> Stop {
    tracing::error!(error, "somebody could not sign in");
    Failure::new(
        StatusCode::BAD_GATEWAY,
        "Signing in did not work",
        "Nothing was changed. Try again in a moment; if this goes on, tell whoever runs this service.",
    )
    .into()
}
