//! Which role may do what.

use std::collections::{BTreeMap, BTreeSet};

use super::Principal;

/// What somebody may do with runs and approvals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum May {
    /// Answer what a run waits for: approve, deny, settle.
    Decide,
    /// See runs, their states and what is pending.
    Look,
    /// Cancel, retry and fork runs.
    Operate,
}

impl May {
    pub(crate) const fn denied(self) -> &'static str {
        match self {
            Self::Decide => "You may not decide this",
            Self::Look => "You may not see this",
            Self::Operate => "You may not change runs",
        }
    }
}

/// Which roles may do what: plain data, asked by the routers.
///
/// By default `viewer` may look, `approver` may look and decide, and `operator` may look and operate. Whoever has
/// none of them may do nothing.
///
/// ```
/// use stepflow_web::auth::{Access, May, Principal};
///
/// let access = Access::default().grant(May::Decide, "finance");
/// let ada = Principal::new("ada")?.with_role("finance");
/// assert!(access.allows(&ada, May::Decide));
/// assert!(!access.allows(&ada, May::Operate));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access(BTreeMap<May, BTreeSet<String>>);

impl Access {
    /// Nobody may do anything.
    #[must_use]
    pub const fn nobody() -> Self {
        Self(BTreeMap::new())
    }

    /// The same, where this role may do that as well.
    #[must_use]
    pub fn grant(mut self, what: May, role: impl Into<String>) -> Self {
        self.0.entry(what).or_default().insert(role.into());
        self
    }

    /// Whether this person may do that.
    #[must_use]
    pub fn allows(&self, principal: &Principal, what: May) -> bool {
        self.0.get(&what).is_some_and(|roles| !roles.is_disjoint(principal.roles()))
    }

    pub(crate) fn roles(&self) -> impl Iterator<Item = &str> {
        self.0.values().flatten().map(String::as_str)
    }
}

impl Default for Access {
    fn default() -> Self {
        let look = Self::nobody().grant(May::Look, "viewer").grant(May::Look, "approver");
        look.grant(May::Look, "operator").grant(May::Decide, "approver").grant(May::Operate, "operator")
    }
}
