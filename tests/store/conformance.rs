//! The stores of this workspace, held against the rules of the trait.

mod memory {
    use stepflow_store::MemoryStore;
    use stepflow_store::testing::{Fixture, conformance};

    conformance!(|| async { Ok(Some(Fixture::new(MemoryStore::new()))) });
}

mod sqlite {
    use stepflow_store::SqliteStore;
    use stepflow_store::testing::{Fixture, conformance};

    conformance!(|| async {
        let folder = tempfile::tempdir()?;
        let store = SqliteStore::open(folder.path().join("runs.db"))?;
        Ok(Some(Fixture::new(store).keeping(folder)))
    });
}

mod sqlite_in_memory {
    use stepflow_store::SqliteStore;
    use stepflow_store::testing::{Fixture, conformance};

    conformance!(|| async { Ok(Some(Fixture::new(SqliteStore::in_memory()?))) });
}
