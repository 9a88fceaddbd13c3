//! The rows of the table of differences that a replay can meet. Each says what is expected instead of
//! the recording; [`model`](super::model) reads them where a rule of the run turns on one.

/// One deliberate difference. The rows that are not here do not compile, or keep what is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Row {
    /// Retries without a filter retry every error. A filter that lists nothing is no filter.
    M2,
    /// Every declared step is listed in every result, as skipped where it was not reached.
    M4,
    /// The reason of a skipped step is that of the ending at hand, also after a resume.
    M6,
    /// A hook's failure never replaces a step's own error.
    M7,
    /// A hook's failure never undoes a pause.
    M9,
    /// A hook that fails at the start of a resume loses neither the steps so far nor the decision.
    M10,
    /// A checkpoint is consumed: a second resume can only go on from a copy, with the state of the pause.
    M11,
    /// A changed definition is refused even under the same name.
    M12,
    /// Awkward names are written as valid Mermaid.
    M15,
    /// Every hook sees every event; the first failure is the one that counts.
    M16,
    /// Items 71 to 75: a resume that cannot be is an error that gives the result back as it was.
    Items71To75,
}

impl Row {
    pub(crate) const ALL: [Self; 11] = [
        Self::M2,
        Self::M4,
        Self::M6,
        Self::M7,
        Self::M9,
        Self::M10,
        Self::M11,
        Self::M12,
        Self::M15,
        Self::M16,
        Self::Items71To75,
    ];
}

/// Which rows are in force.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    ours: bool,
    except: Option<Row>,
}

impl Rules {
    /// As the original was recorded.
    pub(crate) const ORIGINAL: Self = Self { ours: false, except: None };
    /// With every difference.
    pub(crate) const OURS: Self = Self { ours: true, except: None };

    /// With every difference but one: what it changes is what that row is about.
    pub(crate) fn without(row: Row) -> Self {
        Self { ours: true, except: Some(row) }
    }

    pub(crate) fn has(self, row: Row) -> bool {
        self.ours && self.except != Some(row)
    }
}
