//! Random texts that stand for a right, and what is kept of them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// A text of 256 random bits: whoever has it may do something, once or for a while.
///
/// It is handed out and forgotten; what is kept is its [`hash`](Self::hash). Its `Debug` does not show it.
///
/// ```
/// use stepflow_web::token::Secret;
///
/// let secret = Secret::new()?;
/// let kept = secret.hash();
/// assert!(kept.matches(secret.text()));
/// assert!(!kept.matches("a guess"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// A new one: 43 characters that may stand in an address as they are.
    ///
    /// # Errors
    ///
    /// When the system has no random numbers to give.
    pub fn new() -> Result<Self, NoRandomness> {
        Ok(Self(URL_SAFE_NO_PAD.encode(random::<32>()?)))
    }

    /// The text itself, for the one it is meant for.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What may be kept.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What is kept of a [`Secret`]: nobody who reads it can use it.
///
/// A plain SHA-256 is enough, since what is hashed has 256 random bits and cannot be guessed. Passwords would need
/// another function.
///
/// ```
/// use stepflow_web::token::SecretHash;
///
/// let hash = SecretHash::of("open sesame");
/// assert!(hash.matches("open sesame"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Whether it is the hash of this text. The time it takes says nothing about how near a guess was.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.0.ct_eq(&Self::of(text).0).into()
    }
}

/// The system has no random numbers to give.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random numbers, and nothing can be kept secret without them")]
pub struct NoRandomness(#[source] getrandom::Error);

/// Random bytes from the system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(NoRandomness)?;
    Ok(bytes)
}
