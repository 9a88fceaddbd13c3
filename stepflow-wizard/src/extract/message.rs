//! What a person wrote, and what was said before.

use crate::Name;

/// What a person wrote, with as much of the conversation before it as is known.
///
/// ```
/// use stepflow_wizard::extract::{Message, Turn};
///
/// let message = Message::new("the second one")
///     .after([Turn::person("a room for two"), Turn::wizard("There is one to the sea, and one to the street.")])
///     .with_id("message-17");
/// assert_eq!(message.transcript.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// The words themselves.
    pub text: String,
    /// What was said before, oldest first.
    pub transcript: Vec<Turn>,
    /// Names the call, as [`Call::id`](crate::Call) does.
    pub id: Option<Name>,
    /// The revision that the caller has seen, as for [`Call::expected_rev`](crate::Call).
    pub expected_rev: Option<u64>,
}

impl Message {
    /// A message with nothing before it.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), transcript: Vec::new(), id: None, expected_rev: None }
    }

    /// The same, after these.
    #[must_use]
    pub fn after(mut self, turns: impl IntoIterator<Item = Turn>) -> Self {
        self.transcript.extend(turns);
        self
    }

    /// The same by this id: a second one of the id asks no extractor and changes nothing.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<Name>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The same, refused when the state has another revision.
    #[must_use]
    pub fn at_rev(mut self, rev: u64) -> Self {
        self.expected_rev = Some(rev);
        self
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

/// Something that was said before.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Turn {
    /// By whom.
    pub by: Speaker,
    /// The words.
    pub text: String,
}

impl Turn {
    /// Said by the person who answers.
    pub fn person(text: impl Into<String>) -> Self {
        Self { by: Speaker::Person, text: text.into() }
    }

    /// Said to the person.
    pub fn wizard(text: impl Into<String>) -> Self {
        Self { by: Speaker::Wizard, text: text.into() }
    }
}

/// Who said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Speaker {
    /// The person who answers.
    Person,
    /// Whoever asks.
    Wizard,
}
