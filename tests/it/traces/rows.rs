//! The deliberate differences between the original and stepflow that a replay can meet. Each says what
//! is expected instead of the recording; [`model`](super::model) and [`graph`](super::graph) read them
//! where a rule turns on one.

/// One deliberate difference. Differences that are not here do not compile, or keep what is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Row {
    /// Retries without a filter retry every error; attempts and status follow. A filter that lists
    /// nothing is no filter. The original retried nothing then, silently.
    FilterlessRetries,
    /// Every declared step is listed in every result: as skipped, with the reason of that run, where it
    /// was not reached. The original did so only in workflows with routes.
    EveryStepListed,
    /// The reason of a skipped step is that of the ending at hand. The original kept "paused" in
    /// results of runs that had long gone on.
    FreshSkipReasons,
    /// A hook's failure never replaces a step's own error; it is kept beside it.
    StepErrorsStay,
    /// A hook's failure never undoes a pause; it is kept beside it.
    PausesStay,
    /// A hook that fails at the start of a resume loses neither the steps so far nor the decision.
    HistoryStays,
    /// A checkpoint is consumed: a second resume goes on from a copy, with the state of the pause. In the
    /// original both shared one state.
    CheckpointsAreConsumed,
    /// A changed definition is refused even under the same name.
    DefinitionsAreCompared,
    /// Names that Mermaid would stumble over are written as it can read them.
    ValidMermaid,
    /// Every hook sees every event; the first failure is the one that counts. In the original later
    /// hooks did not see the event at which an earlier one failed.
    EveryHookSees,
    /// A resume that cannot be is an error that gives the result back as it was, instead of a failed
    /// result.
    RefusedResumes,
}

impl Row {
    pub(crate) const ALL: [Self; 11] = [
        Self::FilterlessRetries,
        Self::EveryStepListed,
        Self::FreshSkipReasons,
        Self::StepErrorsStay,
        Self::PausesStay,
        Self::HistoryStays,
        Self::CheckpointsAreConsumed,
        Self::DefinitionsAreCompared,
        Self::ValidMermaid,
        Self::EveryHookSees,
        Self::RefusedResumes,
    ];

    /// The row of the table that it stands for.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::FilterlessRetries => "M2, retries without a filter",
            Self::EveryStepListed => "M4, every step listed",
            Self::FreshSkipReasons => "M6, skip reasons recomputed",
            Self::StepErrorsStay => "M7, a step's own error stays",
            Self::PausesStay => "M9, a pause stays",
            Self::HistoryStays => "M10, history stays",
            Self::CheckpointsAreConsumed => "M11, checkpoints are consumed",
            Self::DefinitionsAreCompared => "M12, definitions are compared",
            Self::ValidMermaid => "M15, valid Mermaid",
            Self::EveryHookSees => "M16, every hook sees every event",
            Self::RefusedResumes => "71 to 75, a refused resume gives the result back",
        }
    }
}

/// Which differences are in force.
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
