//! What a message is about.

use crate::dialect::Words;
use std::fmt;

/// The block or the step that a message names.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// How the block that it is in speaks.
    pub(crate) words: &'static Words,
    kind: Kind,
    name: String,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Block,
    Step,
}

impl Place {
    pub(crate) fn block(words: &'static Words, name: String) -> Self {
        Self { words, kind: Kind::Block, name }
    }

    pub(crate) fn step(words: &'static Words, name: String) -> Self {
        Self { words, kind: Kind::Step, name }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Block => self.words.block,
            Kind::Step => "step",
        };
        write!(f, "{kind} `{}`", self.name)
    }
}
