//! The stores of this workspace, held against the rules of the trait.

mod memory {
    use stepflow_store::MemoryStore;
    use stepflow_store::testing::{Fixture, conformance};

    conformance!(|| async { Ok(Some(Fixture::new(MemoryStore::new()))) });
}
