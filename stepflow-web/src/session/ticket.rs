//! What a session's cookie says, sealed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use stepflow::Timestamp;

use super::SessionLimits;
use super::bounded::Id;
use crate::auth::Principal;
use crate::token::{Keys, NoRandomness, Subject, TokenError, random};

const PURPOSE: &str = "stepflow session";
const LENGTH: usize = 16 + 16 + 32 + 16 + 8 + 8;

/// Nobody is signed in.
const NOBODY: [u8; 16] = [0; 16];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ticket {
    /// Which session it is; changes when the session rotates.
    pub(crate) id: Id,
    /// Whom wizards belong to while nobody is signed in; stays when the session rotates.
    owner: [u8; 16],
    /// What every form of this session carries. The browser's scripts and its owner cannot read it out of the cookie.
    token: [u8; 32],
    /// Digest of the principal it was given to, so that another one never goes on with it.
    who: [u8; 16],
    began: Timestamp,
    seen: Timestamp,
}

impl Ticket {
    /// A new session for this principal, or for nobody known.
    pub(crate) fn begin(principal: Option<&Principal>, now: Timestamp) -> Result<Self, NoRandomness> {
        Ok(Self {
            id: random()?,
            owner: random()?,
            token: random()?,
            who: digest(principal),
            began: now,
            seen: now,
        })
    }

    /// The same session under a new id and with a new token.
    pub(crate) fn rotated(&self, now: Timestamp) -> Result<Self, NoRandomness> {
        Ok(Self { id: random()?, token: random()?, seen: now, ..self.clone() })
    }

    /// The same session, heard of now.
    pub(crate) fn seen_at(&self, now: Timestamp) -> Self {
        Self { seen: now, ..self.clone() }
    }

    /// Whether it is worth a new cookie that the session was heard of: once in a twenty-fourth of its idle time.
    pub(crate) fn is_stale(&self, now: Timestamp, limits: &SessionLimits) -> bool {
        now.duration_since(self.seen).unsigned_abs() >= limits.idle / 24
    }

    pub(crate) fn belongs_to(&self, principal: Option<&Principal>) -> bool {
        self.who == digest(principal)
    }

    pub(crate) fn owner(&self) -> String {
        format!("session:{}", URL_SAFE_NO_PAD.encode(self.owner))
    }

    pub(crate) fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.token)
    }

    /// When it ends if nothing more is heard of it.
    pub(crate) fn ends(&self, limits: &SessionLimits) -> Timestamp {
        later(self.seen, limits.idle).min(later(self.began, limits.absolute))
    }

    pub(crate) fn seal(&self, keys: &Keys, limits: &SessionLimits) -> Result<String, TokenError> {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend(self.id);
        bytes.extend(self.owner);
        bytes.extend(self.token);
        bytes.extend(self.who);
        bytes.extend(self.began.as_millisecond().to_be_bytes());
        bytes.extend(self.seen.as_millisecond().to_be_bytes());
        keys.seal(&Subject::new(PURPOSE), self.ends(limits), &bytes)
    }

    /// The ticket in a cookie; none where it is not one of ours, or its time is over.
    pub(crate) fn open(keys: &Keys, now: Timestamp, cookie: &str) -> Option<Self> {
        let opened = keys.open(PURPOSE, now, cookie).ok()?;
        let bytes: [u8; LENGTH] = opened.payload.try_into().ok()?;
        let (id, rest) = bytes.split_first_chunk()?;
        let (owner, rest) = rest.split_first_chunk()?;
        let (token, rest) = rest.split_first_chunk()?;
        let (who, rest) = rest.split_first_chunk()?;
        let (began, rest) = rest.split_first_chunk()?;
        let (seen, _) = rest.split_first_chunk()?;
        Some(Self {
            id: *id,
            owner: *owner,
            token: *token,
            who: *who,
            began: Timestamp::from_millisecond(i64::from_be_bytes(*began)).ok()?,
            seen: Timestamp::from_millisecond(i64::from_be_bytes(*seen)).ok()?,
        })
    }
}

/// A moment and a duration after it, or the last moment there is.
pub(super) fn later(moment: Timestamp, by: std::time::Duration) -> Timestamp {
    moment.checked_add(by).unwrap_or(Timestamp::MAX)
}

fn digest(principal: Option<&Principal>) -> [u8; 16] {
    let Some(principal) = principal else { return NOBODY };
    let digest: [u8; 32] = Sha256::digest(principal.id().as_bytes()).into();
    let [first @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = digest;
    first
}

#[cfg(test)]
mod tests {
    use stepflow::Timestamp;

    use super::{SessionLimits, Ticket};
    use crate::token::{Key, Keys};

    #[test]
    fn a_ticket_reads_back_until_its_time_is_over() -> Result<(), Box<dyn std::error::Error>> {
        let (keys, limits) = (Keys::new(Key::generate()?), SessionLimits::default());
        let now = Timestamp::from_second(1_000_000)?;
        let ticket = Ticket::begin(None, now)?;
        let cookie = ticket.seal(&keys, &limits)?;
        assert_eq!(Ticket::open(&keys, now, &cookie), Some(ticket.clone()));
        assert_eq!(Ticket::open(&keys, ticket.ends(&limits), &cookie), None);
        assert_eq!(Ticket::open(&Keys::new(Key::generate()?), now, &cookie), None, "another key");
        let rotated = ticket.rotated(now)?;
        assert_eq!(rotated.owner(), ticket.owner());
        assert_ne!((rotated.id, rotated.token()), (ticket.id, ticket.token()));
        Ok(())
    }

    #[test]
    fn being_heard_of_prolongs_a_session_up_to_its_absolute_end() -> Result<(), Box<dyn std::error::Error>> {
        let limits = SessionLimits::default();
        let now = Timestamp::from_second(0)?;
        let ticket = Ticket::begin(None, now)?;
        let six_days = super::later(now, limits.idle * 6);
        assert_eq!(ticket.seen_at(six_days).ends(&limits), super::later(now, limits.absolute));
        assert!(!ticket.is_stale(super::later(now, limits.idle / 25), &limits));
        assert!(ticket.is_stale(super::later(now, limits.idle / 24), &limits));
        Ok(())
    }
}
