//! What the log remembers of a move.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Map, Name};

/// What the log remembers of a move.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TransitionRecord {
    /// The stage that was left.
    pub from: Name,
    /// The stage that was entered.
    pub to: Name,
    /// When.
    pub at: Timestamp,
    /// What caused it.
    pub trigger: Trigger,
    /// How long the stage that was left had been the current one, in milliseconds; never negative.
    #[serde(default)]
    pub duration_ms: u64,
    /// Which of the stage's transitions it was, counted from zero in the order of the definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transition: Option<usize>,
    /// The key of the route, for typed steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Name>,
    /// The condition that held, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Name>,
    /// The names of the fields that the call changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<Name>,
    /// All of the data, where the settings ask for it; fields marked as sensitive are masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Map>,
    /// The flow that was entered by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pushed: Option<Name>,
    /// The flow that was left by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub popped: Option<Name>,
    /// How many flows deep the stage is that was entered.
    #[serde(default)]
    pub depth: usize,
}

/// What causes a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Trigger {
    /// A stage was passed without stopping.
    AutoAdvance,
    /// A stage was chosen by name.
    GoTo,
    /// The state was carried over to a changed definition.
    Migration,
    /// Back.
    NavigationBack,
    /// Skip.
    NavigationSkip,
    /// The wizard was started over.
    Restart,
    /// A called flow ended, or was left by going back.
    SubflowPop,
    /// A flow was called.
    SubflowPush,
    /// An answer.
    UserInput,
}

impl Trigger {
    /// The name that the original's records have for it.
    #[must_use]
    pub const fn original_name(self) -> &'static str {
        match self {
            Self::AutoAdvance => "auto_advance",
            Self::GoTo => "go_to",
            Self::Migration => "migration",
            Self::NavigationBack => "navigation_back",
            Self::NavigationSkip => "navigation_skip",
            Self::Restart => "api_restart",
            Self::SubflowPop => "subflow_pop",
            Self::SubflowPush => "subflow_push",
            Self::UserInput => "user_input",
        }
    }
}

/// Which records are wanted.
///
/// ```
/// use stepflow_wizard::{RecordQuery, Trigger};
///
/// let backs = RecordQuery { trigger: Some(Trigger::NavigationBack), limit: Some(5), ..RecordQuery::default() };
/// assert!(backs.from.is_none());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal over `default`")]
pub struct RecordQuery {
    /// Those that left this stage.
    pub from: Option<Name>,
    /// Those that entered this stage.
    pub to: Option<Name>,
    /// Those with this cause.
    pub trigger: Option<Trigger>,
    /// Those at this time or later.
    pub since: Option<Timestamp>,
    /// Those at this time or earlier.
    pub until: Option<Timestamp>,
    /// No more than the last so many.
    pub limit: Option<usize>,
}

/// What the log adds up to.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct RecordStats {
    /// How many moves there were.
    pub total: usize,
    /// How many different ways from one stage to another were taken.
    pub unique_paths: usize,
    /// How long stages were current on average, in milliseconds.
    pub average_duration_ms: f64,
    /// The cause that was seen most often.
    pub most_common_trigger: Option<Trigger>,
    /// How often the person went back.
    pub backtracks: usize,
    /// How often the wizard was started over.
    pub restarts: usize,
    /// The first move.
    pub first: Option<Timestamp>,
    /// The last move.
    pub last: Option<Timestamp>,
}

impl crate::State {
    /// The records that fit a query, the oldest first.
    #[must_use]
    pub fn records(&self, query: &RecordQuery) -> Vec<&TransitionRecord> {
        let fits = |record: &&TransitionRecord| {
            query.from.as_ref().is_none_or(|from| *from == record.from)
                && query.to.as_ref().is_none_or(|to| *to == record.to)
                && query.trigger.is_none_or(|trigger| trigger == record.trigger)
                && query.since.is_none_or(|since| record.at >= since)
                && query.until.is_none_or(|until| record.at <= until)
        };
        let mut records: Vec<_> =
            self.log().rev().filter(fits).take(query.limit.unwrap_or(usize::MAX)).collect();
        records.reverse();
        records
    }

    /// What the log adds up to.
    #[must_use]
    pub fn stats(&self) -> RecordStats {
        let mut stats = RecordStats { total: self.log.len(), ..RecordStats::default() };
        let mut paths = std::collections::BTreeSet::new();
        let mut triggers = std::collections::BTreeMap::new();
        let mut duration = 0.0;
        for record in &self.log {
            paths.insert((&record.from, &record.to));
            *triggers.entry(record.trigger).or_insert(0_usize) += 1;
            #[expect(clippy::cast_precision_loss, reason = "an average need not be exact")]
            {
                duration += record.duration_ms as f64;
            }
        }
        stats.unique_paths = paths.len();
        if !self.log.is_empty() {
            #[expect(clippy::cast_precision_loss, reason = "the log is short")]
            {
                stats.average_duration_ms = duration / self.log.len() as f64;
            }
        }
        stats.backtracks = triggers.get(&Trigger::NavigationBack).copied().unwrap_or(0);
        stats.restarts = triggers.get(&Trigger::Restart).copied().unwrap_or(0);
        stats.most_common_trigger = triggers
            .into_iter()
            .max_by_key(|(trigger, count)| (*count, std::cmp::Reverse(*trigger)))
            .map(|(t, _)| t);
        stats.first = self.log.front().map(|record| record.at);
        stats.last = self.log.back().map(|record| record.at);
        stats
    }
}
