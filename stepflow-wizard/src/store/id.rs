//! What a wizard, its owner and its submission are called.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Identifies one saved wizard: 128 random bits, as 32 hexadecimal digits.
///
/// It is not made from anything that a client sends, and it opens nothing by itself: a wizard is found by its id and
/// its owner together.
///
/// ```
/// use stepflow_wizard::store::WizardId;
///
/// let id = WizardId::from_random([7; 16]);
/// assert_eq!(id.to_string(), "07".repeat(16));
/// assert_eq!(id.to_string().parse::<WizardId>()?, id);
/// assert!("../../etc".parse::<WizardId>().is_err());
/// # Ok::<(), stepflow_wizard::store::WordError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WizardId([u8; 16]);

impl WizardId {
    /// The id of these bits, which must come from a generator that nobody can foresee.
    #[must_use]
    pub const fn from_random(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for WizardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl FromStr for WizardId {
    type Err = WordError;

    fn from_str(text: &str) -> Result<Self, WordError> {
        unhex(text).map(Self).ok_or(WordError("a wizard's id has 32 hexadecimal digits"))
    }
}

/// Names one submission of a wizard, however often it is tried: 128 random bits, as 32 hexadecimal digits. Whoever
/// takes the submission can tell by it that they have it already. It serves as the id of a run.
///
/// ```
/// use stepflow_wizard::store::SubmissionId;
///
/// let id = SubmissionId::from_random([0xab; 16]);
/// assert_eq!(id.to_string().parse::<SubmissionId>()?, id);
/// let run: stepflow::RunId = id.to_string().parse()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubmissionId([u8; 16]);

impl SubmissionId {
    /// The id of these bits, which must come from a generator that nobody can foresee.
    #[must_use]
    pub const fn from_random(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for SubmissionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl FromStr for SubmissionId {
    type Err = WordError;

    fn from_str(text: &str) -> Result<Self, WordError> {
        unhex(text).map(Self).ok_or(WordError("a submission's id has 32 hexadecimal digits"))
    }
}

/// Whose a wizard is: a session, or a person who is signed in. Up to 255 bytes, without control characters.
///
/// Where the id of a session opens that session, take a digest of it instead: what a store holds may be read by
/// others. It is not shown by `Debug`.
///
/// ```
/// use stepflow_wizard::store::Owner;
///
/// let owner: Owner = "user:1047".parse()?;
/// assert_eq!(owner.as_str(), "user:1047");
/// assert_eq!(format!("{owner:?}"), "Owner(..)");
/// assert!("".parse::<Owner>().is_err());
/// # Ok::<(), stepflow_wizard::store::WordError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner(Arc<str>);

impl Owner {
    /// Its name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Owner {
    type Err = WordError;

    fn from_str(text: &str) -> Result<Self, WordError> {
        if text.is_empty() || text.len() > 255 || text.chars().any(char::is_control) {
            return Err(WordError("an owner's name has 1 to 255 bytes and no control characters"));
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Debug for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Owner(..)")
    }
}

/// What a wizard is found by.
///
/// ```
/// use stepflow_wizard::store::{WizardId, WizardKey};
///
/// let key = WizardKey { id: WizardId::from_random([7; 16]), owner: "user:1047".parse()? };
/// # Ok::<(), stepflow_wizard::store::WordError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal")]
pub struct WizardKey {
    /// Which wizard.
    pub id: WizardId,
    /// Whose it is.
    pub owner: Owner,
}

/// The digest of a link's secret: SHA-256. Who reads the store cannot make the link of it.
///
/// ```
/// use stepflow_wizard::store::LinkHash;
///
/// assert_eq!(LinkHash::of("secret"), LinkHash::of("secret"));
/// assert_eq!(LinkHash::of("secret").to_string().len(), 64);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkHash([u8; 32]);

impl LinkHash {
    /// The digest of a secret.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        use sha2::Digest as _;
        Self(sha2::Sha256::digest(secret.as_bytes()).into())
    }
}

impl fmt::Display for LinkHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Debug for WizardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WizardId({self})")
    }
}

impl fmt::Debug for SubmissionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SubmissionId({self})")
    }
}

impl fmt::Debug for LinkHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LinkHash({self})")
    }
}

/// A text that cannot be the word it is meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WordError(&'static str);

pub(crate) fn hex(bytes: &[u8], f: &mut impl fmt::Write) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

/// Lower-case digits only, so that every id has one spelling.
fn unhex(text: &str) -> Option<[u8; 16]> {
    let digits = text.as_bytes();
    let mut bytes = [0; 16];
    if digits.len() != 32 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}
