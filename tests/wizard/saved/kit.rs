//! A wizard of three stages, kept in memory, on a clock that is moved by hand.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use stepflow::testing::ManualClock;
use stepflow_wizard::store::{MemoryWizards, Owner};
use stepflow_wizard::{
    Advanced, Blueprint, BoxError, Command, Definition, Flow, Input, Map, Receipt, Session, Stage,
    Submission, Wizards, WizardsBuilder,
};

use crate::kit::{asks, map};

/// Asks for a name and a card number, which is private, and says thanks.
pub(crate) fn definition() -> Definition {
    let card = Stage::new("card")
        .schema(json!({
            "type": "object",
            "properties": { "number": { "type": "string" } },
            "required": ["number"],
        }))
        .to("done");
    let card = Stage { sensitive: ["number".into()].into(), ..card };
    let stages = vec![asks("name", "name", "string").to("card"), card, Stage::end("done")];
    Definition::new(Blueprint::new(Flow::new("order", stages))).unwrap()
}

/// A store in memory, and its clock.
pub(crate) fn memory() -> (Arc<MemoryWizards>, ManualClock) {
    let clock = ManualClock::new();
    (Arc::new(MemoryWizards::new().clock(clock.clone())), clock)
}

pub(crate) fn ada() -> Owner {
    "ada".parse().unwrap()
}

pub(crate) fn builder() -> WizardsBuilder {
    Wizards::builder(definition(), memory().0)
}

pub(crate) async fn begin(wizards: &Wizards) -> Session {
    wizards.begin(&ada(), Map::new()).await.unwrap().session
}

pub(crate) fn submit(input: Value) -> Command {
    Command::Submit(Input::Map(map(input)))
}

/// An answer to what was seen last.
pub(crate) async fn answer(wizards: &Wizards, session: &Session, input: Value) -> Advanced {
    wizards.advance(session.key(), session.revision(), submit(input)).await.unwrap()
}

/// A wizard that is answered to its end.
pub(crate) async fn answered(wizards: &Wizards) -> Session {
    let session = begin(wizards).await;
    let session = answer(wizards, &session, json!({ "name": "Ada" })).await.session;
    answer(wizards, &session, json!({ "number": "4111-1111" })).await.session
}

/// Somebody who takes submissions: counts them, and fails as often as it is told to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Desk {
    pub(crate) failures: Arc<AtomicU32>,
    pub(crate) taken: Arc<Mutex<Vec<Submission>>>,
}

impl Desk {
    pub(crate) fn failing(times: u32) -> Self {
        Self { failures: Arc::new(AtomicU32::new(times)), ..Self::default() }
    }

    pub(crate) fn wizards(&self, builder: WizardsBuilder) -> Wizards {
        let desk = self.clone();
        builder.on_submit(move |submission| desk.clone().take(submission)).build()
    }

    async fn take(self, submission: Submission) -> Result<Receipt, BoxError> {
        let reference = format!("ORDER-{}", submission.id);
        self.taken.lock().unwrap().push(submission);
        // Others come in between.
        tokio::task::yield_now().await;
        let fails =
            self.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if fails.is_ok() { Err("the desk is closed".into()) } else { Ok(Receipt::new(reference)) }
    }

    pub(crate) fn count(&self) -> usize {
        self.taken.lock().unwrap().len()
    }
}

pub(crate) const HOUR: Duration = Duration::from_secs(60 * 60);
