//! Values that are made of other values.

use crate::Name;
use crate::values::Transform;

/// A rule that makes the value of one field of that of another.
///
/// The rules of a wizard run in order, once, on every answer; a rule runs when its source has a value.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal")]
pub struct Derivation {
    /// The field that is looked at.
    pub source: Name,
    /// The field that is set.
    pub target: Name,
    /// How the value is made.
    pub transform: Transform,
    /// When the target is set.
    pub when: DeriveWhen,
}

/// When a derivation sets its target.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeriveWhen {
    /// Every time.
    Always,
    /// While it has no value, or one that is empty.
    TargetEmpty,
    /// While it has no value.
    #[default]
    TargetMissing,
}
