//! The crash matrix: a process is killed with SIGKILL before and after every commit and inside every body, and
//! another goes on. What the bodies did to the world outside stands in a journal that no crash undoes.

mod deadly;
pub(crate) mod journal;
mod process;
mod workflow;

use std::collections::BTreeMap;
use std::thread::scope;

use serde_json::Value;
use stepflow_tests::postgres;

use self::journal::{Entry, Journal};
use self::process::{End, Store, carry_out};

/// Where the first process is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kill {
    Never,
    BeforeCommit(u32),
    AfterCommit(u32),
    /// When the body has begun, before it did anything.
    BodyBegun(u32),
    /// When it did what it does to the world, before it returns.
    BodyDone(u32),
}

#[test]
fn a_run_on_sqlite_survives_a_kill_anywhere() {
    let folder = tempfile::tempdir().unwrap();
    let database = |name: &str| folder.path().join(format!("{name}.db")).display().to_string();
    matrix(&|name| Store::Sqlite(database(name)));
}

#[test]
fn a_run_on_postgresql_survives_a_kill_anywhere() {
    let Some(server) = postgres::server(postgres::Settings::default()) else { return };
    matrix(&|_| Store::Postgres(server.database()));
}

#[expect(clippy::disallowed_methods, reason = "processes are waited for side by side")]
fn matrix(store: &(dyn Fn(&str) -> Store + Sync)) {
    let (straight, entries) = survive(store, Kill::Never);
    let commits = count(&entries, |entry| matches!(entry, Entry::Committed));
    let bodies = count(&entries, |entry| matches!(entry, Entry::Begun { .. }));
    assert!(commits >= 13 && bodies >= 8, "the story has {commits} commits and {bodies} bodies");
    assert_eq!(count(&entries, |entry| matches!(entry, Entry::Paid { .. })), 1);

    let points = (1..=commits).flat_map(|nth| [Kill::BeforeCommit(nth), Kill::AfterCommit(nth)]);
    let points: Vec<_> =
        points.chain((1..=bodies).flat_map(|nth| [Kill::BodyBegun(nth), Kill::BodyDone(nth)])).collect();
    // A few at a time: they wait for the disk most of the time.
    for some in points.chunks(4) {
        scope(|threads| {
            let straight = &straight;
            let tried: Vec<_> =
                some.iter().map(|kill| threads.spawn(move || compare(store, *kill, straight))).collect();
            for tried in tried {
                if let Err(panic) = tried.join() {
                    std::panic::resume_unwind(panic);
                }
            }
        });
    }
}

/// A run that was killed there comes to the same end, and did nothing twice but what nobody can know.
fn compare(store: &(dyn Fn(&str) -> Store + Sync), kill: Kill, straight: &Value) {
    let (end, entries) = survive(store, kill);
    assert_eq!(&end, straight, "{kill:?}: the end is another\n{entries:#?}");

    let mut begun: BTreeMap<(String, u32), u32> = BTreeMap::new();
    for entry in &entries {
        if let Entry::Begun { key, attempt } = entry {
            *begun.entry((key.clone(), *attempt)).or_default() += 1;
        }
    }
    let twice: Vec<_> = begun.iter().filter(|(_, times)| **times > 1).collect();
    let allowed = match kill {
        // What was committed never runs again.
        Kill::Never | Kill::AfterCommit(_) => 0,
        Kill::BeforeCommit(_) | Kill::BodyBegun(_) | Kill::BodyDone(_) => 1,
    };
    assert!(twice.len() <= allowed, "{kill:?}: more ran again than was under way: {twice:?}\n{entries:#?}");
    assert!(twice.iter().all(|(_, times)| **times == 2), "{kill:?}: {twice:?}");
    let paid = count(&entries, |entry| matches!(entry, Entry::Paid { .. }));
    assert_eq!(paid, 1, "{kill:?}: it was paid {paid} times\n{entries:#?}");
    if let Kill::BodyBegun(_) | Kill::BodyDone(_) = kill {
        // What was broken off ran again, or a person was asked.
        assert!(twice.len() == 1 || entries.contains(&Entry::Settled), "{kill:?}: {entries:#?}");
    }
}

/// Starts processes until one comes to the end of the run; only the first is killed.
fn survive(store: &(dyn Fn(&str) -> Store + Sync), kill: Kill) -> (Value, Vec<Entry>) {
    let name = format!("{kill:?}").replace(['(', ')'], "-");
    let (store, journal) = (store(&name), Journal::new());
    let mut next = kill;
    for _ in 0..3 {
        match carry_out(&store, &journal, next) {
            End::Finished(end) => {
                assert_eq!(next, Kill::Never, "{kill:?}: the process was to be killed, and came to the end");
                return (end, journal.entries());
            }
            End::Killed => {
                assert_ne!(next, Kill::Never, "a process died by itself\n{:#?}", journal.entries());
                next = Kill::Never;
            }
        }
    }
    panic!("{kill:?}: three processes did not come to the end of the run")
}

fn count(entries: &[Entry], wanted: impl Fn(&Entry) -> bool) -> u32 {
    u32::try_from(entries.iter().filter(|entry| wanted(entry)).count()).unwrap()
}
