//! Where in the source.

/// A stretch of a condition's source, in bytes.
///
/// ```
/// use stepflow_wizard::condition::Condition;
///
/// let source = "data.get('age') > limit";
/// let errors = Condition::parse(source).unwrap_err();
/// let span = errors.iter().next().ok_or("no error")?.span();
/// assert_eq!(&source[span.start..span.end], "limit");
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// From the beginning of this one to the end of the other.
    pub(crate) fn to(self, other: Self) -> Self {
        Self::new(self.start, other.end)
    }

    /// Line and column of the beginning, both from 1, the column in letters.
    pub(crate) fn place(self, source: &str) -> (usize, usize) {
        let before = source.get(..self.start).unwrap_or(source);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.matches('\n').count() + 1;
        (line, before.get(line_start..).unwrap_or_default().chars().count() + 1)
    }
}
