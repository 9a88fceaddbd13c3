//! How large what is kept may be.

use super::{Change, NewWizard, StoreError};

/// How large the parts of a saved wizard may be, in bytes. A store looks before it writes, and again when it reads, so
/// that a database that somebody else has edited cannot fill the memory of this process.
///
/// ```
/// use stepflow_wizard::store::StoreLimits;
///
/// assert_eq!(StoreLimits::default().state, 4 << 20);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal over `default`")]
pub struct StoreLimits {
    /// The state. By default 4 MiB: the core allows 1 MiB of answers, and they may stand in drafts and in the log too.
    pub state: usize,
    /// The receipt. By default 64 KiB.
    pub receipt: usize,
    /// The name of the definition. By default 1 KiB.
    pub name: usize,
}

impl Default for StoreLimits {
    fn default() -> Self {
        Self { state: 4 << 20, receipt: 64 << 10, name: 1 << 10 }
    }
}

impl StoreLimits {
    /// Checks a wizard that is to be added.
    ///
    /// # Errors
    ///
    /// Refused when a part is too large, or has a character NUL.
    pub fn check_new(&self, wizard: &NewWizard) -> Result<(), StoreError> {
        text("name of the definition", &wizard.wizard, self.name, "name")?;
        text("state", &wizard.state, self.state, "state")
    }

    /// Checks a change.
    ///
    /// # Errors
    ///
    /// Refused when a part is too large, or has a character NUL.
    pub fn check_change(&self, change: &Change) -> Result<(), StoreError> {
        if let Some(Some(state)) = &change.state {
            text("state", state, self.state, "state")?;
        }
        change.receipt.as_ref().map_or(Ok(()), |receipt| text("receipt", receipt, self.receipt, "receipt"))
    }
}

fn text(what: &str, text: &str, max: usize, limit: &str) -> Result<(), StoreError> {
    let found = text.len();
    if found > max {
        return Err(StoreError::refused(format!(
            "the {what} has {found} bytes, and the limit is {max} (`StoreLimits::{limit}`)"
        )));
    }
    if text.as_bytes().contains(&0) {
        return Err(StoreError::refused(format!("the {what} has a character NUL in it")));
    }
    Ok(())
}
