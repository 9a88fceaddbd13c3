//! Texts that only this service can read and write, and that say what they are about.
//!
//! Version 1, before base64: `1`, key id (8), nonce (24), expiry in milliseconds (8), revision (8), length (2) and text of
//! the definition, length (2) and text of the run, ciphertext with its tag. What stands before the ciphertext, and the
//! purpose, which is not in the token, are authenticated with it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use stepflow::Timestamp;

use super::key::Keys;
use super::secret::{NoRandomness, random};

/// How many bytes a token can carry: 1 MiB. What is larger belongs into a store.
pub const MAX_PAYLOAD: usize = 1 << 20;

const VERSION: u8 = 1;
const MAX_NAME: usize = 512;
const NONCE: usize = 24;
/// Version, key id, nonce, expiry, revision, two lengths.
const HEAD: usize = 1 + 8 + NONCE + 8 + 8 + 2 + 2;
const TAG: usize = 16;

/// What a sealed token is about. All of it can be read by whoever holds the token, and changed by nobody.
///
/// ```
/// use stepflow_web::token::Subject;
///
/// let subject = Subject::new("wizard state").definition("5f3a…").run("01985c").revision(7);
/// assert_eq!(subject.revision, 7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subject {
    /// What the token is for. A token for one purpose opens for no other; it is not written into the token.
    pub purpose: String,
    /// The hash of the definition that the payload belongs to; at most 512 bytes.
    pub definition: String,
    /// The run that the payload belongs to; at most 512 bytes.
    pub run: String,
    /// Which of the run's states it is.
    pub revision: u64,
}

impl Subject {
    /// About nothing but its purpose.
    pub fn new(purpose: impl Into<String>) -> Self {
        Self { purpose: purpose.into(), definition: String::new(), run: String::new(), revision: 0 }
    }

    /// The same for a definition.
    #[must_use]
    pub fn definition(mut self, hash: impl Into<String>) -> Self {
        self.definition = hash.into();
        self
    }

    /// The same for a run.
    #[must_use]
    pub fn run(mut self, id: impl Into<String>) -> Self {
        self.run = id.into();
        self
    }

    /// The same for one of the run's states.
    #[must_use]
    pub const fn revision(mut self, revision: u64) -> Self {
        self.revision = revision;
        self
    }
}

/// What was in a token, and what it was about: true, since only a holder of the key can have written it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Opened {
    /// What it is about.
    pub subject: Subject,
    /// From when on it does not open.
    pub expires: Timestamp,
    /// What was sealed.
    pub payload: Vec<u8>,
    /// Says which token it was, for [`Spent`](super::Spent). No two tokens have the same.
    pub id: [u8; NONCE],
}

impl Opened {
    /// Demands that it belongs to this definition.
    ///
    /// # Errors
    ///
    /// [`TokenError::OtherDefinition`], which names both.
    pub fn of_definition(self, hash: &str) -> Result<Self, TokenError> {
        if self.subject.definition == hash {
            return Ok(self);
        }
        Err(TokenError::OtherDefinition { found: self.subject.definition, expected: hash.to_owned() })
    }

    /// Demands that it belongs to this run.
    ///
    /// # Errors
    ///
    /// [`TokenError::OtherRun`].
    pub fn of_run(self, id: &str) -> Result<Self, TokenError> {
        if self.subject.run == id { Ok(self) } else { Err(TokenError::OtherRun) }
    }

    /// Demands that it is this state of its run. Whoever keeps the run's revision has the protection from replay with it.
    ///
    /// # Errors
    ///
    /// [`TokenError::OtherRevision`], which names both.
    pub fn at_revision(self, revision: u64) -> Result<Self, TokenError> {
        let found = self.subject.revision;
        if found == revision {
            Ok(self)
        } else {
            Err(TokenError::OtherRevision { found, expected: revision })
        }
    }
}

/// Why a token was not sealed or not opened. No message shows a part of the token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// It was changed, or sealed for something else, or by somebody else.
    #[error("the token was changed, or is not one of ours for this purpose")]
    Forged,
    /// It is no token.
    #[error("the text is not a token")]
    Malformed,
    /// A name in its subject is too long.
    #[error("the definition and the run of a token have at most 512 bytes each")]
    NameTooLong,
    /// There are no random numbers.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// Its time is over.
    #[error("the token expired at {at}")]
    Expired {
        /// When.
        at: Timestamp,
    },
    /// It belongs to another definition.
    #[error("the token belongs to the definition {found}, not to {expected}")]
    OtherDefinition {
        /// The definition it was sealed for.
        found: String,
        /// The one asked for.
        expected: String,
    },
    /// It is another state of its run.
    #[error("the token holds revision {found}, but the run is at revision {expected}")]
    OtherRevision {
        /// The revision it was sealed for.
        found: u64,
        /// The one asked for.
        expected: u64,
    },
    /// It belongs to another run.
    #[error("the token belongs to another run")]
    OtherRun,
    /// It is larger than any that is given out.
    #[error("a token carries at most 1 MiB")]
    TooLarge,
    /// It was sealed with a key that is not known here, or no longer.
    #[error("the token was sealed with a key that is not in use any more")]
    UnknownKey,
}

