//! Two processes answer the same questions in opposite ways, at the same moment.

mod process;

use std::collections::BTreeMap;
use std::env;

use stepflow::{GateId, RunId};
use stepflow_store::RunStatus;
use stepflow_tests::postgres;

use self::process::{Answer, Approver, VARIABLE};
use crate::crash::journal::{Entry, Journal};

/// So many races, unless the environment variable says how many: `docs/durability.md` has a long run.
fn races(few: u32) -> u32 {
    env::var(VARIABLE).ok().and_then(|races| races.parse().ok()).unwrap_or(few)
}

#[test]
fn of_two_opposite_answers_one_counts_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.db").display().to_string();
    race(&path, races(2_000), 0);
}

#[test]
fn of_two_opposite_answers_one_counts_on_postgresql() {
    let Some(database) = postgres::database() else { return };
    race(database.url(), races(2_000), 0);
}

#[test]
fn and_also_where_one_of_the_two_is_killed_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.db").display().to_string();
    race(&path, races(2_000) / 8, 12);
}

#[test]
fn and_also_where_one_of_the_two_is_killed_on_postgresql() {
    let Some(database) = postgres::database() else { return };
    race(database.url(), races(2_000) / 8, 12);
}

/// So many races; every so many, one of the two processes is killed while it answers.
fn race(store: &str, races: u32, kill_every: u32) {
    let journal = Journal::new();
    let mut approvers = ["ada", "noor"].map(|name| Approver::start(name, store, &journal));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let gates = runtime.block_on(process::questions(store, races));
    let mut won: BTreeMap<RunId, bool> = BTreeMap::new();
    for (nth, gate) in (0..).zip(&gates) {
        for approver in &mut approvers {
            approver.ask(gate);
        }
        let killed = (kill_every > 0 && nth % kill_every == kill_every - 1).then(|| {
            // A moment that is another one each time, and the same in each run of the test.
            (0..(nth * 7919) % 20_000).for_each(|_| std::hint::spin_loop());
            let which = (nth / kill_every % 2) as usize;
            approvers[which].kill();
            which
        });
        let answers = [0, 1].map(|which| approvers[which].answer());
        check(gate, killed, &answers, &mut won);
        if let Some(killed) = killed {
            approvers[killed] = Approver::start(["ada", "noor"][killed], store, &journal);
        }
    }
    if races >= 1_000 {
        let approved = won.values().filter(|approved| **approved).count();
        assert!(approved > 0 && approved < won.len(), "no race: one of the two was always first");
    }
    runtime.block_on(settled(store, &gates, &won));
    for approver in approvers {
        approver.stop();
    }

    let mut begun: BTreeMap<String, u32> = BTreeMap::new();
    for entry in journal.entries() {
        if let Entry::Begun { key, .. } = entry {
            *begun.entry(key).or_default() += 1;
        }
    }
    for gate in &gates {
        let begun = begun.get(&format!("{}/pay/1", gate.run())).copied().unwrap_or(0);
        match won.get(gate.run()) {
            Some(true) if kill_every == 0 => assert_eq!(begun, 1, "{gate} was approved"),
            // The process may have been killed between the start and the body.
            Some(true) | None => assert!(begun <= 1, "{gate} began {begun} times"),
            Some(false) => assert_eq!(begun, 0, "{gate} was denied"),
        }
    }
}

/// Exactly one wins, and the other is told who did.
fn check(
    gate: &GateId,
    killed: Option<usize>,
    answers: &[Option<Answer>; 2],
    won: &mut BTreeMap<RunId, bool>,
) {
    let names = ["ada", "noor"];
    let winner = answers.iter().position(|answer| matches!(answer, Some(Answer::Won)));
    match (winner, killed) {
        (Some(winner), _) => {
            // The first approves, the second denies.
            won.insert(gate.run().clone(), winner == 0);
        }
        // The one that was killed may have decided, and never said so.
        (None, Some(_)) => {}
        (None, None) => panic!("{gate}: nobody won: {answers:?}"),
    }
    for (which, answer) in answers.iter().enumerate() {
        match answer {
            Some(Answer::Won) => assert_eq!(winner, Some(which), "{gate}: two won"),
            Some(Answer::Lost { by, approved }) => {
                let other = 1 - which;
                assert_eq!(
                    (by.as_str(), *approved),
                    (names[other], other == 0),
                    "{gate}: told another winner"
                );
                won.insert(gate.run().clone(), *approved);
            }
            None => assert_eq!(killed, Some(which), "{gate}: {} did not answer", names[which]),
        }
    }
}

/// What is in the store agrees with what was said, once every run has come to rest.
async fn settled(url: &str, gates: &[GateId], won: &BTreeMap<RunId, bool>) {
    let store = process::open(url).await;
    for gate in gates {
        let decided = loop {
            let run = store.load(gate.run()).await.unwrap().unwrap();
            match run.status {
                RunStatus::Ready => tokio::task::yield_now().await,
                RunStatus::Paused => break None,
                status => break Some(status),
            }
        };
        let events = store.events(gate.run()).await.unwrap();
        let decisions = events.iter().filter(|event| event.kind == "decided").count();
        assert_eq!(decisions, usize::from(decided.is_some()), "{gate}");
        match (decided, won.get(gate.run())) {
            (Some(RunStatus::Succeeded | RunStatus::Unsettled), Some(true))
            | (Some(RunStatus::Failed), Some(false)) => {}
            (_, None) => {}
            (status, told) => panic!("{gate}: it is {status:?}, and the winner said {told:?}"),
        }
    }
}
