//! A key that does not show itself.

use std::fmt;

use reqwest::header::HeaderValue;

/// The header of a key. It is printed nowhere.
#[derive(Clone)]
pub(super) struct Key(pub(super) HeaderValue);

impl Key {
    /// Nothing, if a header cannot hold the key.
    pub(super) fn new(key: &str) -> Option<Self> {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", key.trim())).ok()?;
        value.set_sensitive(true);
        Some(Self(value))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}
