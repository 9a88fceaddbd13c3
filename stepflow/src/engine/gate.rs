//! A person decides before a step's body runs.

use super::{After, Command, Engine, Gates, Phase};
use crate::approval::{ApprovalDecision, ApprovalPause};
use crate::error::{ApprovalRequiredError, StepError};
use crate::result::StepStatus;
use crate::time::Moment;

impl Gates {
    /// What a child does at a gate that has no handler of its own. One that runs inside a step cannot pause
    /// its parent (difference M13).
    pub(crate) fn of_child(self) -> Self {
        match self {
            Self::Pause => Self::RefuseInChild,
            inherited => inherited,
        }
    }
}

impl Engine {
    /// The step has a gate and nobody has decided yet.
    pub(super) fn gate(&mut self) -> Command {
        let step = self.step().name.to_string();
        match self.gates {
            Gates::Ask => {
                self.phase = Phase::Asking;
                Command::Ask { step: self.draft.step }
            }
            Gates::Pause => self.pause(step),
            Gates::Refuse => self.refuse_gate(ApprovalRequiredError::NoHandler { step }),
            Gates::RefuseInChild => self.refuse_gate(ApprovalRequiredError::CannotPauseParent { step }),
        }
    }

    fn refuse_gate(&mut self, error: ApprovalRequiredError) -> Command {
        self.fail_here(StepError::ApprovalRequired(Box::new(error)))
    }

    fn pause(&mut self, step_name: String) -> Command {
        let outline = self.definition.outline();
        self.asked += 1;
        let (visit, asking) = (self.draft.visit, self.asked);
        let gate = self.definition.steps[self.draft.step].approval.as_ref();
        self.record.rare_mut().pause = Some(Box::new(ApprovalPause {
            step_name,
            step_index: self.draft.step,
            visit,
            asking,
            message: gate.and_then(|gate| gate.message.as_ref()).map(ToString::to_string),
            metadata: gate.map(|gate| gate.metadata_json()).unwrap_or_default(),
            created_at: self.now,
            fingerprint: outline.fingerprint(),
            outline,
        }));
        self.complete(StepStatus::Paused);
        self.leave(After::Pause)
    }

    /// Somebody has decided. The handler is asked once a gate, and its own error costs no retry (items
    /// 50 and 53).
    pub(super) fn decided(&mut self, decision: Result<ApprovalDecision, StepError>, at: Moment) -> Command {
        self.now = at;
        let decision = match decision {
            Ok(decision) => decision,
            Err(error) => return self.fail_step(error),
        };
        if decision.approved {
            self.current().rare_mut().decision = Some(decision);
            return self.attempt();
        }
        let denied = ApprovalRequiredError::Denied {
            step: self.step().name.to_string(),
            decided_by: decision.decided_by.clone(),
            reason: decision.reason.clone(),
        };
        self.current().rare_mut().decision = Some(decision);
        let on_deny = self.step().approval.as_ref().and_then(|gate| gate.on_deny);
        self.fail_towards(StepError::ApprovalRequired(Box::new(denied)), on_deny)
    }
}
