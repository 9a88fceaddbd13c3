//! The store in memory keeps the rules of a store.

use stepflow_wizard::store::MemoryWizards;
use stepflow_wizard::testing::{Fixture, conformance};

conformance!(|| async { Ok(Some(Fixture::new(MemoryWizards::new()))) });
