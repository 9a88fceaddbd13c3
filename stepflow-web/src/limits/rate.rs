//! How often somebody may try.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::Method;
use stepflow::Timestamp;

/// Asked about every request before anything else is done with it. The place to plug in a limiter of one's own.
///
/// A closure does. What is counted, and by what, is its business: requests that change something, ways to sign in,
/// links that resume.
///
/// ```
/// use std::time::Duration;
/// use stepflow_web::{Attempt, Security, TooMany};
///
/// let security = Security::new().rate_limit(|attempt: &Attempt<'_>| {
///     if attempt.path.starts_with("/resume/") { Err(TooMany::retry_after(Duration::from_secs(60))) } else { Ok(()) }
/// });
/// ```
pub trait RateLimit: Send + Sync {
    /// Whether this request may go on.
    ///
    /// # Errors
    ///
    /// [`TooMany`] where it may not, with the time after which trying again makes sense. The answer is 429.
    fn check(&self, attempt: &Attempt<'_>) -> Result<(), TooMany>;
}

impl<F: Fn(&Attempt<'_>) -> Result<(), TooMany> + Send + Sync> RateLimit for F {
    fn check(&self, attempt: &Attempt<'_>) -> Result<(), TooMany> {
        self(attempt)
    }
}

/// A request, as far as it is known before anything is done with it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// Where the connection comes from. Behind a proxy it is the proxy.
    pub peer: Option<IpAddr>,
    /// What is to be done.
    pub method: &'a Method,
    /// To what.
    pub path: &'a str,
    /// All headers; those that a trusted proxy sets may say where it really comes from.
    pub headers: &'a axum::http::HeaderMap,
    /// When.
    pub now: Timestamp,
}

impl Attempt<'_> {
    /// Whether it could change something.
    #[must_use]
    pub fn changes(&self) -> bool {
        !crate::csrf::is_safe(self.method)
    }
}

/// Somebody tries too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many requests; try again in {} seconds", after.as_secs().max(1))]
pub struct TooMany {
    after: Duration,
}

impl TooMany {
    /// They may try again after this time.
    #[must_use]
    pub const fn retry_after(after: Duration) -> Self {
        Self { after }
    }

    /// The same in whole seconds, one at least.
    #[must_use]
    pub fn seconds(&self) -> u64 {
        self.after.as_secs().max(1)
    }
}

/// At most so many requests that change something, from one address, in each minute of the clock.
///
/// An IPv6 address counts with its whole /64. It remembers at most 10,000 addresses a minute; those beyond share one
/// count. Behind a proxy everybody has the proxy's address: count by something else there.
///
/// ```
/// use stepflow_web::{PerMinute, Security};
///
/// let security = Security::new().rate_limit(PerMinute::new(120));
/// ```
#[derive(Debug)]
pub struct PerMinute {
    at_most: u32,
    counts: Mutex<Minute>,
}

#[derive(Debug, Default)]
struct Minute {
    begins: i64,
    counts: BTreeMap<IpAddr, u32>,
}

const REMEMBERED: usize = 10_000;

/// Stands for every address beyond those that are remembered, and for unknown ones.
const OTHERS: IpAddr = IpAddr::V6(Ipv6Addr::UNSPECIFIED);

impl PerMinute {
    /// So many a minute.
    #[must_use]
    pub fn new(at_most: u32) -> Self {
        Self { at_most, counts: Mutex::default() }
    }
}

impl RateLimit for PerMinute {
    fn check(&self, attempt: &Attempt<'_>) -> Result<(), TooMany> {
        if !attempt.changes() {
            return Ok(());
        }
        let mut minute = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let second = attempt.now.as_second();
        let begins = second - second.rem_euclid(60);
        if begins != minute.begins {
            *minute = Minute { begins, counts: BTreeMap::new() };
        }
        let source = attempt.peer.map_or(OTHERS, network);
        let is_known = minute.counts.len() < REMEMBERED || minute.counts.contains_key(&source);
        let count = minute.counts.entry(if is_known { source } else { OTHERS }).or_insert(0);
        if *count >= self.at_most {
            let left = u64::try_from(begins + 60 - second).unwrap_or(60);
            return Err(TooMany::retry_after(Duration::from_secs(left)));
        }
        *count += 1;
        Ok(())
    }
}

/// The network of one household or machine.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address => address,
    }
}
