//! Any step of a wizard as it would be shown, without moving there.

use stepflow_wizard::{
    Call, Command, Env, Journey, Kind, Name, Outcome, Refused, StageView, State, WizardError, Wizards,
    advance,
};

/// A step as it would be shown.
pub(super) struct Look {
    /// The state with the wizard at that step.
    pub(super) state: State,
    pub(super) view: StageView,
    /// The way of the flow that the step is in.
    pub(super) journey: Journey,
}

/// Looks at a step. `None` where the answers do not lead there.
pub(super) fn at(
    wizards: &Wizards,
    state: State,
    flow: &str,
    stage: &Name,
    env: &Env,
) -> Result<Option<Look>, WizardError> {
    let definition = wizards.definition();
    let is_there = state.stage() == &**stage && state.flow() == flow && !state.is_completed();
    if is_there {
        let view = definition.view(&state, env)?;
        let journey = definition.current_journey(&state, env)?;
        return Ok(Some(Look { state, view, journey }));
    }
    let journey = definition.current_journey(&state, env)?;
    // An end is no page, and a flow that is not being walked has none either.
    let outcome = match go_to(wizards, state, stage, env) {
        Ok(outcome) => outcome,
        Err(error) => match error.error {
            WizardError::NavigationRefused(_) | WizardError::StageNotFound(_) => return Ok(None),
            other => return Err(other),
        },
    };
    let arrived =
        outcome.state.stage() == &**stage && outcome.state.flow() == flow && !outcome.state.is_completed();
    if outcome.kind == Kind::Stayed || !arrived {
        return Ok(None);
    }
    let _ = journey;
    let journey = definition.current_journey(&outcome.state, env)?;
    Ok(Some(Look { state: outcome.state, view: outcome.view, journey }))
}

/// Goes to a step, in memory.
pub(super) fn go_to(
    wizards: &Wizards,
    state: State,
    stage: &Name,
    env: &Env,
) -> Result<Outcome, Box<Refused>> {
    advance(wizards.definition(), state, Call::from(Command::GoTo(Name::clone(stage))), env)
}
