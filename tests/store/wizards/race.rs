//! Many who answer and submit at once, through connections of their own; and a database that goes away meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use stepflow_store::{PostgresStore, SqliteStore};
use stepflow_tests::postgres;
use stepflow_wizard::store::WizardStore;
use stepflow_wizard::{
    Blueprint, Command, Definition, Flow, Keeping, Map, Receipt, Stage, Wizards, WizardsBuilder, WizardsError,
};

const RIVALS: usize = 12;

fn builder(store: impl WizardStore) -> WizardsBuilder {
    let stages = vec![Stage::new("kind").to("milk"), Stage::new("milk").to("done"), Stage::end("done")];
    Wizards::builder(Definition::new(Blueprint::new(Flow::new("tea", stages))).unwrap(), store)
}

#[tokio::test(flavor = "multi_thread")]
async fn rivals_on_sqlite_do_everything_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tea.db");
    let mut stores: Vec<Arc<dyn WizardStore>> = Vec::new();
    for _ in 0..3 {
        stores.push(Arc::new(SqliteStore::open(&path).unwrap().wizards().await.unwrap()));
    }
    rivals(stores).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rivals_on_postgresql_do_everything_once() {
    let Some(database) = postgres::database() else { return };
    let mut stores: Vec<Arc<dyn WizardStore>> = Vec::new();
    for _ in 0..3 {
        let store = PostgresStore::connect(database.url()).await.unwrap();
        stores.push(Arc::new(store.wizards().await.unwrap()));
    }
    rivals(stores).await;
}

async fn rivals(stores: Vec<Arc<dyn WizardStore>>) {
    let taken = Arc::new(AtomicU32::new(0));
    let wizards: Vec<Wizards> = stores
        .into_iter()
        .map(|store| {
            let taken = Arc::clone(&taken);
            let take = move |submission: stepflow_wizard::Submission| {
                taken.fetch_add(1, Ordering::SeqCst);
                async move { Ok(Receipt::new(submission.data["kind"].to_string())) }
            };
            builder(store).on_submit(take).build()
        })
        .collect();
    for round in 0..5 {
        let owner = format!("person {round}").parse().unwrap();
        let begun = wizards[0].begin(&owner, Map::new()).await.unwrap().session;

        // One of many answers counts, and the others are told which.
        let answers = (0..RIVALS).map(|rival| {
            let (wizards, key) = (wizards[rival % wizards.len()].clone(), begun.key().clone());
            tokio::spawn(async move {
                let answer = Command::submit([("kind", format!("tea of {rival}"))]);
                (rival, wizards.advance(&key, 1, answer).await)
            })
        });
        let answers: Vec<_> = answers.collect();
        let (mut winners, mut told) = (Vec::new(), Vec::new());
        for answer in answers {
            match answer.await.unwrap() {
                (rival, Ok(_)) => winners.push(format!("tea of {rival}")),
                (_, Err(WizardsError::Stale { saved, .. })) => {
                    told.push(wizards[0].journey(&saved).unwrap().data["kind"].clone());
                }
                (_, Err(other)) => panic!("{other:?}"),
            }
        }
        assert_eq!((winners.len(), told.len()), (1, RIVALS - 1));
        assert!(told.iter().all(|kind| *kind == winners[0]), "{winners:?} {told:?}");

        // One of many submissions is taken, and the others are told of it.
        let end =
            wizards[0].advance(begun.key(), 2, Command::submit([("milk", true)])).await.unwrap().session;
        let name = end.submission().unwrap();
        let submits: Vec<_> = (0..RIVALS)
            .map(|rival| {
                let (wizards, key) = (wizards[rival % wizards.len()].clone(), end.key().clone());
                tokio::spawn(async move { wizards.complete(&key, name).await })
            })
            .collect();
        let mut first = 0;
        for submit in submits {
            match submit.await.unwrap() {
                Ok(submitted) => {
                    first += u32::from(submitted.now);
                    assert_eq!(submitted.receipt.reference, format!("{:?}", winners[0]));
                }
                Err(WizardsError::Completing) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!((first, taken.load(Ordering::SeqCst)), (1, round + 1));
    }
}

/// The server dies after the submission was taken and before that is saved: nobody is told that it was, and it is taken
/// again under the same name when the server is back.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_while_it_is_taken_loses_nothing() {
    let Some(server) = postgres::server(postgres::Settings::default()) else { return };
    let server = Arc::new(server);
    let database = server.database();
    let store =
        PostgresStore::builder(database.url()).timeout(Duration::from_secs(2)).connect().await.unwrap();
    let dying = Arc::clone(&server);
    let taken = Arc::new(std::sync::Mutex::new(Vec::new()));
    let names = Arc::clone(&taken);
    let keeping = Keeping { lease: Duration::ZERO, ..Keeping::default() };
    let wizards = builder(store.wizards().await.unwrap())
        .keeping(keeping)
        .on_submit(move |submission| {
            let (server, names) = (Arc::clone(&dying), Arc::clone(&names));
            async move {
                let mut names = names.lock().unwrap();
                names.push(submission.id);
                if names.len() == 1 {
                    server.kill();
                }
                Ok(Receipt::new("TEA-7"))
            }
        })
        .build();
    let begun = wizards.begin(&"ada".parse().unwrap(), Map::new()).await.unwrap().session;
    wizards.advance(begun.key(), 1, Command::submit([("kind", "green")])).await.unwrap();
    let end = wizards.advance(begun.key(), 2, Command::submit([("milk", true)])).await.unwrap().session;
    let name = end.submission().unwrap();

    let error = wizards.complete(end.key(), name).await.unwrap_err();
    let WizardsError::Store(error) = error else { panic!("{error:?}") };
    assert!(error.is_unavailable(), "{error}");
    let away = wizards.load(end.key()).await.unwrap_err();
    assert!(matches!(away, WizardsError::Store(ref error) if error.is_unavailable()), "{away:?}");

    server.start_again();
    let submitted = wizards.complete(end.key(), name).await.unwrap();
    assert_eq!((submitted.now, submitted.receipt.reference.as_str()), (true, "TEA-7"));
    assert_eq!(*taken.lock().unwrap(), [name, name]);
}
