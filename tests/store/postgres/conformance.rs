//! The rules that every store keeps.

use stepflow_store::PostgresStore;
use stepflow_store::testing::{Fixture, conformance};
use stepflow_tests::postgres;

conformance!(|| async {
    let Some(database) = postgres::database() else { return Ok(None) };
    let store = PostgresStore::connect(database.url()).await?;
    Ok(Some(Fixture::new(store).keeping(database)))
});
