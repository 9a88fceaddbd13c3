//! The name of a run.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::time::Moment;

/// Identifies one run: a UUID made when the run starts (version 7, so ids sort by start), or a name
/// of the caller's own such as an order number. Not a secret.
///
/// ```
/// use stepflow::RunId;
///
/// let id: RunId = "order-1047".parse()?;
/// assert_eq!(id.to_string(), "order-1047");
/// assert!("".parse::<RunId>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(Kind);

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Kind {
    /// The two halves of a UUID: as bytes it could lie at any address, and would be moved byte by byte.
    Made(u64, u64),
    Named(Arc<str>),
}

impl RunId {
    pub(crate) const NIL: Self = Self(Kind::Made(0, 0));

    /// The longest name, in bytes.
    ///
    /// ```
    /// use stepflow::RunId;
    ///
    /// assert!("x".repeat(RunId::MAX_LENGTH).parse::<RunId>().is_ok());
    /// assert!("x".repeat(RunId::MAX_LENGTH + 1).parse::<RunId>().is_err());
    /// ```
    pub const MAX_LENGTH: usize = 255;

    /// A new id for a run that starts at `start`; `random` should be just that.
    pub(crate) fn new(start: Moment, random: u128) -> Self {
        let millis = u128::from(start.as_nanos() / 1_000_000);
        let mut id = (millis << 80) | (random & ((1 << 80) - 1));
        // The version and variant of RFC 9562, as `uuid::Builder` sets them; spelled out because its way
        // through byte arrays takes longer than the rest of the id.
        id = (id & !(0xF << 76)) | (0x7 << 76);
        id = (id & !(0x3 << 62)) | (0x2 << 62);
        Self(Kind::Made((id >> 64) as u64, id as u64))
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Made(high, low) => Uuid::from_u64_pair(*high, *low).fmt(f),
            Kind::Named(name) => f.write_str(name),
        }
    }
}

/// Why a text cannot name a run.
///
/// ```
/// use stepflow::{RunId, RunIdError};
///
/// assert_eq!("".parse::<RunId>(), Err(RunIdError::Empty));
/// let error = "two\nlines".parse::<RunId>().expect_err("one line, please");
/// assert_eq!(error.to_string(), "a run id must not hold control characters");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RunIdError {
    /// It holds a control character such as a line break.
    #[error("a run id must not hold control characters")]
    Control,
    /// It is empty.
    #[error("a run id must not be empty")]
    Empty,
    /// It is too long.
    #[error("a run id must not be longer than {} bytes; this one has {length}", RunId::MAX_LENGTH)]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
}

impl FromStr for RunId {
    type Err = RunIdError;

    fn from_str(text: &str) -> Result<Self, RunIdError> {
        if text.is_empty() {
            return Err(RunIdError::Empty);
        }
        if text.len() > Self::MAX_LENGTH {
            return Err(RunIdError::TooLong { length: text.len() });
        }
        if text.chars().any(char::is_control) {
            return Err(RunIdError::Control);
        }
        // Only the form that `Display` writes: another spelling is a name, and must come back as given.
        let made = Uuid::try_parse(text).ok().filter(|uuid| uuid.to_string() == text);
        Ok(Self(match made.map(|uuid| uuid.as_u64_pair()) {
            Some((high, low)) => Kind::Made(high, low),
            None => Kind::Named(text.into()),
        }))
    }
}

impl Serialize for RunId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RunId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
