//! The tables, and how they come to be those of this release.

use deadpool_postgres::Object;
use tokio_postgres::error::SqlState;

use super::error::Failure;
use super::pool::Pool;
use crate::StoreError;

/// Tables that have a version of their own.
pub(super) struct Tables {
    /// One transaction at a time may get this far; it ends with the transaction, also when its process is killed.
    ///
    /// $1 schema
    pub(super) lock: &'static str,
    /// Makes the table of the version, where there is none.
    pub(super) first: &'static str,
    pub(super) version: &'static str,
    /// $1 version
    pub(super) set_version: &'static str,
    /// What brings the tables from one version to the next, the first from nothing. Never changed once released: a
    /// change is another entry.
    pub(super) migrations: &'static [&'static str],
}

const RUNS: Tables = Tables {
    lock: "SELECT pg_advisory_xact_lock(hashtextextended('stepflow migrations of ' || $1, 0))",
    first: SCHEMA,
    version: "SELECT coalesce(max(version), 0) FROM schema_version",
    set_version: "INSERT INTO schema_version (version) VALUES ($1)",
    migrations: &[include_str!("sql/schema_1.sql")],
};

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

/// Brings the tables of runs up to date.
pub(super) async fn migrate(pool: &Pool) -> Result<(), StoreError> {
    RUNS.migrate(pool).await
}

/// Makes sure that the tables are there and of this release, and changes nothing.
pub(super) async fn expect(pool: &Pool) -> Result<(), StoreError> {
    let told = |failure: Failure| failure.told(&pool.place);
    let client = pool.client().await.map_err(told)?;
    let (place, schema) = (&pool.place, &pool.sessions.schema);
    let known = RUNS.migrations.len() as u32;
    match RUNS.found(&client).await.map_err(told)? {
        0 => Err(StoreError::refused(format!("{place} has no runs of stepflow in its schema `{schema}`"))),
        found if found > known => Err(StoreError::newer(found, known)),
        found if found < known => Err(StoreError::refused(format!(
            "{place} has schema version {found} and this program needs version {known}: a runner of this release \
             brings it up to date"
        ))),
        _ => Ok(()),
    }
}

impl Tables {
    /// Brings the tables up to date.
    ///
    /// Tables that are up to date are not written to, so that a role with few rights, or a standby server, can be
    /// read from. Otherwise whoever gets the lock first makes the changes, all or none; the others find them
    /// made.
    pub(super) async fn migrate(&self, pool: &Pool) -> Result<(), StoreError> {
        let told = |failure: Failure| failure.told(&pool.place);
        let mut client = pool.client().await.map_err(told)?;
        let known = self.migrations.len() as u32;
        if self.found(&client).await.map_err(told)? == known {
            return Ok(());
        }
        let schema = &pool.sessions.schema;
        let found = self.change(&mut client, schema).await.map_err(|error| told(error.into()))?;
        if found > known { Err(StoreError::newer(found, known)) } else { Ok(()) }
    }

    /// The version of the tables; 0 where there are none.
    async fn found(&self, client: &Object) -> Result<u32, Failure> {
        match client.query_one(self.version, &[]).await.map_err(Failure::from) {
            Ok(row) => Ok(row.try_get::<_, i32>(0)?.unsigned_abs()),
            Err(failure) if failure.is(&SqlState::UNDEFINED_TABLE, None) => Ok(0),
            Err(failure) => Err(failure),
        }
    }

    /// Applies what is missing, and says what version was found.
    async fn change(&self, client: &mut Object, schema: &str) -> Result<u32, tokio_postgres::Error> {
        let transaction = client.transaction().await?;
        transaction.query(self.lock, &[&schema]).await?;
        transaction.query(NAME, &[&schema]).await?;
        transaction.batch_execute(self.first).await?;
        let found = transaction.query_one(self.version, &[]).await?.try_get::<_, i32>(0)?.unsigned_abs();
        for (version, migration) in (1_i32..).zip(self.migrations).skip(found as usize) {
            transaction.batch_execute(migration).await?;
            transaction.execute(self.set_version, &[&version]).await?;
        }
        transaction.commit().await?;
        Ok(found)
    }
}
