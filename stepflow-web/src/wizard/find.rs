//! Which wizard a request is about.

use std::time::Duration;

use axum::http::header;
use axum::response::Response;
use stepflow_wizard::store::{Phase, WizardId, WizardKey};
use stepflow_wizard::{Session, Submitted, WizardsError};

use super::ask::Ask;

/// The wizard that a request is about.
pub(super) enum Found {
    /// It is over its time.
    Expired,
    /// It was submitted, and is being taken.
    Completing(Box<Session>),
    /// It was submitted.
    Done(WizardKey, Box<Submitted>),
    /// There is none yet.
    None,
    /// It takes answers.
    Open(Box<Session>),
}

impl Ask {
    /// The wizard that the address names, or that the browser saw last, or that changed last.
    pub(super) async fn find(&self) -> Result<Found, WizardsError> {
        if let Some(id) = self.named {
            return match self.found(id).await? {
                Found::None => Err(WizardsError::NotFound),
                found => Ok(found),
            };
        }
        if self.app.options.named {
            return Err(WizardsError::NotFound);
        }
        let mut known = Found::None;
        if let Some(id) = self.remembered {
            known = self.found(id).await?;
            if matches!(known, Found::Open(_) | Found::Completing(_)) {
                return Ok(known);
            }
        }
        let Some(owner) = self.owner() else { return Ok(known) };
        let others = self.app.wizards.list(&owner).await?;
        for summary in &others {
            if summary.phase != Phase::Done
                && let found @ (Found::Open(_) | Found::Completing(_)) = self.found(summary.id).await?
            {
                return Ok(found);
            }
        }
        if let (Found::None, Some(last)) = (&known, others.first()) {
            return self.found(last.id).await;
        }
        Ok(known)
    }

    /// The wizard that a form is about: the one that it names, or else as any request.
    pub(super) async fn find_named(&self, run: &str) -> Result<Found, WizardsError> {
        match run.parse().ok().filter(|_| self.named.is_none()) {
            Some(id) => match self.found(id).await? {
                Found::None => Err(WizardsError::NotFound),
                found => Ok(found),
            },
            None => self.find().await,
        }
    }

    async fn found(&self, id: WizardId) -> Result<Found, WizardsError> {
        let Some(owner) = self.owner() else { return Ok(Found::None) };
        let key = WizardKey { id, owner };
        match self.app.wizards.load(&key).await {
            Ok(session) if session.phase() == Phase::Completing => Ok(Found::Completing(Box::new(session))),
            Ok(session) => Ok(Found::Open(Box::new(session))),
            Err(WizardsError::Done(submitted)) => Ok(Found::Done(key, submitted)),
            Err(WizardsError::Expired) => Ok(Found::Expired),
            Err(WizardsError::NotFound) => Ok(Found::None),
            Err(error) => Err(error),
        }
    }

    /// Remembers the wizard in the browser, so that one that is over its time can be told from none.
    pub(super) fn remember(&self, id: WizardId, mut response: Response) -> Response {
        if self.named.is_some() || self.remembered == Some(id) {
            return response;
        }
        self.set_cookie(&id.to_string(), &mut response);
        response
    }

    /// Forgets it.
    pub(super) fn forget(&self, mut response: Response) -> Response {
        if self.remembered.is_some() {
            self.set_cookie("", &mut response);
        }
        response
    }

    /// It is no secret: a wizard is found by its id and its owner together.
    fn set_cookie(&self, value: &str, response: &mut Response) {
        const MONTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);
        let age = if value.is_empty() { Duration::ZERO } else { MONTH };
        if let Some(cookie) = self.visitor.cookie(&self.app.cookie, value, Some(age)) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
}
