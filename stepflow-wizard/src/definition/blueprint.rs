//! What a definition is made from.

use std::sync::Arc;

use super::{Flow, Settings, Task};
use crate::Name;

/// What a [`Definition`](crate::Definition) is made from: plain data, not checked yet. The macro, the loader and the builder all
/// end in one.
///
/// ```
/// use stepflow_wizard::{Blueprint, Flow, Settings, Stage};
///
/// let flow = Flow::new("tea", vec![Stage::new("kind").to("done"), Stage::end("done")]);
/// let blueprint = Blueprint {
///     settings: Settings { strict_navigation: true, ..Settings::default() },
///     ..Blueprint::new(flow)
/// };
/// assert_eq!((blueprint.name.as_ref(), blueprint.version.as_ref()), ("tea", "1.0.0"));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal over `new`")]
pub struct Blueprint {
    /// The wizard's name.
    pub name: Name,
    /// Raised by its author when the meaning of saved states changes.
    pub version: Name,
    /// What it is for.
    pub description: Option<Name>,
    /// What holds for the whole wizard.
    pub settings: Settings,
    /// The flow it begins with.
    pub main: Flow,
    /// What there is to do that belongs to no stage.
    pub tasks: Vec<Task>,
}

impl Blueprint {
    /// A wizard of one flow, by the flow's name.
    #[must_use]
    pub fn new(main: Flow) -> Self {
        Self {
            name: Arc::clone(&main.name),
            version: "1.0.0".into(),
            description: main.description.clone(),
            settings: Settings::default(),
            main,
            tasks: Vec::new(),
        }
    }
}
