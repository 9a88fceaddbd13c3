//! The tables, and how they come to be those of this release.

use deadpool_postgres::Object;
use tokio_postgres::error::SqlState;

use super::error::Failure;
use super::pool::Pool;
use crate::StoreError;

/// What brings the tables from one version to the next, the first from nothing. Never changed once released:
/// a change is another entry.
const MIGRATIONS: &[&str] = &[include_str!("sql/schema_1.sql")];

/// One transaction at a time may get this far; it ends with the transaction, also when its process is killed.
///
/// $1 schema
const LOCK: &str = "SELECT pg_advisory_xact_lock(hashtextextended('stepflow migrations of ' || $1, 0))";

/// Lets the server put the schema's name into the statement: it knows how to quote it. A role that may not
/// create schemas needs one that is there.
///
/// $1 schema
const NAME: &str = "SELECT set_config('stepflow.schema', $1, true)";
const SCHEMA: &str = "
    DO $$ BEGIN
        IF to_regnamespace(quote_ident(current_setting('stepflow.schema'))) IS NULL THEN
            EXECUTE format('CREATE SCHEMA %I', current_setting('stepflow.schema'));
        END IF;
    END $$;
    CREATE TABLE IF NOT EXISTS schema_version (version integer NOT NULL);
    SET LOCAL statement_timeout = 0;
";

const VERSION: &str = "SELECT coalesce(max(version), 0) FROM schema_version";
const SET_VERSION: &str = "INSERT INTO schema_version (version) VALUES ($1)";

/// Brings the tables up to date.
///
/// Tables that are up to date are not written to, so that a role with few rights, or a standby server, can be
/// read from. Otherwise whoever gets the lock first makes the changes, all or none; the others find them
/// made.
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

/// Makes sure that the tables are there and of this release, and changes nothing.
pub(super) async fn expect(pool: &Pool) -> Result<(), StoreError> {
    let told = |failure: Failure| failure.told(&pool.place);
    let client = pool.client().await.map_err(told)?;
    let (place, schema) = (&pool.place, &pool.sessions.schema);
    let known = MIGRATIONS.len() as u32;
    match version(&client).await.map_err(told)? {
        0 => Err(StoreError::refused(format!("{place} has no runs of stepflow in its schema `{schema}`"))),
        found if found > known => Err(StoreError::newer(found, known)),
        found if found < known => Err(StoreError::refused(format!(
            "{place} has schema version {found} and this program needs version {known}: a runner of this release \
             brings it up to date"
        ))),
        _ => Ok(()),
    }
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
    transaction.query(NAME, &[&schema]).await?;
    transaction.batch_execute(SCHEMA).await?;
    let found = transaction.query_one(VERSION, &[]).await?.try_get::<_, i32>(0)?.unsigned_abs();
    for (version, migration) in (1_i32..).zip(MIGRATIONS).skip(found as usize) {
        transaction.batch_execute(migration).await?;
        transaction.execute(SET_VERSION, &[&version]).await?;
    }
    transaction.commit().await?;
    Ok(found)
}
