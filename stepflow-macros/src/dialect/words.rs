//! What differs between the dialects in messages.

use crate::syntax::Keys;

/// The words of one dialect.
#[derive(Debug)]
pub(crate) struct Words {
    /// What a block of this kind is called: `workflow`. The attribute is called the same.
    pub(crate) block: &'static str,
    /// The crate that re-exports the attributes.
    pub(crate) krate: &'static str,
    pub(crate) block_keys: Keys,
    pub(crate) step_keys: Keys,
    /// Every list of keys, to say where a misplaced key belongs.
    pub(crate) lists: &'static [Keys],
    /// Names that no step can have.
    pub(crate) reserved_methods: &'static [&'static str],
    pub(crate) reserved_names: &'static [&'static str],
    /// Public names as examples: of a block, of a step.
    pub(crate) example_names: (&'static str, &'static str),
    /// How the block allows ways back.
    pub(crate) allow_loops: &'static str,
    /// What to do instead of leading to the same step.
    pub(crate) instead_of_itself: &'static str,
    /// How a step's parameters are written.
    pub(crate) parameters: &'static str,
}
