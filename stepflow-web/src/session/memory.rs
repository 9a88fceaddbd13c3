//! What this process remembers of sessions: who signed in, who is about to, and which tickets are void.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use stepflow::Timestamp;

use super::SessionLimits;
use super::bounded::Bounded;
use super::ticket::{Ticket, later};
use crate::auth::Principal;

/// What an authenticator has to remember between two requests of one person who signs in.
pub(crate) type Notes = BTreeMap<String, String>;

#[derive(Debug)]
pub(crate) struct Sessions(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    signed_in: Bounded<Arc<Principal>>,
    signing_in: Bounded<Notes>,
    void: Bounded<()>,
    /// Where people were on the way to before they had to sign in.
    ways: Bounded<String>,
}

impl Sessions {
    pub(crate) fn new(limits: &SessionLimits) -> Self {
        Self(Mutex::new(Inner {
            signed_in: Bounded::new(limits.at_most),
            signing_in: Bounded::new(limits.at_most),
            void: Bounded::new(limits.at_most),
            ways: Bounded::new(limits.at_most.min(10_000)),
        }))
    }

    /// Whether the session was ended, or goes on under another id.
    pub(crate) fn is_void(&self, ticket: &Ticket, now: Timestamp) -> bool {
        self.lock().void.find(&ticket.id, now).is_some()
    }

    /// Whoever signed in with this session.
    pub(crate) fn signed_in(&self, ticket: &Ticket, now: Timestamp) -> Option<Arc<Principal>> {
        self.lock().signed_in.find(&ticket.id, now).cloned()
    }

    pub(crate) fn sign_in(
        &self,
        ticket: &Ticket,
        principal: Arc<Principal>,
        now: Timestamp,
        limits: &SessionLimits,
    ) {
        self.lock().signed_in.insert(ticket.id, later(now, limits.signed_in), principal, now);
    }

    /// Ends a session: its ticket is worth nothing from now on.
    pub(crate) fn end(&self, ticket: &Ticket, now: Timestamp, limits: &SessionLimits) {
        let mut inner = self.lock();
        inner.signed_in.remove(&ticket.id);
        inner.signing_in.remove(&ticket.id);
        inner.ways.remove(&ticket.id);
        // A cookie that was sealed later than this one may end later, but never after this.
        inner.void.insert(ticket.id, later(now, limits.idle.min(limits.absolute)), (), now);
    }

    /// Ends one session, and has another one go on in its place.
    pub(crate) fn rotate(&self, from: &Ticket, to: &Ticket, now: Timestamp, limits: &SessionLimits) {
        let mut inner = self.lock();
        // The right to be here does not last longer for having been moved.
        if let Some((until, principal)) = inner.signed_in.take(&from.id) {
            inner.signed_in.insert(to.id, until, principal, now);
        }
        inner.signing_in.remove(&from.id);
        inner.void.insert(from.id, later(now, limits.idle.min(limits.absolute)), (), now);
    }

    pub(crate) fn notes(&self, ticket: &Ticket, now: Timestamp) -> Notes {
        self.lock().signing_in.find(&ticket.id, now).cloned().unwrap_or_default()
    }

    pub(crate) fn note(&self, ticket: &Ticket, notes: Notes, now: Timestamp, limits: &SessionLimits) {
        let mut inner = self.lock();
        if notes.is_empty() {
            inner.signing_in.remove(&ticket.id);
        } else {
            inner.signing_in.insert(ticket.id, later(now, limits.signing_in), notes, now);
        }
    }

    pub(crate) fn remember_way(&self, ticket: &Ticket, path: String, now: Timestamp, limits: &SessionLimits) {
        self.lock().ways.insert(ticket.id, later(now, limits.signing_in), path, now);
    }

    pub(crate) fn way(&self, ticket: &Ticket, now: Timestamp) -> Option<String> {
        self.lock().ways.find(&ticket.id, now).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
