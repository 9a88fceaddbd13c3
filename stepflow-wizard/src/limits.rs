//! How much of everything is allowed.

/// How much of everything is allowed. What goes beyond is refused with
/// [`WizardError::LimitExceeded`](crate::WizardError::LimitExceeded), or cut where that loses nothing that counts.
///
/// ```
/// use stepflow_wizard::Limits;
///
/// let limits = Limits { history: 50, ..Limits::default() };
/// assert_eq!(limits.input_keys, 200);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal over `default`")]
pub struct Limits {
    /// Bytes of one input, as JSON.
    pub input_bytes: usize,
    /// Keys of one input.
    pub input_keys: usize,
    /// Levels of one input; 32 at most, so that a saved state can be read back.
    pub input_depth: usize,
    /// Bytes of a text.
    pub text_bytes: usize,
    /// Bytes of an id, a stage's name or a key.
    pub word_bytes: usize,
    /// Bytes of all answers of one wizard, as JSON.
    pub answer_bytes: usize,
    /// Items of one collection.
    pub items: usize,
    /// Visits that are remembered for going back; the oldest are forgotten.
    pub history: usize,
    /// Transition records that are kept; the oldest are forgotten.
    pub log: usize,
    /// Flows within flows, the main one counted; 24 at most, so that a saved state can be read back.
    pub frames: usize,
    /// Stages that one call passes without stopping; 1000 at most.
    pub auto_advance: usize,
    /// Ids of commands that are remembered, so that a repeated one changes nothing.
    pub commands: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            input_bytes: 64 * 1024,
            input_keys: 200,
            input_depth: 8,
            text_bytes: 8 * 1024,
            word_bytes: 256,
            answer_bytes: 1024 * 1024,
            items: 200,
            history: 500,
            log: 200,
            frames: 8,
            auto_advance: 10,
            commands: 32,
        }
    }
}
