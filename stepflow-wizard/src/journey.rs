//! The way that the answers lead, for pages that show it and for those who take the result.

use std::sync::Arc;

use crate::advance::flow_of;
use crate::error::{FieldError, WizardError};
use crate::outcome::Standing;
use crate::state::{Frame, State};
use crate::walk::{How, Stop};
use crate::{Definition, Env, Map, Name};

/// The way that the answers lead through a flow, from its start: what can be reached, and what counts.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Journey {
    /// The stages that were passed, in the order of the way.
    pub steps: Vec<JourneyStep>,
    /// The stage where the way ends for now: the first one that needs something, or an end.
    pub open: Name,
    /// Why it does, where the answers of that stage are there and not good enough.
    pub errors: Vec<FieldError>,
    /// Whether the way leads to an end.
    pub complete: bool,
    /// What is known at the end of the way: answers on it, and what followed from them. Answers of branches that
    /// were left do not count. For typed wizards, the folded state.
    pub data: Map,
}

impl Journey {
    /// Whether a stage can be reached with the answers given so far.
    #[must_use]
    pub fn reaches(&self, stage: &str) -> bool {
        &*self.open == stage || self.steps.iter().any(|step| &*step.stage == stage)
    }
}

/// One stage of the way.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct JourneyStep {
    /// Its name.
    pub stage: Name,
    /// What people see as its title.
    pub title: Name,
    /// How it stands: completed, skipped, or not applicable.
    pub standing: Standing,
    /// Its answers.
    pub answers: Map,
    /// The fields whose values must not be shown.
    pub sensitive: Vec<Name>,
}

impl Definition {
    /// The way that the answers of the main flow lead.
    ///
    /// # Errors
    ///
    /// The state does not fit the definition.
    ///
    /// ```
    /// use stepflow_wizard::{Blueprint, Command, Definition, Env, Flow, Stage, Timestamp, advance};
    ///
    /// let stages = vec![Stage::new("kind").to("milk"), Stage::new("milk").to("done"), Stage::end("done")];
    /// let tea = Definition::new(Blueprint::new(Flow::new("tea", stages)))?;
    /// let env = Env::at(Timestamp::UNIX_EPOCH);
    /// let state = advance(&tea, tea.begin(&env)?.state, Command::submit([("kind", "green")]), &env)?.state;
    ///
    /// let journey = tea.journey(&state, &env)?;
    /// assert!(journey.reaches("kind") && journey.reaches("milk") && !journey.reaches("done"));
    /// assert_eq!(journey.data["kind"], "green");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn journey(&self, state: &State, env: &Env) -> Result<Journey, WizardError> {
        let frame = state.frames.first().unwrap_or_else(|| state.top());
        journey(self, frame, env)
    }

    /// The way that the answers of the flow lead that is being walked.
    ///
    /// # Errors
    ///
    /// The state does not fit the definition.
    pub fn current_journey(&self, state: &State, env: &Env) -> Result<Journey, WizardError> {
        journey(self, state.top(), env)
    }
}

fn journey(definition: &Definition, frame: &Frame, env: &Env) -> Result<Journey, WizardError> {
    let flow = flow_of(definition, frame)?;
    let mut walk = crate::view::begin(definition, flow, frame, env.now)?;
    let stop = walk.run(frame, None);
    let step = |passed: &crate::walk::Passed| {
        let page = frame.pages.get(&flow.flow.stages[passed.stage].name);
        let answers = page.map(|page| page.answers.clone()).unwrap_or_default();
        let sensitive = answers.keys().filter(|name| crate::advance::is_sensitive(flow, passed.stage, name));
        JourneyStep {
            stage: flow.name_of(passed.stage),
            title: Arc::clone(&flow.stages[passed.stage].title),
            standing: match passed.how {
                How::Answered => Standing::Completed,
                How::Skipped => Standing::Skipped,
                How::NotApplicable => Standing::NotApplicable,
            },
            sensitive: sensitive.map(|name| Name::from(name.as_str())).collect(),
            answers,
        }
    };
    let data = walk
        .known
        .data()
        .map_err(|rejection| WizardError::Rejected { stage: walk.stage_name(), rejection })?
        .into_owned();
    Ok(Journey {
        steps: walk.passed.iter().map(step).collect(),
        open: walk.stage_name(),
        complete: matches!(stop, Stop::End),
        errors: if let Stop::Invalid(errors) = stop { errors } else { Vec::new() },
        data,
    })
}
