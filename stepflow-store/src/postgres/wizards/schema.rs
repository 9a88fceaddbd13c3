//! The tables of wizards, and how they come to be those of this release. They have a version of their own, so that a
//! program that keeps no wizards can go on with the schema.

use deadpool_postgres::Object;
use tokio_postgres::error::SqlState;

use crate::StoreError;
use crate::postgres::error::Failure;
use crate::postgres::pool::Pool;

/// What brings the tables from one version to the next, the first from nothing. Never changed once released.
const MIGRATIONS: &[&str] = &[include_str!("../sql/wizards/schema_1.sql")];

/// One transaction at a time may get this far.
///
/// $1 schema
const LOCK: &str =
    "SELECT pg_advisory_xact_lock(hashtextextended('stepflow wizard migrations of ' || $1, 0))";

const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS wizard_schema_version (version integer NOT NULL);
    SET LOCAL statement_timeout = 0;
";

const VERSION: &str = "SELECT coalesce(max(version), 0) FROM wizard_schema_version";
const SET_VERSION: &str = "INSERT INTO wizard_schema_version (version) VALUES ($1)";

/// Brings the tables up to date. Those that are up to date are not written to.
pub(super) async fn migrate(pool: &Pool) -> Result<(), StoreError> {
    let told = |failure: Failure| failure.told(&pool.place);
    let mut client = pool.client().await.map_err(told)?;
    let known = MIGRATIONS.len() as u32;
    if version(&client).await.map_err(told)? == known {
        return Ok(());
    }
    let found = change(&mut client, &pool.sessions.schema).await.map_err(|error| told(error.into()))?;
    if found > known { Err(StoreError::newer(found, known)) } else { Ok(()) }
}

/// The version of the tables; 0 where there are none.
async fn version(client: &Object) -> Result<u32, Failure> {
    match client.query_one(VERSION, &[]).await.map_err(Failure::from) {
        Ok(row) => Ok(row.try_get::<_, i32>(0)?.unsigned_abs()),
        Err(failure) if failure.is(&SqlState::UNDEFINED_TABLE, None) => Ok(0),
        Err(failure) => Err(failure),
    }
}

/// Applies what is missing, and says what version was found.
async fn change(client: &mut Object, schema: &str) -> Result<u32, tokio_postgres::Error> {
    let transaction = client.transaction().await?;
    transaction.query(LOCK, &[&schema]).await?;
    transaction.batch_execute(TABLE).await?;
    let found = transaction.query_one(VERSION, &[]).await?.try_get::<_, i32>(0)?.unsigned_abs();
    for (version, migration) in (1_i32..).zip(MIGRATIONS).skip(found as usize) {
        transaction.batch_execute(migration).await?;
        transaction.execute(SET_VERSION, &[&version]).await?;
    }
    transaction.commit().await?;
    Ok(found)
}
