//! How large a definition may be.

/// How large the text of a definition may be. What goes beyond is refused before it is read any further.
///
/// The defaults are far beyond what people write, and small enough for texts that strangers send.
///
/// ```
/// use stepflow_wizard::load::LoadLimits;
///
/// let limits = LoadLimits { bytes: 64 * 1024, ..LoadLimits::default() };
/// assert_eq!((limits.depth, limits.files), (64, 32));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal over `default`")]
pub struct LoadLimits {
    /// Bytes of one text.
    pub bytes: usize,
    /// Values of all texts together, counted after aliases were replaced by what they stand for.
    pub nodes: usize,
    /// Levels of lists and mappings, counted after aliases were replaced by what they stand for.
    pub depth: usize,
    /// Files that a definition consists of.
    pub files: usize,
}

impl Default for LoadLimits {
    fn default() -> Self {
        Self { bytes: 1024 * 1024, nodes: 50_000, depth: 64, files: 32 }
    }
}
