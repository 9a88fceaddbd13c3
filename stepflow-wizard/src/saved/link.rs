//! Links by which a person comes back to a wizard, from another device too.

use std::fmt;

use jiff::Timestamp;

use super::{Session, Wizards, WizardsError, chance};
use crate::store::{LinkHash, NewLink, Owner, WizardKey};

/// A link by which somebody comes back to a wizard, once.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResumeLink {
    /// The secret that opens it: 64 hexadecimal digits, to be put into a URL. Only its digest is kept.
    pub token: String,
    /// Until when it does.
    pub expires_at: Timestamp,
}

/// The secret is not shown.
impl fmt::Debug for ResumeLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResumeLink").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl Wizards {
    /// Makes a link to a wizard, for as long as [`Keeping::links`](super::Keeping::links) says. An earlier link to the
    /// same wizard is void then.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub async fn link(&self, key: &WizardKey) -> Result<ResumeLink, WizardsError> {
        self.load(key).await?;
        let token = chance::secret()?;
        let link = NewLink { hash: LinkHash::of(&token), lifetime: self.0.keeping.links };
        match self.0.store.link(key, &link).await? {
            Some(expires_at) => Ok(ResumeLink { token, expires_at }),
            // It was open a moment ago.
            None => Err(WizardsError::Completing),
        }
    }

    /// The wizard that a link leads to, without using the link up: for the page that asks whether to go on, and for a
    /// second fact that only the right person knows.
    ///
    /// # Errors
    ///
    /// [`LinkVoid`](WizardsError::LinkVoid) for a link that was used, is over its time, or never was one; otherwise as
    /// [`load`](Self::load).
    pub async fn linked(&self, token: &str) -> Result<Session, WizardsError> {
        let found = self.0.store.linked(&LinkHash::of(token)).await?;
        let found = found.filter(|stored| stored.wizard == self.0.definition.name());
        self.session(found.ok_or(WizardsError::LinkVoid)?)
    }

    /// Uses a link up, and gives its wizard to this owner; whose it was does not find it any more.
    ///
    /// # Errors
    ///
    /// As [`linked`](Self::linked).
    pub async fn resume(&self, token: &str, owner: &Owner) -> Result<Session, WizardsError> {
        self.linked(token).await?;
        match self.0.store.redeem(&LinkHash::of(token), owner).await? {
            Some(key) => self.load(&key).await,
            None => Err(WizardsError::LinkVoid),
        }
    }
}
