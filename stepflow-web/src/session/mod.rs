//! Sessions: who came back, as far as a browser's cookie tells.
//!
//! The cookie is a sealed ticket, so a visitor who has not signed in costs no memory here, however many come, and keeps
//! their place over a restart with the same keys. Who is signed in stands in this process alone: signing out is
//! final, and no old cookie brings a right back.

mod bounded;
mod cookie;
mod memory;
mod ticket;
mod visitor;

use std::time::Duration;

pub(crate) use self::cookie::{Jar, Transport};
pub(crate) use self::memory::Sessions;
pub(crate) use self::ticket::Ticket;
pub use self::visitor::{Denied, NotProtected, RotateSession, SignOut, Visitor};

/// How long sessions last, and how many there may be.
///
/// ```
/// use std::time::Duration;
/// use stepflow_web::SessionLimits;
///
/// let mut limits = SessionLimits::default();
/// limits.signed_in = Duration::from_secs(3600);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionLimits {
    /// A session ends when nothing was heard of it for so long. By default 24 hours, so that nobody is hurried.
    pub idle: Duration,
    /// A session ends this long after it began, whatever happens. By default 7 days.
    pub absolute: Duration,
    /// Whoever signed in does so again after this time. By default 12 hours.
    pub signed_in: Duration,
    /// How long signing in may take. By default 10 minutes.
    pub signing_in: Duration,
    /// How many people can be signed in at a time; the one whose time is over first goes first. By default 100,000.
    pub at_most: usize,
}

impl Default for SessionLimits {
    fn default() -> Self {
        const HOUR: u64 = 3600;
        Self {
            idle: Duration::from_secs(24 * HOUR),
            absolute: Duration::from_secs(7 * 24 * HOUR),
            signed_in: Duration::from_secs(12 * HOUR),
            signing_in: Duration::from_secs(600),
            at_most: 100_000,
        }
    }
}
