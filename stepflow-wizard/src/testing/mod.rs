//! The rules of a [`WizardStore`], as tests: the stores of this project pass them, and one that is written elsewhere can
//! be held against the same. Behind the feature `testing`; switch it on under `[dev-dependencies]`.
//!
//! ```
//! use stepflow_wizard::store::MemoryWizards;
//! use stepflow_wizard::testing::{Fixture, conformance};
//!
//! conformance!(|| async { Ok(Some(Fixture::new(MemoryWizards::new()))) });
//! # fn main() {}
//! ```
//!
//! Every rule is a `#[test]` of its own with an empty store of its own. The suite never sleeps: what is to be over its
//! time is given none.

mod rules;
mod sample;

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::BoxError;
use crate::store::WizardStore;

pub use self::rules::*;
#[doc(inline)]
pub use crate::__conformance as conformance;

/// What a rule found that made it impossible to go on.
#[doc(hidden)]
pub type Broken = BoxError;

/// A store without any wizards, and what has to stay for as long as it is used.
///
/// ```
/// use stepflow_wizard::store::MemoryWizards;
/// use stepflow_wizard::testing::Fixture;
///
/// let folder = String::from("whatever cleans up when it is dropped");
/// let fixture = Fixture::new(MemoryWizards::new()).keeping(folder);
/// assert!(format!("{fixture:?}").contains("MemoryWizards"));
/// ```
pub struct Fixture {
    store: Arc<dyn WizardStore>,
    kept: Vec<Box<dyn Any + Send>>,
}

impl Fixture {
    /// This store.
    pub fn new(store: impl WizardStore) -> Self {
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

/// Holds a store against one rule, on a runtime with several threads. What [`conformance`] calls for each of them. `open`
/// answers `None` where there is nothing to test, such as no server to connect to; it has said so then.
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
/// use stepflow_wizard::store::MemoryWizards;
/// use stepflow_wizard::testing::{Fixture, check, creating};
///
/// check(|| async { Ok(Some(Fixture::new(MemoryWizards::new()))) }, creating::a_wizard_is_added_once)?;
/// # Ok::<(), stepflow_wizard::BoxError>(())
/// ```
pub fn check<O, F, R, G>(open: O, rule: R) -> Result<(), BoxError>
where
    O: FnOnce() -> F,
    F: Future<Output = Result<Option<Fixture>, BoxError>>,
    R: FnOnce(Arc<dyn WizardStore>) -> G,
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

/// Makes a `#[test]` of every rule, for the store that the expression opens: a closure without parameters whose future
/// is a `Result<Option<Fixture>, BoxError>`.
///
/// See [the module](crate::testing) for an example.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance {
    ($open:expr $(,)?) => {
        $crate::__conformance! { @tests ($open)
            creating::a_wizard_is_added_once
            creating::a_wizard_is_kept_as_it_was_given
            creating::one_of_many_adds_the_wizard
            creating::an_owner_has_so_many
            creating::many_at_once_do_not_exceed_an_owners_cap
            creating::what_is_done_leaves_its_owner_room
            creating::a_full_store_takes_no_more
            creating::what_is_over_its_time_makes_room
            owning::a_wizard_is_its_owners_alone
            owning::an_unknown_wizard_is_nobodys
            owning::wizards_are_handed_over
            owning::an_owners_wizards_are_listed
            saving::a_change_changes_what_it_names
            saving::a_change_clears_what_it_is_told_to
            saving::another_revision_changes_nothing
            saving::one_of_many_saves
            lasting::what_is_over_its_time_is_not_changed
            lasting::a_change_begins_the_idle_time_anew
            lasting::nothing_lasts_longer_than_the_absolute_time
            lasting::a_change_may_set_the_time
            lasting::a_touch_changes_nothing_else
            completing::a_lease_is_told
            completing::a_lease_ends_with_the_next_change
            completing::one_of_many_begins_to_complete
            completing::what_is_being_completed_is_never_over_its_time
            completing::the_interrupted_are_found
            completing::a_receipt_is_kept
            linking::a_link_leads_to_its_wizard
            linking::a_link_is_used_once
            linking::one_of_many_uses_a_link
            linking::a_new_link_voids_the_old_one
            linking::an_ended_link_leads_nowhere
            linking::a_link_is_for_what_is_open
            deleting::a_deleted_wizard_is_gone
            deleting::another_revision_is_not_deleted
            deleting::what_is_over_its_time_is_swept
            deleting::a_sweep_has_a_limit
            deleting::a_sweep_leaves_grace
            storing::text_is_data
            storing::text_with_nul_is_refused
            storing::large_states_are_kept
            storing::times_that_no_clock_reaches_are_kept
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
