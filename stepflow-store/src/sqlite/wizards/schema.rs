//! The tables of wizards, and how older files come to have them. They have a version of their own, so that a program
//! that keeps no wizards can go on with the file.

use crate::StoreError;
use crate::sqlite::batch::Batch;
use crate::sqlite::error::Failure;

/// What brings the tables from each version to the next. A text that was released is never changed.
const MIGRATIONS: &[&str] = &[include_str!("schema_1.sql")];

const TABLE: &str = "CREATE TABLE IF NOT EXISTS wizard_schema (version INTEGER NOT NULL) STRICT";

const VERSION: &str = "SELECT coalesce(max(version), 0) FROM wizard_schema";

const SET_VERSION: &str = "INSERT INTO wizard_schema (version) VALUES (?1)";

/// Brings the tables to today's version, in the transaction of the batch: all or nothing.
pub(super) fn migrate(batch: &Batch<'_>) -> Result<(), Failure> {
    const KNOWN: u32 = MIGRATIONS.len() as u32;
    batch.statement(TABLE)?.execute([])?;
    let found: u32 = batch.statement(VERSION)?.query_row([], |row| row.get(0))?;
    if found > KNOWN {
        let place = batch.place();
        let newer = StoreError::newer(found, KNOWN);
        return Err(newer.caused_by(format!("the wizards are in {place}")).into());
    }
    for (version, migration) in (1_u32..).zip(MIGRATIONS).skip(found as usize) {
        batch.execute_batch(migration)?;
        batch.statement(SET_VERSION)?.execute([version])?;
    }
    Ok(())
}
