//! What a wizard is: stages, ways and rules, the same for everybody who walks it.

mod blueprint;
mod check;
mod compile;
mod extraction;
mod filter;
mod fingerprint;
mod flow;
mod function;
mod lint;
mod navigation;
mod settings;
mod stage;
mod task;
mod text;
mod transition;

use std::fmt;
use std::sync::Arc;

pub use self::blueprint::Blueprint;
pub(crate) use self::compile::{CompiledFlow, CompiledStage, CompiledTarget};
pub use self::extraction::{Capture, ExtractionPolicy, ExtractionScope, ExtractionSettings, Recovery};
pub use self::filter::{Candidate, MergeFilter, Verdict};
pub use self::fingerprint::Difference;
pub use self::flow::{AnswerModel, Flow, FlowSettings};
pub use self::function::{Function, FunctionContext, Functions, Patch, Test};
pub(crate) use self::navigation::enabled;
pub use self::navigation::{Navigation, NavigationCommand, NavigationWords};
pub use self::settings::{
    Accept, ChangedDefinition, HookPolicy, Incomplete, Parity, Settings, Snapshots, UnknownFields,
};
pub use self::stage::{Collect, Confirm, Skip, Stage, StageKind, Unique};
pub use self::task::{CompletedBy, Task};
pub use self::text::Text;
pub use self::transition::{Derive, DeriveValue, Guard, SubflowCall, Target, Transition};
use crate::error::{DefinitionErrors, Warning};
use crate::state::DefinitionId;

pub use stepflow::Fingerprint;

/// A wizard that was checked and found sound. It is shared by everybody who walks it, and cheap to clone.
///
/// ```
/// use stepflow_wizard::{Blueprint, Definition, Flow, Stage};
///
/// let flow = Flow::new("tea", vec![Stage::new("kind").to("done"), Stage::end("done")]);
/// let tea = Definition::new(Blueprint::new(flow))?;
/// assert_eq!(tea.name(), "tea");
///
/// // Every mistake is found at once.
/// let flow = Flow::new("tea", vec![Stage::new("kind").to("brew"), Stage::new("kind").to("dome"), Stage::end("done")]);
/// let errors = Definition::new(Blueprint::new(flow)).unwrap_err();
/// assert_eq!(errors.errors.len(), 3);
/// assert_eq!(errors.errors[2].hint.as_deref(), Some("did you mean `done`?"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Definition(Arc<Checked>);

struct Checked {
    blueprint: Blueprint,
    flows: Vec<CompiledFlow>,
    warnings: Vec<Warning>,
    id: DefinitionId,
}

impl Definition {
    /// Checks a blueprint.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn new(blueprint: Blueprint) -> Result<Self, DefinitionErrors> {
        let (flows, errors) = compile::compile(&blueprint);
        if !errors.is_empty() {
            return Err(DefinitionErrors::new(&*blueprint.name, errors));
        }
        let warnings = lint::warnings(&blueprint, &flows);
        let id = DefinitionId {
            name: Arc::clone(&blueprint.name),
            version: Arc::clone(&blueprint.version),
            fingerprint: fingerprint::of(&blueprint)
                .map_err(|message| DefinitionErrors::new(&*blueprint.name, vec![message]))?,
        };
        Ok(Self(Arc::new(Checked { blueprint, flows, warnings, id })))
    }

    /// The wizard's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.id.name
    }

    /// The version its author gave it.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.0.id.version
    }

    /// Its name, version and fingerprint.
    #[must_use]
    pub fn id(&self) -> &DefinitionId {
        &self.0.id
    }

    /// A digest of whatever can change the meaning of a state: names, ways, conditions, fields. Texts are not part of it.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.0.id.fingerprint
    }

    /// What it was made from.
    #[must_use]
    pub fn blueprint(&self) -> &Blueprint {
        &self.0.blueprint
    }

    /// What holds for the whole wizard.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.blueprint.settings
    }

    /// The main flow.
    #[must_use]
    pub fn main(&self) -> &Flow {
        &self.0.blueprint.main
    }

    /// The flow of this path: empty for the main one, `lodging` for one that the main flow may call,
    /// `lodging/rooms` for one that `lodging` brings along.
    #[must_use]
    pub fn flow(&self, path: &str) -> Option<&Flow> {
        self.compiled(path).map(|flow| &flow.flow)
    }

    /// All flows with their paths, the main one first.
    pub fn flows(&self) -> impl Iterator<Item = (&str, &Flow)> {
        self.0.flows.iter().map(|flow| (&*flow.path, &flow.flow))
    }

    /// A stage of a flow.
    #[must_use]
    pub fn stage(&self, flow: &str, name: &str) -> Option<&Stage> {
        let flow = self.compiled(flow)?;
        Some(&flow.flow.stages[flow.position(name)?])
    }

    /// The stage where the main flow begins.
    #[must_use]
    pub fn start_stage(&self) -> &str {
        let main = self.compiled_main();
        main.flow.stages.get(main.start).map_or("", |stage| &stage.name)
    }

    /// What is doubtful about it.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.0.warnings
    }

    /// The command that a message stands for on a stage, by the words that are set for the stage, its flow, the
    /// wizard, or by default.
    ///
    /// ```
    /// use stepflow_wizard::{Blueprint, Definition, Flow, NavigationCommand, Stage};
    ///
    /// let flow = Flow::new("tea", vec![Stage::new("kind").to("done"), Stage::end("done")]);
    /// let tea = Definition::new(Blueprint::new(flow))?;
    /// assert_eq!(tea.detect_navigation("", "kind", "Start over"), Some(NavigationCommand::Restart));
    /// assert_eq!(tea.detect_navigation("", "kind", "green, please"), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn detect_navigation(&self, flow: &str, stage: &str, message: &str) -> Option<NavigationCommand> {
        let compiled = self.compiled(flow)?;
        let stage = &compiled.flow.stages[compiled.position(stage)?];
        navigation::detect(&self.navigation_layers(compiled, stage), message)
    }

    pub(crate) fn navigation_layers<'a>(
        &'a self,
        flow: &'a CompiledFlow,
        stage: &'a Stage,
    ) -> [&'a Navigation; 3] {
        [&stage.navigation, &flow.flow.settings.navigation, &self.settings().navigation]
    }

    /// Lets a loader add places, and doubts that only the source text shows.
    pub(crate) fn revise_warnings(mut self, revise: impl FnOnce(&mut Vec<Warning>)) -> Self {
        if let Some(checked) = Arc::get_mut(&mut self.0) {
            revise(&mut checked.warnings);
        }
        self
    }

    pub(crate) fn compiled(&self, path: &str) -> Option<&CompiledFlow> {
        if path.is_empty() {
            return self.0.flows.first();
        }
        self.0.flows.iter().find(|flow| &*flow.path == path)
    }

    pub(crate) fn compiled_at(&self, index: usize) -> &CompiledFlow {
        &self.0.flows[index]
    }

    pub(crate) fn compiled_main(&self) -> &CompiledFlow {
        &self.0.flows[0]
    }
}

impl fmt::Debug for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Definition")
            .field("id", &self.0.id)
            .field("blueprint", &self.0.blueprint)
            .field("warnings", &self.0.warnings)
            .finish_non_exhaustive()
    }
}

/// Two definitions are the same when they were made from the same blueprint.
impl PartialEq for Definition {
    fn eq(&self, other: &Self) -> bool {
        self.0.blueprint == other.0.blueprint
    }
}
