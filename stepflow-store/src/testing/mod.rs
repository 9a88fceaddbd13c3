//! The rules of a [`Store`], as tests: the stores of this crate pass them, and one that is
//! written elsewhere can be held against the same. Behind the feature `testing`; switch it on under
//! `[dev-dependencies]`.
//!
//! ```
//! use stepflow_store::MemoryStore;
//! use stepflow_store::testing::{Fixture, conformance};
//!
//! conformance!(|| async { Ok(Some(Fixture::new(MemoryStore::new()))) });
//! # fn main() {}
//! ```
//!
//! Every rule is a `#[test]` of its own with a store of its own. The suite joins workers, adds runs and
//! deletes them; it never sleeps: leases are ended by renewing them for no time at all.

mod rules;
mod sample;

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use stepflow::BoxError;

use crate::Store;

pub use self::rules::*;
#[doc(inline)]
pub use crate::__conformance as conformance;

/// What a rule found that made it impossible to go on.
#[doc(hidden)]
pub type Broken = BoxError;

/// A store without any runs, and what has to stay for as long as it is used.
///
/// ```
/// use stepflow_store::MemoryStore;
/// use stepflow_store::testing::Fixture;
///
/// let folder = String::from("whatever cleans up when it is dropped");
/// let fixture = Fixture::new(MemoryStore::new()).keeping(folder);
/// assert!(format!("{fixture:?}").contains("MemoryStore"));
/// ```
pub struct Fixture {
    store: Arc<dyn Store>,
    kept: Vec<Box<dyn Any + Send>>,
}

impl Fixture {
    /// This store.
    pub fn new(store: impl Store) -> Self {
        Self { store: Arc::new(store), kept: Vec::new() }
    }

    /// Keeps something, such as the folder that the store lies in, until the test is over.
    #[must_use]
    pub fn keeping(mut self, thing: impl Any + Send) -> Self {
        self.kept.push(Box::new(thing));
        self
    }
}

impl fmt::Debug for Fixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fixture").field("store", &self.store).finish_non_exhaustive()
    }
}

/// Holds a store against one rule, on a runtime with several threads. What [`conformance`] calls for each of
/// them. `open` answers `None` where there is nothing to test, such as no server to connect to; it has said
/// so then.
///
/// # Errors
///
/// What the store answered where it should have succeeded.
///
/// # Panics
///
/// When the store breaks the rule.
///
/// ```
/// use stepflow_store::MemoryStore;
/// use stepflow_store::testing::{Fixture, check, creating};
///
/// check(|| async { Ok(Some(Fixture::new(MemoryStore::new()))) }, creating::a_run_is_added_once)?;
/// # Ok::<(), stepflow::BoxError>(())
/// ```
pub fn check<O, F, R, G>(open: O, rule: R) -> Result<(), BoxError>
where
    O: FnOnce() -> F,
    F: Future<Output = Result<Option<Fixture>, BoxError>>,
    R: FnOnce(Arc<dyn Store>) -> G,
    G: Future<Output = Result<(), BoxError>>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build()?;
    runtime.block_on(async {
        let Some(fixture) = open().await? else { return Ok(()) };
        rule(Arc::clone(&fixture.store)).await?;
        drop(fixture);
        Ok(())
    })
}

/// Makes a `#[test]` of every rule, for the store that the expression opens: a closure without parameters
/// whose future is a `Result<Option<Fixture>, BoxError>`.
///
/// See [the module](crate::testing) for an example.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance {
    ($open:expr $(,)?) => {
        $crate::__conformance! { @tests ($open)
            creating::a_run_is_added_once
            creating::a_run_is_kept_as_it_was_given
            creating::a_worker_holds_what_it_adds
            creating::a_worker_without_a_lease_adds_nothing
            creating::one_of_many_adds_the_run
            creating::a_copy_comes_with_its_history
            creating::a_run_needs_a_state
            advancing::a_boundary_is_kept
            advancing::a_boundary_may_change_nothing_but_the_head
            advancing::a_stale_fence_commits_nothing
            advancing::an_ended_lease_commits_nothing
            advancing::another_worker_commits_nothing
            advancing::a_released_run_is_let_go_of
            advancing::an_unknown_run_is_nobodys
            advancing::a_boundary_takes_the_answer
            advancing::a_boundary_tells_of_a_cancellation
            advancing::a_finished_run_says_when
            advancing::many_runs_advance_at_once
            visiting::a_visit_is_replaced_by_its_sequence
            visiting::a_state_is_inherited
            visiting::visits_stand_in_order
            visiting::an_earlier_visit_is_never_written_again
            visiting::an_unknown_run_has_no_visits
            claiming::the_longest_due_comes_first
            claiming::what_is_not_due_is_left
            claiming::only_ready_runs_are_taken
            claiming::only_known_workflows_are_taken
            claiming::no_more_than_asked_for_are_taken
            claiming::what_somebody_holds_is_left
            claiming::an_ended_lease_sets_runs_free
            claiming::a_worker_without_a_lease_takes_nothing
            claiming::no_run_is_taken_twice
            claiming::a_claim_is_counted_until_a_boundary
            claiming::claims_are_counted_anew_for_a_person
            claiming::a_claim_is_a_change
            working::a_worker_joins_once
            working::a_lease_is_renewed
            working::an_ended_lease_stays_ended
            working::a_renewal_tells_of_cancellations
            working::a_renewal_tells_what_is_due_next
            working::a_worker_that_leaves_gives_its_runs_up
            working::a_name_that_was_given_up_holds_nothing
            working::the_living_are_not_buried
            amending::a_change_changes_what_it_names
            amending::a_change_clears_what_it_is_told_to
            amending::another_version_changes_nothing
            amending::one_of_many_changes_the_run
            amending::a_gate_is_decided_once
            amending::one_of_many_decides
            amending::a_second_decision_changes_nothing
            amending::the_holder_goes_on_after_a_change
            amending::a_change_takes_the_run_away
            amending::visits_are_forgotten
            amending::a_run_keeps_a_state
            amending::a_finished_run_is_taken_up_again
            noting::events_stand_in_order
            noting::an_unknown_run_has_no_events
            listing::pages_hold_every_run_once
            listing::filters_narrow_the_list
            listing::statuses_add_up
            listing::a_page_has_a_limit
            listing::a_cursor_stays_where_it_is
            listing::a_list_tells_who_is_held
            deleting::a_deleted_run_is_gone
            deleting::a_held_run_is_not_deleted
            deleting::another_version_is_not_deleted
            deleting::finished_runs_are_swept
            deleting::a_sweep_has_a_limit
            storing::text_is_data
            storing::text_with_nul_is_kept_or_refused
            storing::long_names_are_kept
            storing::large_states_are_kept
            storing::times_are_kept_to_the_microsecond
            storing::time_goes_on
        }
    };
    (@tests ($open:expr) $($topic:ident::$rule:ident)*) => {
        $(
            #[test]
            fn $rule() -> ::std::result::Result<(), $crate::testing::Broken> {
                $crate::testing::check($open, $crate::testing::$topic::$rule)
            }
        )*
    };
}
