//! The boundaries of many runs in one statement: one trip to the server and one wait for its disk.
//!
//! A boundary that comes alone goes alone, at once. One that comes while another is on its way waits until
//! that has arrived, and goes with all that have come in the meantime. Whoever waits too long, because the
//! statement before stands in front of a row that somebody has locked, goes alone after all.
//!
//! Statements for many are carried by tasks of their own: a caller that is dropped takes nobody's boundary
//! with it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::columns::{Event, Parameter, Visit, number, signed};
use super::error::{Failure, Shared};
use super::pool::Pool;
use super::time;
use crate::{Advance, Advanced, Claim, StoreError};

const ADVANCE_MANY: &str = include_str!("sql/advance_many.sql");

/// How many statements are on their way at once before a boundary waits for company. More of them means fewer
/// boundaries in each, and more waits for the disk.
const LANES: usize = 1;

/// How long a boundary waits for its turn.
const PATIENCE: Duration = Duration::from_millis(100);

/// How much one statement carries: boundaries, and bytes of JSON.
const MOST: usize = 256;
const LARGEST: usize = 4 << 20;

/// Who goes with whom.
pub(super) struct Group(Arc<Station>);

struct Station {
    pool: Arc<Pool>,
    /// How many events a run may have.
    events: i32,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Job>,
    /// How many lanes are in use.
    lanes: usize,
    /// How many have ever waited.
    count: u64,
}

/// A boundary that waits.
struct Job {
    number: u64,
    run: String,
    claim: Claim,
    step: Advance,
    answer: oneshot::Sender<Answer>,
}

/// What a boundary that waited is told.
enum Answer {
    Done(Advanced),
    /// It was not committed with the others, and has to be looked at by itself.
    Alone,
    Lost(StoreError),
}

/// What a boundary is to do.
pub(super) enum Turn {
    /// Nothing more: it was committed with others.
    Done(Advanced),
    /// It goes alone, and if it has a lane, lets go of it afterwards.
    Alone(Option<Lane>),
}

impl Group {
    pub(super) fn new(pool: Arc<Pool>, events: u32) -> Self {
        Self(Arc::new(Station { pool, events: number(events), queue: Mutex::default() }))
    }

    /// Waits for the turn of a boundary.
    ///
    /// # Errors
    ///
    /// When it went with others, and nobody knows what became of them.
    pub(super) async fn turn(&self, claim: &Claim, step: &Advance) -> Result<Turn, StoreError> {
        let (number, mut answered) = match self.0.enter(claim, step) {
            Entered::Free(lane) => return Ok(Turn::Alone(Some(lane))),
            Entered::Waits(number, answered) => (number, answered),
        };
        let answer = match timeout(PATIENCE, &mut answered).await {
            Ok(answer) => answer,
            Err(_) if self.0.takes_back(number) => return Ok(Turn::Alone(None)),
            // It is on its way.
            Err(_) => answered.await,
        };
        match answer {
            Ok(Answer::Done(advanced)) => Ok(Turn::Done(advanced)),
            Ok(Answer::Alone) => Ok(Turn::Alone(None)),
            Ok(Answer::Lost(error)) => Err(error),
            Err(gone) => Err(StoreError::unavailable(
                "the runtime that carried the boundary has ended; whether it was committed is not known",
                gone,
            )),
        }
    }
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Group").field("waiting", &self.0.queue().waiting.len()).finish_non_exhaustive()
    }
}

enum Entered {
    Free(Lane),
    Waits(u64, oneshot::Receiver<Answer>),
}

impl Station {
    fn enter(self: &Arc<Self>, claim: &Claim, step: &Advance) -> Entered {
        let mut queue = self.queue();
        if queue.lanes < LANES {
            queue.lanes += 1;
            return Entered::Free(Lane(Some(Arc::clone(self))));
        }
        let (answer, answered) = oneshot::channel();
        queue.count += 1;
        let number = queue.count;
        let run = claim.run.to_string();
        queue.waiting.push_back(Job { number, run, claim: claim.clone(), step: step.clone(), answer });
        Entered::Waits(number, answered)
    }

    /// Takes a boundary out of the queue again, if it is still there.
    fn takes_back(&self, number: u64) -> bool {
        let mut queue = self.queue();
        let place = queue.waiting.iter().position(|job| job.number == number);
        place.and_then(|place| queue.waiting.remove(place)).is_some()
    }

    /// Those who go next: none of a run that goes already, none whose caller has given up.
    fn next(&self) -> Vec<Job> {
        let mut queue = self.queue();
        let mut runs = BTreeSet::new();
        let (mut jobs, mut left, mut bytes) = (Vec::new(), VecDeque::new(), 0);
        while let Some(job) = queue.waiting.pop_front() {
            if job.answer.is_closed() {
                continue;
            }
            let full = jobs.len() >= MOST || (bytes + job.bytes() > LARGEST && !jobs.is_empty());
            if full || !runs.insert(job.run.clone()) {
                left.push_back(job);
                continue;
            }
            bytes += job.bytes();
            jobs.push(job);
        }
        queue.waiting = left;
        drop(queue);
        // Everybody locks rows in the same order.
        jobs.sort_by(|one, other| one.run.cmp(&other.run));
        jobs
    }

