//! What is looked at before anything is parsed, and how often somebody may try.

mod body;
mod depth;
mod fields;
mod rate;

use std::time::Duration;

pub(crate) use self::body::{Kind, Read, Refused, read};
pub use self::fields::{Fields, NoForm};
pub use self::rate::{Attempt, PerMinute, RateLimit, TooMany};

/// How large requests may be, and how slowly they may come.
///
/// ```
/// use stepflow_web::RequestLimits;
///
/// let mut limits = RequestLimits::default();
/// limits.body = 1 << 20;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestLimits {
    /// How long an address may be, in bytes. By default 8 KiB; more is answered with 414.
    pub address: usize,
    /// How large a body may be, in bytes. By default 256 KiB; more is answered with 413, and not read.
    pub body: usize,
    /// How many fields a form may have. By default 1,000; more are answered with 413.
    pub fields: usize,
    /// How long the name of a field may be, in bytes. By default 256; more is answered with 400.
    pub name: usize,
    /// How long one value may be, in bytes. By default 64 KiB; more is answered with 413.
    pub value: usize,
    /// How deep JSON, or the brackets in the name of a field, may be nested. By default 32; more is answered with 400.
    pub depth: usize,
    /// How long a body may take to arrive. By default 30 seconds; a slower one is answered with 408.
    pub body_time: Duration,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self {
            address: 8 << 10,
            body: 256 << 10,
            fields: 1_000,
            name: 256,
            value: 64 << 10,
            depth: 32,
            body_time: Duration::from_secs(30),
        }
    }
}
