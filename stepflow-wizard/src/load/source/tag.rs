//! Tags: what they are called, and the two ways of writing them.

use super::{Kind, Node};

/// `!expr`: a derived value that is an expression.
pub(in crate::load) const EXPRESSION: &str = "expr";

/// `!literal`: a text or value as it stands, whatever it looks like.
pub(in crate::load) const LITERAL: &str = "literal";

/// `!template`: a template that does not look like one.
pub(in crate::load) const TEMPLATE: &str = "template";

/// `!test`: a condition that is a function of the host.
pub(in crate::load) const TEST: &str = "test";

#[cfg(feature = "yaml")]
pub(super) const TAGS: [&str; 4] = [EXPRESSION, LITERAL, TEMPLATE, TEST];

impl Node {
    /// The tag and what it stands before: `!expr "…"` in YAML, `{"!expr": "…"}` in both formats.
    pub(in crate::load) fn tag(&self) -> Option<(&str, &Self)> {
        match &self.kind {
            Kind::Tagged(tag, value) => Some((tag, value)),
            Kind::Map(entries) => match entries.as_slice() {
                [entry] => entry.key.strip_prefix('!').map(|tag| (tag, &entry.value)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The first tag somewhere inside, which is no part of JSON.
    pub(in crate::load) fn tag_inside(&self) -> Option<&Self> {
        match &self.kind {
            Kind::Tagged(..) => Some(self),
            Kind::List(items) => items.iter().find_map(Self::tag_inside),
            Kind::Map(entries) => entries.iter().find_map(|entry| entry.value.tag_inside()),
            _ => None,
        }
    }
}
