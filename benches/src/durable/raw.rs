//! Raw commits of the same bytes: what nobody can do without.

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tempfile::TempDir;

use super::runs::{COMMITS, MANY};
use super::{folder, footprint, stop};
use crate::measure::time;

struct World {
    connection: Mutex<Connection>,
    head: String,
    result: String,
    state: String,
    _folder: TempDir,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let folder = folder();
    let open = || -> rusqlite::Result<Connection> {
        let connection = Connection::open(folder.path().join("raw.db"))?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.execute_batch(
            "CREATE TABLE rows (id INTEGER PRIMARY KEY, head TEXT, result TEXT, state TEXT) STRICT",
        )?;
        Ok(connection)
    };
    let connection = Mutex::new(open().unwrap_or_else(|error| stop("no database", &error)));
    let (head, result, state) = footprint::of_a_step();
    World { connection, head, result, state, _folder: folder }
});

impl World {
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn commit(&self, connection: &mut Connection, rows: u32) -> rusqlite::Result<()> {
        let transaction = connection.transaction()?;
        {
            let mut insert =
                transaction.prepare_cached("INSERT INTO rows (head, result, state) VALUES (?1, ?2, ?3)")?;
            for _ in 0..rows {
                insert.execute((&self.head, &self.result, &self.state))?;
            }
        }
        transaction.commit()
    }
}

/// As many commits as a run has, one after the other.
#[must_use]
pub fn one_by_one(runs: u32) -> Duration {
    commits(runs, 1)
}

/// As many as 64 runs have, 64 rows in each.
#[must_use]
pub fn grouped(runs: u32) -> Duration {
    commits(runs, MANY)
}

fn commits(runs: u32, rows: u32) -> Duration {
    let world = &*WORLD;
    let mut connection = world.connection();
    let connection = std::cell::RefCell::new(&mut *connection);
    time(runs, || {
        for _ in 0..COMMITS {
            if let Err(error) = world.commit(&mut connection.borrow_mut(), rows) {
                stop("a raw commit failed", &error);
            }
        }
    })
}
