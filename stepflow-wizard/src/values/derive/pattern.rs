//! Patterns and what takes the place of their matches.

use regex::{Captures, Regex, RegexBuilder};
use serde_json::Value;

use super::error::DerivationError;

/// How long a pattern may be, in bytes.
const MAX_LENGTH: usize = 1024;
/// How large it may become, compiled, in bytes.
const MAX_SIZE: usize = 1024 * 1024;

/// A regular expression: searched in time linear in the text, whatever the pattern.
///
/// ```
/// use stepflow_wizard::values::Pattern;
///
/// assert!(Pattern::new(r"^\d+$")?.is_match("12"));
/// assert!(Pattern::new("(").is_err());
/// assert!(Pattern::new(r"(a{1000}){1000}").is_err());
/// # Ok::<(), stepflow_wizard::values::DerivationError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// Compiles a pattern of at most 1 KiB, and 1 MiB when compiled. Look-around and references back are not known:
    /// they are what makes other engines slow.
    ///
    /// # Errors
    ///
    /// [`DerivationError::Pattern`] or [`DerivationError::PatternTooLong`].
    pub fn new(pattern: &str) -> Result<Self, DerivationError> {
        if pattern.len() > MAX_LENGTH {
            return Err(DerivationError::PatternTooLong { length: pattern.len(), allowed: MAX_LENGTH });
        }
        RegexBuilder::new(pattern)
            .size_limit(MAX_SIZE)
            .dfa_size_limit(MAX_SIZE)
            .nest_limit(50)
            .build()
            .map(Self)
            .map_err(|source| DerivationError::Pattern { pattern: pattern.to_owned(), source })
    }

    /// Whether the pattern is found anywhere in the text.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// The first group of the first match. A group that took no part in it is null.
    pub(super) fn extract(&self, text: &str) -> Option<Value> {
        if self.0.captures_len() < 2 {
            return None;
        }
        let captures = self.0.captures(text)?;
        Some(captures.get(1).map_or(Value::Null, |group| group.as_str().into()))
    }
}

/// What takes the place of a match, in Python's spelling: `\1` and `\g<name>` stand for groups.
///
/// ```
/// use stepflow_wizard::values::{Pattern, Replacement};
///
/// let pattern = Pattern::new(r"(\d+)-(?P<unit>\w+)")?;
/// let replacement = Replacement::new(r"\g<unit> \1", &pattern)?;
/// assert_eq!(replacement.replace_all(&pattern, "12-kg, 5-m"), "kg 12, m 5");
/// assert!(Replacement::new(r"\3", &pattern).is_err());
/// # Ok::<(), stepflow_wizard::values::DerivationError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Group(usize),
    Text(String),
}

impl Replacement {
    /// Reads a replacement for the matches of a pattern.
    ///
    /// # Errors
    ///
    /// [`DerivationError::Group`], if the pattern has no such group.
    pub fn new(text: &str, pattern: &Pattern) -> Result<Self, DerivationError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, escape)) = rest.split_once('\\') {
            parts.push(Part::Text(before.to_owned()));
            let (part, length) = escaped(escape, pattern)?;
            parts.push(part);
            rest = escape.get(length..).unwrap_or_default();
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self(parts))
    }

    /// The text with every match replaced.
    pub fn replace_all(&self, pattern: &Pattern, text: &str) -> String {
        let write = |captures: &Captures<'_>| -> String {
            let parts = self.0.iter().map(|part| match part {
                Part::Group(group) => captures.get(*group).map_or("", |group| group.as_str()),
                Part::Text(text) => text,
            });
            parts.collect()
        };
        pattern.0.replace_all(text, write).into_owned()
    }
}

/// What stands behind a backslash, and how long it is.
fn escaped(escape: &str, pattern: &Pattern) -> Result<(Part, usize), DerivationError> {
    if let Some((name, _)) = escape.strip_prefix("g<").and_then(|rest| rest.split_once('>')) {
        return Ok((Part::Group(group(name, pattern)?), name.len() + 3));
    }
    let digits = escape.bytes().take(2).take_while(u8::is_ascii_digit).count();
    if let Some(number) = escape.get(..digits).filter(|digits| !digits.is_empty()) {
        return Ok((Part::Group(group(number, pattern)?), digits));
    }
    let Some(letter) = escape.chars().next() else {
        return Ok((Part::Text("\\".to_owned()), 0));
    };
    let text = match letter {
        'n' => "\n".to_owned(),
        'r' => "\r".to_owned(),
        't' => "\t".to_owned(),
        '\\' => "\\".to_owned(),
        other => format!("\\{other}"),
    };
    Ok((Part::Text(text), letter.len_utf8()))
}

fn group(name: &str, pattern: &Pattern) -> Result<usize, DerivationError> {
    let number = match name.parse::<usize>() {
        Ok(number) => Some(number).filter(|number| *number < pattern.0.captures_len()),
        Err(_) => pattern.0.capture_names().position(|known| known == Some(name)),
    };
    number.ok_or_else(|| DerivationError::Group { group: name.to_owned() })
}
