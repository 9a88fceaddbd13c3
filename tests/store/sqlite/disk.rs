//! Disks that are full, and disks that can only be read.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use stepflow_store::{NewRun, NewVisit, SqliteStore, Store};
use stepflow_tests::{SmallDisk, skip};

use crate::support::{boundary, held, id, new_run, visit, worker};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_and_nothing_is_lost() {
    let disk = match SmallDisk::mount(2) {
        Ok(disk) => disk,
        Err(why) => return skip("a small disk cannot be mounted", why),
    };
    let store = SqliteStore::open(disk.path().join("runs.db")).expect("it is made");
    let worker = worker(&store, "w").await;
    let claim = held(&store, "order-1", &worker).await;

    let mut kept = Vec::new();
    let (refused, error) = loop {
        let run = large_run(kept.len());
        match store.create(&run).await {
            Ok(_) => kept.push(run.id),
            Err(error) => break (run, error),
        }
        assert!(kept.len() < 100, "the disk is never full");
    };
    assert!(error.is_full() && error.is_transient(), "{error}");
    assert!(error.to_string().contains("there is no room left on its file system"), "{error}");
    assert_eq!(store.load(&refused.id).await.expect("it can be read"), None, "nothing of it is there");
    for run in &kept {
        assert!(store.load(run).await.expect("it can be read").is_some());
    }

    // What is large keeps failing, and what is small may do so too: but nothing is committed in halves.
    let failed = store.advance(&claim, &boundary(1)).await.is_err();
    let run = store.load(&claim.run).await.expect("it can be read").expect("it is there");
    assert_eq!(run.state, if failed { r#"{"n":0}"# } else { r#"{"n":1}"# });

    disk.grow(32);
    store.create(&refused).await.expect("there is room again");
    store.advance(&claim, &boundary(2)).await.expect("the run goes on");
    assert!(store.renew(&worker, crate::support::HOUR).await.expect("there is room").alive);
    assert_eq!(
        store.load(&claim.run).await.expect("it can be read").expect("it is there").state,
        r#"{"n":2}"#
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fills_while_many_write_stops_nobody_for_good() {
    let disk = match SmallDisk::mount(2) {
        Ok(disk) => disk,
        Err(why) => return skip("a small disk cannot be mounted", why),
    };
    let store = std::sync::Arc::new(SqliteStore::open(disk.path().join("runs.db")).expect("it is made"));
    let worker = worker(&*store, "w").await;
    let mut claims = Vec::new();
    for number in 0..16 {
        claims.push(held(&*store, &format!("order-{number}"), &worker).await);
    }
    let mut runs = tokio::task::JoinSet::new();
    for claim in claims {
        let store = store.clone();
        runs.spawn(async move {
            let (mut sequence, mut full) = (0, 0);
            while full == 0 {
                let mut step = boundary(sequence + 1);
                step.visit = Some(NewVisit { state: Some(large_text(8 << 10)), ..visit(sequence + 1) });
                match store.advance(&claim, &step).await {
                    Ok(_) => sequence += 1,
                    Err(error) => {
                        assert!(error.is_full(), "{error}");
                        full += 1;
                    }
                }
            }
            (claim, sequence)
        });
    }
    let stopped = runs.join_all().await;
    disk.grow(32);
    for (claim, sequence) in stopped {
        let visits = store.visits(&claim.run).await.expect("it can be read");
        assert_eq!(
            visits.last().map(|visit| visit.sequence),
            Some(sequence),
            "what was told is what is kept"
        );
        store.advance(&claim, &boundary(sequence + 1)).await.expect("the run goes on");
    }
}

#[test]
fn a_database_is_not_made_where_there_is_no_room() {
    let disk = match SmallDisk::mount(1) {
        Ok(disk) => disk,
        Err(why) => return skip("a small disk cannot be mounted", why),
    };
    // All of it; what does not fit any more is not written.
    let _ = std::fs::write(disk.path().join("large"), vec![0; 2 << 20]);
    let error = SqliteStore::open(disk.path().join("runs.db")).expect_err("there is no room");
    assert!(error.is_full(), "{error:?}");
    disk.grow(8);
    SqliteStore::open(disk.path().join("runs.db")).expect("there is room again");
}

#[tokio::test]
async fn a_disk_that_can_only_be_read_is_told() {
    let disk = match SmallDisk::mount(8) {
        Ok(disk) => disk,
        Err(why) => return skip("a small disk cannot be mounted", why),
    };
    let path = disk.path().join("runs.db");
    SqliteStore::open(&path)
        .expect("it is made")
        .create(&new_run("order-1", None))
        .await
        .expect("it is added");
    mount(&["-o", "remount,ro"], disk.path());
    for error in [SqliteStore::open(&path).err(), SqliteStore::open_existing(&path).err()] {
        let error = error.expect("there is no place for its journal");
        assert!(error.is_read_only() && error.is_transient(), "{error:?}");
        assert!(error.to_string().contains("runs.db can only be read"), "{error}");
    }

    mount(&["-o", "remount,rw"], disk.path());
    let store = SqliteStore::open(&path).expect("it can be written again");
    store.create(&new_run("order-2", None)).await.expect("it can be written again");
    assert!(store.load(&id("order-1")).await.expect("it can be read").is_some());
}

#[tokio::test]
async fn a_file_that_can_only_be_read_is_read() {
    let disk = match SmallDisk::mount(8) {
        Ok(disk) => disk,
        Err(why) => return skip("a small disk cannot be mounted", why),
    };
    let path = disk.path().join("runs.db");
    SqliteStore::open(&path)
        .expect("it is made")
        .create(&new_run("order-1", None))
        .await
        .expect("it is added");
    mount(&["--bind".as_ref(), path.as_os_str()], &path);
    mount(&["-o", "remount,bind,ro"], &path);

    let store = SqliteStore::open_existing(&path).expect("it can be read");
    assert!(store.load(&id("order-1")).await.expect("it can be read").is_some());
    let error = store.create(&new_run("order-2", None)).await.expect_err("it cannot be written");
    assert!(error.is_read_only() && error.is_transient(), "{error:?}");
    assert!(error.to_string().contains("runs.db can only be read"), "{error}");
    assert_eq!(store.load(&id("order-2")).await.expect("it can be read"), None);
}

fn mount(arguments: &[impl AsRef<OsStr>], folder: &Path) {
    let status = Command::new("mount").args(arguments).arg(folder).status();
    assert!(status.expect("`mount` runs").success());
}

fn large_run(number: usize) -> NewRun {
    let mut run = new_run(&format!("large-{number}"), None);
    run.visits[0].state = Some(large_text(100 << 10));
    run
}

fn large_text(bytes: usize) -> String {
    format!("\"{}\"", "x".repeat(bytes))
}
