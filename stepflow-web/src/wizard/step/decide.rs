//! Where a person goes from a state.

use stepflow_wizard::{Env, Journey, Standing, State, WizardError};

use crate::wizard::CheckPage;
use crate::wizard::app::App;

/// The address of the first step that needs something, or of the check page where none does.
pub(in crate::wizard) fn whereto(app: &App, state: &State, env: &Env) -> Result<String, WizardError> {
    if state.is_completed() {
        return Ok("/check".to_owned());
    }
    let journey = app.definition().current_journey(state, env)?;
    if journey.complete && state.depth() == 0 {
        return Ok("/check".to_owned());
    }
    let known = app.address(state.flow(), &journey.open);
    let there = if journey.complete { app.address(state.flow(), state.stage()) } else { known };
    Ok(format!("/{there}"))
}

/// Whether all answers are shown once more before they are sent.
pub(in crate::wizard) fn needs_check(app: &App, journey: &Journey) -> bool {
    match app.options.check {
        CheckPage::Always => true,
        CheckPage::Never => false,
        CheckPage::Auto => {
            let asked = |step: &&stepflow_wizard::JourneyStep| {
                let stage = app.definition().stage("", &step.stage);
                matches!(step.standing, Standing::Completed | Standing::Skipped)
                    && stage.is_some_and(|stage| stage.asks())
            };
            journey.steps.iter().filter(asked).count() > 1
        }
    }
}
