//! What holds for a whole wizard.

use std::collections::BTreeSet;

use super::{MergeFilter, Navigation};
use crate::values::Derivation;
use crate::{Limits, Map, Name};

/// What holds for a whole wizard.
///
/// ```
/// use stepflow_wizard::Settings;
///
/// let settings = Settings { auto_advance_filled: true, ..Settings::default() };
/// assert_eq!(settings.limits.frames, 8);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal over `default`")]
pub struct Settings {
    /// Whether stages are passed without stopping once their answers are there.
    pub auto_advance_filled: bool,
    /// Fields that hold for one call and are then forgotten.
    pub per_turn: BTreeSet<Name>,
    /// Words that navigate.
    pub navigation: Navigation,
    /// Values that are made of other values, in this order.
    pub derivations: Vec<Derivation>,
    /// Which fields an answer may name.
    pub accept: Accept,
    /// What happens to other fields.
    pub unknown_fields: UnknownFields,
    /// What happens to an answer that lacks required fields.
    pub incomplete: Incomplete,
    /// A rule of its own for values that are found in texts.
    pub merge_filter: Option<MergeFilter>,
    /// Whether a refused navigation is an error rather than an outcome in which nothing moved.
    pub strict_navigation: bool,
    /// Whether a condition that fails is an error rather than false.
    pub strict_conditions: bool,
    /// Which events there are.
    pub hooks: HookPolicy,
    /// What a transition record remembers of the data.
    pub snapshots: Snapshots,
    /// What happens to the state of a definition that has changed.
    pub changed: ChangedDefinition,
    /// Whether the answers of a flow that was left by going back are there when it is entered again.
    pub keep_subflow_on_back: bool,
    /// Whether flows may lead into themselves, up to the limit.
    pub recursion: bool,
    /// How much of everything is allowed.
    pub limits: Limits,
    /// Whose behaviour is reproduced, defects included.
    pub parity: Option<Parity>,
    /// Keys that the core does not read, kept for those who do.
    pub extra: Map,
}

/// Which fields an answer may name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Accept {
    /// Those of any stage of the flow: an answer may run ahead.
    Flow,
    /// Those of the current stage.
    #[default]
    Stage,
}

/// What happens to fields that an answer may not name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnknownFields {
    /// They are dropped, and a diagnostic counts them.
    Drop,
    /// The answer is invalid.
    #[default]
    Refuse,
}

/// What happens to an answer that lacks required fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Incomplete {
    /// The conditions decide.
    Proceed,
    /// The wizard stays.
    #[default]
    Stay,
}

/// Which events an outcome holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum HookPolicy {
    /// Those of the original: an exit on every answer, nothing for stages that are passed over.
    Compat {
        /// Whether going back and skipping have the events of going forward
        /// (`consistent_navigation_lifecycle`).
        consistent_lifecycle: bool,
    },
    /// An exit and an entry for every stage that is left and entered, each with its cause.
    #[default]
    Full,
}

/// What a transition record remembers of the data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Snapshots {
    /// The names of the fields that changed.
    #[default]
    Diff,
    /// All of it.
    Full,
    /// Nothing.
    None,
}

/// What happens to the state of a definition that has changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChangedDefinition {
    /// It is carried over: see [`Definition::migrate`](crate::Definition::migrate).
    Migrate,
    /// It is refused, and the error says what differs.
    #[default]
    Refuse,
}

/// A system whose behaviour is reproduced, defects included, for the sake of migration tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Parity {
    /// `dataknobs-bots` 0.6.9.
    Dataknobs069,
}

impl Settings {
    /// Settings under which the behaviour of another system is reproduced.
    ///
    /// ```
    /// use stepflow_wizard::{HookPolicy, Parity, Settings};
    ///
    /// let settings = Settings::in_parity_with(Parity::Dataknobs069);
    /// assert_eq!(settings.hooks, HookPolicy::Compat { consistent_lifecycle: true });
    /// ```
    #[must_use]
    pub fn in_parity_with(parity: Parity) -> Self {
        Self::default().parity(parity)
    }

    /// These settings, changed as far as it takes to reproduce another system.
    #[must_use]
    pub fn parity(self, parity: Parity) -> Self {
        match parity {
            Parity::Dataknobs069 => Self {
                accept: Accept::Flow,
                unknown_fields: UnknownFields::Drop,
                incomplete: Incomplete::Proceed,
                hooks: HookPolicy::Compat { consistent_lifecycle: true },
                snapshots: Snapshots::Full,
                parity: Some(parity),
                ..self
            },
        }
    }

    pub(crate) fn original(&self) -> bool {
        self.parity == Some(Parity::Dataknobs069)
    }
}
