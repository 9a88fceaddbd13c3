//! The keys of a list.

/// The keys that a list understands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keys {
    /// The list as the user knows it.
    pub(crate) of: &'static str,
    pub(crate) known: &'static [&'static str],
    /// Reserved: a later release gives them a meaning.
    pub(crate) later: &'static [&'static str],
}
