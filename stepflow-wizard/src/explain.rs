//! Why the wizard goes where it goes.

use crate::advance::flow_of;
use crate::definition::{Guard, Target};
use crate::error::WizardError;
use crate::state::State;
use crate::walk::{DataScope, with};
use crate::{Definition, Env, Map, Name};

/// What a transition of the current stage would do, with the answers given so far.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Explanation {
    /// The position of the transition in the definition.
    pub transition: usize,
    /// The stage, or the flow, that it leads to.
    pub target: Name,
    /// Its condition, as it was written.
    pub condition: String,
    /// Whether the condition holds; `None` where code decides.
    pub holds: Option<bool>,
    /// What went wrong while the condition was tested; it then counts as false.
    pub error: Option<String>,
    /// Whether it would be taken: it is the first whose condition holds.
    pub taken: bool,
}

impl Definition {
    /// Tests the conditions of the current stage, in the order in which they are tried, and says what came of each.
    ///
    /// # Errors
    ///
    /// The state does not fit the definition.
    ///
    /// ```
    /// use stepflow_wizard::{Blueprint, Definition, Env, Flow, Stage, Timestamp, Transition};
    ///
    /// let stages = vec![
    ///     Stage::new("total").transition(Transition::to("gift").when("data['total'] > 100")?).to("done"),
    ///     Stage::new("gift").to("done"),
    ///     Stage::end("done"),
    /// ];
    /// let wizard = Definition::new(Blueprint::new(Flow::new("shop", stages)))?;
    /// let env = Env::at(Timestamp::UNIX_EPOCH);
    /// let why = wizard.explain(&wizard.begin(&env)?.state, &env)?;
    /// assert!(why[0].error.is_some() && !why[0].taken);
    /// assert!(why[1].taken);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain(&self, state: &State, env: &Env) -> Result<Vec<Explanation>, WizardError> {
        let frame = state.top();
        let flow = flow_of(self, frame)?;
        let Some(at) = flow.position(&frame.stage) else {
            return Err(WizardError::StageNotFound(frame.stage.clone()));
        };
        let mut walk = crate::view::begin(self, flow, frame, env.now)?;
        walk.run(frame, Some(at));
        walk.at = at;
        let turn = Map::new();
        let data = crate::view::data_at(&walk, frame, &turn).into_owned();
        let stage = &flow.flow.stages[at];
        let mut taken = false;
        let explain = |index: &usize| {
            let transition = &stage.transitions[*index];
            let target = match &transition.target {
                Target::Stage(name) => name.clone(),
                Target::Subflow(call) => call.network.clone(),
            };
            let condition = transition.condition.to_string();
            if flow.flow.behaviour.is_some() && transition.condition == Guard::Always {
                return Explanation {
                    transition: *index,
                    target,
                    condition,
                    holds: None,
                    error: None,
                    taken: false,
                };
            }
            let derived = walk.derive(transition, &data, &turn, &turn, frame);
            let data = with(&data, &derived);
            let scope = DataScope { data: &data, turn: &turn, frame, flow };
            let held = walk.holds(&transition.condition, &scope, at, Some(transition));
            let (holds, error) = match held {
                Ok(holds) => (holds, None),
                Err(error) => (false, Some(error.to_string())),
            };
            let first = holds && !taken;
            taken |= holds;
            Explanation { transition: *index, target, condition, holds: Some(holds), error, taken: first }
        };
        Ok(flow.stages[at].order.iter().map(explain).collect())
    }
}
