//! One run in memory.

use stepflow::Timestamp;

use crate::limits::{Limits, too_many};
use crate::micros::due_micros;
use crate::{
    Advance, Change, NewEvent, NewRun, NewVisit, RunStatus, StoreError, StoredEvent, StoredRun, StoredVisit,
};

/// A run with all that belongs to it. Whether it is held for now, and its newest state, are filled in when it
/// is shown.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) run: StoredRun,
    /// Whether the worker that is noted has not given it up; its lease may be over all the same.
    pub(super) taken: bool,
    pub(super) visits: Vec<StoredVisit>,
    pub(super) events: Vec<StoredEvent>,
}

impl Row {
    pub(super) fn new(new: &NewRun, at: Timestamp) -> Self {
        let taken = new.worker.is_some();
        let run = StoredRun {
            id: new.id.clone(),
            workflow: new.workflow.clone(),
            definition: new.definition.clone(),
            status: RunStatus::Ready,
            version: 1,
            fence: u64::from(taken),
            worker: new.worker.clone(),
            held: false,
            claims: u32::from(taken),
            due: new.due.map(whole),
            step: new.step.clone(),
            head: new.head.clone(),
            state: String::new(),
            answer: None,
            hold: new.hold.clone(),
            cancel: None,
            created_at: at,
            updated_at: at,
            finished_at: None,
        };
        let mut row = Self { run, taken, visits: Vec::new(), events: Vec::new() };
        for visit in &new.visits {
            row.write(visit, at);
        }
        row.note(&new.event, at);
        row
    }

    /// The run as it is shown.
    pub(super) fn show(&self, held: bool) -> StoredRun {
        let state = self.visits.last().map(|visit| visit.state.clone()).unwrap_or_default();
        StoredRun { held, state, ..self.run.clone() }
    }

    /// Since when a run that is ready could have gone on.
    pub(super) fn since(&self) -> Timestamp {
        self.run.due.unwrap_or(self.run.created_at)
    }

    /// Whether this may be written into the run.
    pub(super) fn check(
        &self,
        forget_from: Option<u32>,
        visit: Option<&NewVisit>,
        event: Option<&NewEvent>,
        limits: &Limits,
    ) -> Result<(), StoreError> {
        let kept = self.visits.iter().rev().find(|kept| forget_from.is_none_or(|from| kept.sequence < from));
        if let (Some(kept), Some(visit)) = (kept, visit)
            && visit.sequence < kept.sequence
        {
            return Err(StoreError::refused(format!(
                "visit {} of run {} lies behind the newest one, {}",
                visit.sequence, self.run.id, kept.sequence
            )));
        }
        if event.is_some() && self.events.len() >= limits.rows as usize {
            return Err(too_many("events", limits.rows));
        }
        Ok(())
    }

    /// Whether this is a second decision for a gate.
    pub(super) fn is_decided(&self, event: Option<&NewEvent>) -> bool {
        let Some(event) = event.filter(|event| event.kind == "decided" && event.gate.is_some()) else {
            return false;
        };
        self.events.iter().any(|kept| kept.kind == "decided" && kept.gate == event.gate)
    }

    pub(super) fn advance(&mut self, step: &Advance, at: Timestamp) {
        self.run.due = step.due.map(whole);
        self.run.step.clone_from(&step.step);
        self.run.head.clone_from(&step.head);
        self.run.answer = None;
        self.taken = !step.release;
        self.changed(Some(step.status), at);
        step.visit.iter().for_each(|visit| self.write(visit, at));
        step.event.iter().for_each(|event| self.note(event, at));
    }

    pub(super) fn amend(&mut self, change: &Change, at: Timestamp) {
        let run = &mut self.run;
        change.due.iter().for_each(|due| run.due = due.map(whole));
        change.step.iter().for_each(|step| run.step.clone_from(step));
        change.head.iter().for_each(|head| run.head.clone_from(head));
        change.definition.iter().for_each(|definition| run.definition.clone_from(definition));
        change.answer.iter().for_each(|answer| run.answer.clone_from(answer));
        change.hold.iter().for_each(|hold| run.hold.clone_from(hold));
        change.cancel.iter().for_each(|cancel| run.cancel.clone_from(cancel));
        self.taken &= !change.release;
        self.changed(change.status, at);
        change.forget_from.iter().for_each(|from| self.visits.retain(|visit| visit.sequence < *from));
        change.visit.iter().for_each(|visit| self.write(visit, at));
        change.event.iter().for_each(|event| self.note(event, at));
    }

    fn changed(&mut self, status: Option<RunStatus>, at: Timestamp) {
        self.run.version += 1;
        self.run.updated_at = at;
        if let Some(status) = status {
            self.run.status = status;
            self.run.claims = 0;
            self.run.finished_at =
                if status.is_finished() { self.run.finished_at.or(Some(at)) } else { None };
        }
    }

    fn write(&mut self, visit: &NewVisit, at: Timestamp) {
        let before = self.visits.last().map(|visit| visit.state.clone());
        self.visits.pop_if(|kept| kept.sequence == visit.sequence);
        self.visits.push(StoredVisit {
            sequence: visit.sequence,
            step: visit.step.clone(),
            result: visit.result.clone(),
            state: visit.state.clone().or(before).unwrap_or_default(),
            at,
        });
    }

    fn note(&mut self, event: &NewEvent, at: Timestamp) {
        self.events.push(StoredEvent {
            number: self.events.last().map_or(1, |last| last.number.saturating_add(1)),
            at,
            kind: event.kind.clone(),
            by: event.by.clone(),
            gate: event.gate.clone(),
            data: event.data.clone(),
        });
    }
}

fn whole(due: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(due_micros(due)).unwrap_or(due)
}
