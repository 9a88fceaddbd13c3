//! A flow: stages in order, and who decides the way from one to the next.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::{Navigation, Stage};
use crate::Name;
use crate::behaviour::Behaviour;

/// Stages in order, and who decides the way from one to the next: their transitions, or a [`Behaviour`].
///
/// ```
/// use stepflow_wizard::{AnswerModel, Flow, Stage};
///
/// let flow = Flow::new("tea", vec![Stage::new("kind").to("done"), Stage::end("done")]);
/// assert_eq!(flow.answers, AnswerModel::Flat);
/// ```
#[derive(Clone)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal over `Flow::new`")]
pub struct Flow {
    /// The flow's name.
    pub name: Name,
    /// What it is for.
    pub description: Option<Name>,
    /// The stages. The order is that of the roadmap, and of stages passed over because they do not apply.
    pub stages: Vec<Stage>,
    /// How answers are kept.
    pub answers: AnswerModel,
    /// Who decides the ways on; the transitions, when there is none.
    pub behaviour: Option<Arc<dyn Behaviour>>,
    /// Flows that may be called from this one, and from flows within it.
    pub subflows: BTreeMap<Name, Self>,
    /// What a flow may set differently from the wizard around it.
    pub settings: FlowSettings,
}

impl Flow {
    /// A flow whose stages declare their ways on.
    pub fn new(name: impl Into<Name>, stages: Vec<Stage>) -> Self {
        Self {
            name: name.into(),
            description: None,
            stages,
            answers: AnswerModel::Flat,
            behaviour: None,
            subflows: BTreeMap::new(),
            settings: FlowSettings::default(),
        }
    }

    /// A flow whose ways on are decided by code.
    pub fn with_behaviour(name: impl Into<Name>, stages: Vec<Stage>, behaviour: Arc<dyn Behaviour>) -> Self {
        Self { answers: AnswerModel::PerStage, behaviour: Some(behaviour), ..Self::new(name, stages) }
    }

    /// The same with another flow that may be called.
    #[must_use]
    pub fn subflow(mut self, flow: Self) -> Self {
        self.subflows.insert(Arc::clone(&flow.name), flow);
        self
    }
}

impl fmt::Debug for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flow")
            .field("name", &self.name)
            .field("stages", &self.stages)
            .field("answers", &self.answers)
            .field("behaviour", &self.behaviour.is_some())
            .field("subflows", &self.subflows)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Flow {
    fn eq(&self, other: &Self) -> bool {
        let same_behaviour = match (&self.behaviour, &other.behaviour) {
            (None, None) => true,
            (Some(one), Some(two)) => Arc::ptr_eq(one, two),
            _ => false,
        };
        same_behaviour
            && self.name == other.name
            && self.description == other.description
            && self.stages == other.stages
            && self.answers == other.answers
            && self.subflows == other.subflows
            && self.settings == other.settings
    }
}

/// How a flow keeps its answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerModel {
    /// All stages share one set of fields. A stage may be answered bit by bit; what was said last counts.
    #[default]
    Flat,
    /// Each stage has one answer of its own, given as a whole.
    PerStage,
}

/// What a flow may set differently from the wizard around it. `None` leaves it to the wizard.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal over `default`")]
pub struct FlowSettings {
    /// Whether stages are passed without stopping once their answers are there.
    pub auto_advance_filled: Option<bool>,
    /// Words that navigate.
    pub navigation: Navigation,
    /// Derivations of this flow; they replace the wizard's.
    pub derivations: Option<Vec<crate::values::Derivation>>,
}
