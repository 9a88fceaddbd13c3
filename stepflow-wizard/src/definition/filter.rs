//! Whether a value that was found in a text may become an answer, by a rule of the host's own.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::{Map, Name};

/// A value that was found in a text, and what it would become the answer to.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Candidate<'a> {
    /// The field.
    pub field: &'a str,
    /// The value that was found, in the form of the schema.
    pub value: &'a Value,
    /// The answer so far.
    pub existing: Option<&'a Value>,
    /// What the person wrote.
    pub text: &'a str,
    /// The field's own schema; null, if the stage has no such field.
    pub schema: &'a Value,
    /// All that is known.
    pub data: &'a Map,
}

/// What a [`MergeFilter`] says of a candidate.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// It may become the answer.
    Accept,
    /// It may not.
    Reject,
    /// Another value is to become the answer in its place.
    Replace(Value),
}

type Judge = dyn Fn(&Candidate<'_>) -> Verdict + Send + Sync;

/// A named rule for values that were found in texts (`merge_filter`), on top of grounding.
///
/// ```
/// use stepflow_wizard::{MergeFilter, Settings, Verdict};
///
/// // What was said once is only taken back in a form.
/// let filter = MergeFilter::new("keep_first", |candidate| match candidate.existing {
///     Some(_) => Verdict::Reject,
///     None => Verdict::Accept,
/// });
/// let settings = Settings { merge_filter: Some(filter), ..Settings::default() };
/// assert_eq!(settings.merge_filter.as_ref().map(MergeFilter::name), Some("keep_first"));
/// ```
#[derive(Clone)]
pub struct MergeFilter {
    name: Name,
    #[cfg_attr(not(feature = "extract"), expect(dead_code, reason = "nobody else asks it"))]
    judge: Arc<Judge>,
}

impl MergeFilter {
    /// A filter by this name.
    pub fn new(
        name: impl Into<Name>,
        judge: impl Fn(&Candidate<'_>) -> Verdict + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), judge: Arc::new(judge) }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    #[cfg(feature = "extract")]
    pub(crate) fn judge(&self, candidate: &Candidate<'_>) -> Verdict {
        (self.judge)(candidate)
    }
}

impl fmt::Debug for MergeFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MergeFilter").field(&self.name).finish()
    }
}

/// Two filters are the same when they have the same name.
impl PartialEq for MergeFilter {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}