impl Keys {
    /// Seals a payload: the text can stand in an address, a header or JSON.
    ///
    /// # Errors
    ///
    /// When the payload or a name is too large, or there are no random numbers.
    pub fn seal(&self, subject: &Subject, expires: Timestamp, payload: &[u8]) -> Result<String, TokenError> {
        if payload.len() > MAX_PAYLOAD {
            return Err(TokenError::TooLarge);
        }
        let nonce = random::<NONCE>()?;
        let mut token = Vec::with_capacity(HEAD + TAG + payload.len() + 128);
        token.push(VERSION);
        token.extend(self.current().id());
        token.extend(nonce);
        token.extend(expires.as_millisecond().to_be_bytes());
        token.extend(subject.revision.to_be_bytes());
        for name in [&subject.definition, &subject.run] {
            let length = u16::try_from(name.len()).ok().filter(|length| usize::from(*length) <= MAX_NAME);
            token.extend(length.ok_or(TokenError::NameTooLong)?.to_be_bytes());
            token.extend(name.as_bytes());
        }
        let cipher = XChaCha20Poly1305::new(self.current().bytes().into());
        let aad = authenticated(&subject.purpose, &token);
        let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: payload, aad: &aad });
        token.extend(sealed.map_err(|_| TokenError::TooLarge)?);
        Ok(URL_SAFE_NO_PAD.encode(token))
    }

    /// Opens a token that was sealed for this purpose and has not expired. What it is about is in the answer.
    ///
    /// # Errors
    ///
    /// When it is not a token of one of these keys for this purpose, was changed, or has expired.
    pub fn open(&self, purpose: &str, now: Timestamp, token: &str) -> Result<Opened, TokenError> {
        // Looked at before anything is decoded: four characters for three bytes.
        if token.len() / 4 * 3 > HEAD + 2 * MAX_NAME + MAX_PAYLOAD + TAG + 3 {
            return Err(TokenError::TooLarge);
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| TokenError::Malformed)?;
        let head = Head::read(&bytes).ok_or(TokenError::Malformed)?;
        let key = self.of_id(head.key).ok_or(TokenError::UnknownKey)?;
        let (clear, sealed) = bytes.split_at(head.length);
        let cipher = XChaCha20Poly1305::new(key.bytes().into());
        let aad = authenticated(purpose, clear);
        let payload = cipher.decrypt(&XNonce::from(head.nonce), Payload { msg: sealed, aad: &aad });
        let payload = payload.map_err(|_| TokenError::Forged)?;
        let expires = Timestamp::from_millisecond(head.expires).map_err(|_| TokenError::Malformed)?;
        if expires <= now {
            return Err(TokenError::Expired { at: expires });
        }
        let subject = Subject {
            purpose: purpose.to_owned(),
            definition: head.definition,
            run: head.run,
            revision: head.revision,
        };
        Ok(Opened { subject, expires, payload, id: head.nonce })
    }
}

/// The part of a token that everybody can read.
struct Head {
    key: [u8; 8],
    nonce: [u8; NONCE],
    expires: i64,
    revision: u64,
    definition: String,
    run: String,
    length: usize,
}

impl Head {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        if take::<1>(&mut rest)? != [VERSION] {
            return None;
        }
        let key = take(&mut rest)?;
        let nonce = take(&mut rest)?;
        let expires = i64::from_be_bytes(take(&mut rest)?);
        let revision = u64::from_be_bytes(take(&mut rest)?);
        let definition = name(&mut rest)?;
        let run = name(&mut rest)?;
        Some(Self { key, nonce, expires, revision, definition, run, length: bytes.len() - rest.len() })
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, left) = rest.split_first_chunk::<N>()?;
    *rest = left;
    Some(*taken)
}

fn name(rest: &mut &[u8]) -> Option<String> {
    let length = usize::from(u16::from_be_bytes(take(rest)?));
    let (taken, left) = rest.split_at_checked(length).filter(|_| length <= MAX_NAME)?;
    *rest = left;
    String::from_utf8(taken.to_vec()).ok()
}

/// The purpose first, with its length, so that no purpose runs into the head.
fn authenticated(purpose: &str, head: &[u8]) -> Vec<u8> {
    let length = u64::try_from(purpose.len()).unwrap_or(u64::MAX);
    [&length.to_be_bytes()[..], purpose.as_bytes(), head].concat()
}
