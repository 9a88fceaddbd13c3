//! What one evaluation may cost.

use crate::condition::EvalErrorKind;

/// The steps and the memory that an evaluation has left.
///
/// Memory is counted where it is asked for and never given back: what a limit has to bound is the whole work,
/// and freeing is part of it.
#[derive(Debug)]
pub(crate) struct Budget {
    steps: u32,
    bytes: usize,
}

impl Budget {
    pub(crate) fn new(steps: u32, bytes: usize) -> Self {
        Self { steps, bytes }
    }

    /// For work that is linear in values which are held already.
    pub(crate) fn ample() -> Self {
        Self::new(u32::MAX, usize::MAX)
    }

    pub(crate) fn step(&mut self) -> Result<(), EvalErrorKind> {
        self.spend(1)
    }

    /// The work of looking at so many bytes.
    pub(crate) fn read(&mut self, bytes: usize) -> Result<(), EvalErrorKind> {
        self.spend(bytes / 1024)
    }

    /// The memory for so many bytes, asked for before they are taken.
    pub(crate) fn make(&mut self, bytes: usize) -> Result<(), EvalErrorKind> {
        self.bytes = self.bytes.checked_sub(bytes).ok_or(EvalErrorKind::TooMuchMemory)?;
        self.read(bytes)
    }

    fn spend(&mut self, steps: usize) -> Result<(), EvalErrorKind> {
        let steps = u32::try_from(steps).map_err(|_| EvalErrorKind::TooManySteps)?;
        self.steps = self.steps.checked_sub(steps).ok_or(EvalErrorKind::TooManySteps)?;
        Ok(())
    }
}