    /// Waits until those who are about to come have come: the answers to the statement before wake many runs
    /// at once.
    async fn settle(&self) {
        let (mut seen, mut quiet) = (0, 0);
        while quiet < 2 {
            let waiting = self.queue().waiting.len();
            quiet = if waiting > seen { 0 } else { quiet + 1 };
            seen = waiting;
            tokio::task::yield_now().await;
        }
    }

    async fn carry(&self, jobs: Vec<Job>) {
        match self.commit(&jobs).await {
            Ok(mut cancelled) => {
                for job in jobs {
                    let done = cancelled.remove(&job.run);
                    job.tell(done.map_or(Answer::Alone, |cancelled| Answer::Done(Advanced { cancelled })));
                }
            }
            // The whole statement was refused: whoever is the reason is told so alone.
            Err(failure) if failure.is_refusal() => jobs.into_iter().for_each(|job| job.tell(Answer::Alone)),
            Err(failure) => {
                let error = Shared::new(failure.told(&self.pool.place));
                jobs.into_iter().for_each(|job| job.tell(Answer::Lost(error.told())));
            }
        }
    }

    /// Commits what can be, and says for each run whether somebody wants it to be cancelled.
    async fn commit(&self, jobs: &[Job]) -> Result<BTreeMap<String, bool>, Failure> {
        let visits: Vec<_> = jobs.iter().map(|job| Visit::of(job.step.visit.as_ref())).collect();
        let events: Vec<_> = jobs.iter().map(|job| Event::of(job.step.event.as_ref())).collect();
        let parameters: [Parameter<'_>; 17] = [
            &column(jobs, |job| job.run.as_str()),
            &column(jobs, |job| signed(job.claim.fence)),
            &column(jobs, |job| job.claim.worker.as_str()),
            &column(jobs, |job| job.step.status.as_str()),
            &column(jobs, |job| job.step.due.map(time::due_to_sql)),
            &column(jobs, |job| job.step.step.as_deref()),
            &column(jobs, |job| job.step.head.as_str()),
            &column(jobs, |job| job.step.release),
            &column(&visits, |visit| visit.sequence),
            &column(&visits, |visit| visit.step),
            &column(&visits, |visit| visit.result),
            &column(&visits, |visit| visit.state),
            &column(&events, |event| event.kind),
            &column(&events, |event| event.by),
            &column(&events, |event| event.gate),
            &column(&events, |event| event.data),
            &self.events,
        ];
        let found = self.pool.ask(ADVANCE_MANY, &parameters).await?;
        found.iter().map(|row| Ok((row.try_get("run")?, row.try_get("cancelled")?))).collect()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        // Nothing that panics is done while it is locked.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Job {
    fn bytes(&self) -> usize {
        let visit = self.step.visit.as_ref();
        let visit = visit.map_or(0, |visit| visit.result.len() + visit.state.as_ref().map_or(0, String::len));
        self.step.head.len() + visit + self.step.event.as_ref().map_or(0, |event| event.data.len())
    }

    fn tell(self, answer: Answer) {
        // Whoever does not wait any more has no use for it.
        let _ = self.answer.send(answer);
    }
}

fn column<'a, T, V>(rows: &'a [T], value: impl Fn(&'a T) -> V) -> Vec<V> {
    rows.iter().map(value).collect()
}

/// The right to have a statement on its way. Whoever lets go of it sends those who wait.
pub(super) struct Lane(Option<Arc<Station>>);

impl Drop for Lane {
    fn drop(&mut self) {
        let Some(station) = self.0.take() else { return };
        let mut queue = station.queue();
        if queue.waiting.is_empty() {
            queue.lanes -= 1;
            return;
        }
        drop(queue);
        let trip = Trip(Some(station));
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(trip.go());
        }
    }
}

/// Statements for all who wait, one after the other, with the lane that they take.
struct Trip(Option<Arc<Station>>);

impl Trip {
    async fn go(mut self) {
        while let Some(station) = &self.0 {
            // Those who were just answered come back at once, and go together again.
            station.settle().await;
            let mut jobs = station.next();
            match (jobs.pop(), jobs.len()) {
                (None, _) => break,
                (Some(only), 0) => only.tell(Answer::Alone),
                (Some(last), _) => {
                    jobs.push(last);
                    station.carry(jobs).await;
                }
            }
        }
        drop(Lane(self.0.take()));
    }
}

/// A trip that did not come to its end, because its runtime did: those who wait have runtimes of their own.
impl Drop for Trip {
    fn drop(&mut self) {
        let Some(station) = self.0.take() else { return };
        let mut queue = station.queue();
        queue.lanes -= 1;
        let waiting = std::mem::take(&mut queue.waiting);
        drop(queue);
        waiting.into_iter().for_each(|job| job.tell(Answer::Alone));
    }
}
