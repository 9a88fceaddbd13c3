//! The databases keep the rules of a store of wizards.

mod sqlite {
    use stepflow_store::SqliteStore;
    use stepflow_wizard::testing::{Fixture, conformance};

    conformance!(|| async {
        let folder = tempfile::tempdir()?;
        let store = SqliteStore::open(folder.path().join("runs.db"))?;
        Ok(Some(Fixture::new(store.wizards().await?).keeping(folder)))
    });
}

mod sqlite_in_memory {
    use stepflow_store::SqliteStore;
    use stepflow_wizard::testing::{Fixture, conformance};

    conformance!(|| async { Ok(Some(Fixture::new(SqliteStore::in_memory()?.wizards().await?))) });
}

#[cfg(unix)]
mod postgresql {
    use stepflow_store::PostgresStore;
    use stepflow_tests::postgres;
    use stepflow_wizard::testing::{Fixture, conformance};

    conformance!(|| async {
        let Some(database) = postgres::database() else { return Ok(None) };
        let store = PostgresStore::connect(database.url()).await?;
        Ok(Some(Fixture::new(store.wizards().await?).keeping(database)))
    });
}
