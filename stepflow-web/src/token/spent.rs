//! Tokens that may be used once.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use stepflow::Timestamp;

use super::seal::Opened;

/// Remembers which tokens were used, until each has expired by itself.
///
/// It is bounded, and forgets nothing that could still be used: when it is full, it refuses. It lives in memory; a
/// service of several processes, or one that must remember over a restart, keeps the revision of the run instead
/// ([`Opened::at_revision`]).
///
/// ```
/// use stepflow::Timestamp;
/// use stepflow_web::token::{Key, Keys, Spent, Subject};
///
/// let (now, later) = (Timestamp::from_second(1_000)?, Timestamp::from_second(2_000)?);
/// let keys = Keys::new(Key::generate()?);
/// let token = keys.seal(&Subject::new("resume"), later, b"run 7")?;
///
/// let spent = Spent::new(10_000);
/// spent.spend(&keys.open("resume", now, &token)?, now)?;
/// assert!(spent.spend(&keys.open("resume", now, &token)?, now).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Spent {
    at_most: usize,
    until: Mutex<BTreeMap<[u8; 24], Timestamp>>,
}

impl Spent {
    /// For at most so many tokens at a time.
    #[must_use]
    pub const fn new(at_most: usize) -> Self {
        Self { at_most, until: Mutex::new(BTreeMap::new()) }
    }

    /// Uses a token up.
    ///
    /// # Errors
    ///
    /// When it was used before, or when so many are remembered that this one could not be.
    pub fn spend(&self, token: &Opened, now: Timestamp) -> Result<(), AlreadySpent> {
        let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        if until.len() >= self.at_most {
            until.retain(|_, expires| *expires > now);
        }
        if until.contains_key(&token.id) {
            return Err(AlreadySpent { full: false });
        }
        if until.len() >= self.at_most {
            return Err(AlreadySpent { full: true });
        }
        until.insert(token.id, token.expires);
        Ok(())
    }
}

/// A token cannot be used, or not again.
#[derive(Debug, thiserror::Error)]
#[error("{}", if *full { "too many tokens were used lately; try again later" } else { "the token was used before" })]
pub struct AlreadySpent {
    full: bool,
}
