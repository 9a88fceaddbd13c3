//! The boundary of one run.

use tokio_postgres::error::SqlState;

use super::columns::{DECIDED, Event, Parameter, Visit, gone_by, number, signed};
use super::group::Turn;
use super::{PostgresStore, time};
use crate::limits;
use crate::{Advance, Advanced, Claim, StoreError};

const ADVANCE: &str = include_str!("sql/advance.sql");
const REFUSAL: &str = include_str!("sql/refusal.sql");

impl PostgresStore {
    pub(super) async fn advance_run(&self, claim: &Claim, step: &Advance) -> Result<Advanced, StoreError> {
        self.limits.check_advance(step)?;
        match self.group.turn(claim, step).await? {
            Turn::Done(advanced) => Ok(advanced),
            Turn::Alone(_lane) => self.advance_alone(claim, step).await,
        }
    }

    async fn advance_alone(&self, claim: &Claim, step: &Advance) -> Result<Advanced, StoreError> {
        let run = claim.run.to_string();
        let fence = signed(claim.fence);
        let due = step.due.map(time::due_to_sql);
        let visit = Visit::of(step.visit.as_ref());
        let event = Event::of(step.event.as_ref());
        let parameters: [Parameter<'_>; 17] = [
            &run,
            &fence,
            &claim.worker.as_str(),
            &step.status.as_str(),
            &due,
            &step.step,
            &step.head,
            &step.release,
            &visit.sequence,
            &visit.step,
            &visit.result,
            &visit.state,
            &event.kind,
            &event.by,
            &event.gate,
            &event.data,
            &number(self.limits.rows),
        ];
        let asked = self.pool.ask(ADVANCE, &parameters).await;
        let found = asked.map_err(|failure| {
            let decided = failure.is(&SqlState::UNIQUE_VIOLATION, Some(DECIDED));
            let error = failure.told(&self.pool.place);
            if decided {
                return StoreError::refused(format!("a gate of run {run} is decided already"))
                    .caused_by(error);
            }
            error
        })?;
        if !found.is_empty() {
            return Ok(Advanced { cancelled: self.reading().value(&found, "cancelled")? });
        }
        let stands: [Parameter<'_>; 4] = [&run, &fence, &claim.worker.as_str(), &visit.sequence];
        Err(match self.pool.read(REFUSAL, &stands).await?.as_slice() {
            [] => StoreError::lease_lost(&claim.worker, Some(&claim.run)),
            stands if self.reading().value(stands, "passed")? => gone_by(&run),
            _ => limits::too_many("events", self.limits.rows),
        })
    }
}
