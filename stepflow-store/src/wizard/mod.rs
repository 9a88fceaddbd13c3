//! Saved wizards: what the databases have in common.

use stepflow_wizard::store;

use crate::StoreError;

/// What a store of runs says, as what a store of wizards does.
pub(crate) fn told(error: StoreError) -> store::StoreError {
    let what = error.to_string();
    let told = match &error {
        error if error.is_corrupt() => store::StoreError::corrupt(what),
        error if error.is_transient() => store::StoreError::unavailable(what),
        _ => store::StoreError::refused(what),
    };
    match error.into_source() {
        Some(source) => told.caused_by(source),
        None => told,
    }
}
