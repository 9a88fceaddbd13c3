//! The keys that sealed texts are made with.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::secret::{NoRandomness, random};

/// A key of 256 bits. Its `Debug` does not show it, and its memory is overwritten when it is dropped.
///
/// ```
/// use stepflow_web::token::Key;
///
/// let key = Key::generate()?;
/// // Kept where secrets are kept, and read back at the next start.
/// let again = Key::from_text(&key.to_text())?;
/// assert_eq!(again.to_text(), key.to_text());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Key {
    bytes: Zeroizing<[u8; 32]>,
    id: [u8; 8],
}

impl Key {
    /// A new random key.
    ///
    /// # Errors
    ///
    /// When the system has no random numbers to give.
    pub fn generate() -> Result<Self, NoRandomness> {
        Ok(Self::from_bytes(random()?))
    }

    /// The key of these bytes. They must be random; a password is no key.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        let mut named = Sha256::new();
        named.update(b"stepflow key id");
        named.update(bytes);
        let digest: [u8; 32] = named.finalize().into();
        let [a, b, c, d, e, f, g, h, ..] = digest;
        Self { bytes: Zeroizing::new(bytes), id: [a, b, c, d, e, f, g, h] }
    }

    /// The key that [`to_text`](Self::to_text) wrote: 43 characters, base64 as addresses have it.
    ///
    /// # Errors
    ///
    /// When the text is anything else.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| KeyError::new())?);
        Ok(Self::from_bytes(bytes.as_slice().try_into().map_err(|_| KeyError::new())?))
    }

    /// The key as text, to be kept where secrets are kept.
    #[must_use]
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes.as_slice())
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Says which key sealed a text, and nothing about the key.
    pub(super) const fn id(&self) -> [u8; 8] {
        self.id
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// A text is not a key. It does not say what the text was.
#[derive(Debug, thiserror::Error)]
#[error("the text is not a key: a key is 43 letters, digits, `-` and `_`, as `Key::to_text` writes it")]
pub struct KeyError(());

impl KeyError {
    const fn new() -> Self {
        Self(())
    }
}

/// The key that seals, and older ones that still open.
///
/// To change keys, start with the new one and keep the old one in [`older`](Self::older) until everything that it
/// sealed has expired.
///
/// ```
/// use stepflow_web::token::{Key, Keys, Subject};
/// use stepflow::Timestamp;
///
/// let (now, later) = (Timestamp::from_second(1_000)?, Timestamp::from_second(2_000)?);
/// let old = Key::generate()?;
/// let subject = Subject::new("draft");
/// let token = Keys::new(old.clone()).seal(&subject, later, b"half an answer")?;
///
/// let keys = Keys::new(Key::generate()?).older(old);
/// assert_eq!(keys.open("draft", now, &token)?.payload, b"half an answer");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Keys {
    current: Key,
    older: Vec<Key>,
}

impl Keys {
    /// With this key to seal and to open.
    #[must_use]
    pub fn new(current: Key) -> Self {
        Self { current, older: Vec::new() }
    }

    /// With one more key that opens what it once sealed.
    #[must_use]
    pub fn older(mut self, key: Key) -> Self {
        self.older.push(key);
        self
    }

    pub(super) const fn current(&self) -> &Key {
        &self.current
    }

    pub(super) fn of_id(&self, id: [u8; 8]) -> Option<&Key> {
        std::iter::once(&self.current).chain(&self.older).find(|key| key.id() == id)
    }
}
