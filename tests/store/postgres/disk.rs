//! A server without room on its disk.

use std::fmt::Write as _;
use std::os::unix::fs::{MetadataExt, chown};

use stepflow_store::{NewRun, Store};
use stepflow_tests::postgres::{self, Settings};
use stepflow_tests::{SmallDisk, skip};

use super::support::{boundary, held, id, new_run, open, worker};

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_is_lost() {
    let Some(server) = postgres::server(Settings::default()) else { return };
    let disk = match SmallDisk::mount(24) {
        Ok(disk) => disk,
        Err(why) => return skip("a small disk cannot be mounted", why),
    };
    let owner = std::fs::metadata(server.host()).expect("its folder is there");
    chown(disk.path(), Some(owner.uid()), Some(owner.gid())).expect("the folder can be given away");
    let admin = server.database();
    admin.execute(&format!("CREATE TABLESPACE small LOCATION '{}'", disk.path().display()));
    let database = server.database();
    admin.execute(&format!("ALTER DATABASE {} SET TABLESPACE small", database.name()));

    let store = open(&database).await;
    let worker = worker(&store, "w").await;
    let claim = held(&store, "r-1", &worker).await;

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
    assert!(error.to_string().contains("has no room left on its disk"), "{error}");
    assert!(store.load(&refused.id).await.expect("it may be read").is_none(), "nothing of it is there");
    for run in &kept {
        assert!(store.load(run).await.expect("it may be read").is_some());
    }

    disk.grow(64);
    store.create(&refused).await.expect("there is room again");
    store.advance(&claim, &boundary(1, true)).await.expect("the run goes on");
    assert!(store.load(&id("r-1")).await.expect("it may be read").is_some());
}

/// A run whose state no compression makes small.
fn large_run(number: usize) -> NewRun {
    let mut run = new_run(&format!("large-{number}"), None);
    let mut text = String::new();
    let mut random = 0x9E37_79B9_7F4A_7C15_u64.wrapping_add(number as u64);
    while text.len() < 1 << 20 {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let _ = write!(text, "{random:016x}");
    }
    run.visits[0].state = Some(format!("\"{text}\""));
    run
}
