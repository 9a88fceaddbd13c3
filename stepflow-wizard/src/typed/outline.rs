//! The static half of a generated wizard, put together piece by piece.

use std::any::TypeId;
use std::cell::RefCell;
use std::sync::Arc;

use serde::Serialize;

use super::{StageHandle, Wizard, behaviour};
use crate::Name;
use crate::behaviour::Way;
use crate::definition::{self, AnswerModel, Blueprint, Flow, Skip, StageKind, SubflowCall, Text, Transition};
use crate::error::{DefinitionCode, DefinitionError, DefinitionErrors};

/// A wizard's name, and then its steps.
#[derive(Debug)]
pub struct Outline {
    name: Name,
    version: u32,
    description: Option<Name>,
}

impl Outline {
    /// A wizard of this name.
    #[must_use]
    pub fn new(name: &str, version: u32) -> Self {
        Self { name: name.into(), version, description: None }
    }

    /// What it is for.
    #[must_use]
    pub fn description(mut self, text: &str) -> Self {
        self.description = Some(text.into());
        self
    }

    /// # Errors
    ///
    /// What is wrong with a step.
    pub fn steps<const N: usize>(self, steps: [Stage; N]) -> Result<Blueprint, DefinitionErrors> {
        let mut flow = Flow::new(self.name, Vec::with_capacity(N + 1));
        flow.description = self.description;
        flow.answers = AnswerModel::PerStage;
        let mut errors = Vec::new();
        for (index, step) in steps.into_iter().enumerate() {
            let at = |error: DefinitionError| DefinitionError {
                path: format!("stages[{index}].{}", error.path),
                ..error
            };
            errors.extend(step.errors.into_iter().map(at));
            if let Some(called) = step.called {
                flow.subflows.insert(Arc::clone(&step.stage.name), called);
            }
            flow.stages.push(step.stage);
        }
        flow.stages.push(definition::Stage::end("END"));
        if !errors.is_empty() {
            return Err(DefinitionErrors::new(&*flow.name, errors));
        }
        let version = self.version.to_string().as_str().into();
        Ok(Blueprint { version, ..Blueprint::new(flow) })
    }
}

/// One step.
#[derive(Debug)]
pub struct Stage {
    stage: definition::Stage,
    /// The flow that it calls.
    called: Option<Flow>,
    errors: Vec<DefinitionError>,
}

impl Stage {
    /// A step that asks for an `A`.
    #[must_use]
    pub fn asks<A>(step: StageHandle<A>) -> Self {
        let stage = definition::Stage::new(step.name());
        Self::of(match step.form() {
            Some(schema) => stage.schema(schema),
            None => stage,
        })
    }

    /// A step that asks nothing, and waits to be read.
    #[must_use]
    pub fn page(name: &str) -> Self {
        let stage = definition::Stage::new(name);
        Self::of(definition::Stage { kind: StageKind::Message, auto_advance: Some(false), ..stage })
    }

    /// A step that walks another wizard. The flow is known by the step's name.
    #[must_use]
    pub fn calls<W: Wizard>(name: &str, around: impl Fn(W::State) -> W + Send + Sync + 'static) -> Self {
        let stage = definition::Stage::new(name);
        let kind = StageKind::Subflow(SubflowCall::new(name));
        let mut step = Self::of(definition::Stage { kind, ..stage });
        match unless_under_way::<W, _>(W::blueprint) {
            Some(Ok(blueprint)) => {
                step.called = Some(Flow { behaviour: Some(behaviour(around)), ..blueprint.main });
            }
            Some(Err(errors)) => step.errors = errors.errors,
            None => {
                let message = format!("the wizard that `{name}` walks leads into itself");
                step.errors.push(DefinitionError::new("subflow", DefinitionCode::SubflowCycle, message));
            }
        }
        step
    }

    fn of(stage: definition::Stage) -> Self {
        Self { stage, called: None, errors: Vec::new() }
    }

    /// What people see as its title.
    #[must_use]
    pub fn title(mut self, text: &str) -> Self {
        self.stage.label = Some(text.into());
        self
    }

    /// What it asks; for a page, also what is said when it is passed without stopping.
    #[must_use]
    pub fn prompt(mut self, text: &str) -> Self {
        let text = self.text("prompt", text);
        if self.stage.kind == StageKind::Message {
            self.stage.message = Some(text.clone());
        }
        self.stage.prompt = text;
        self
    }

    /// More about the question.
    #[must_use]
    pub fn help(mut self, text: &str) -> Self {
        self.stage.help = Some(text.into());
        self
    }

    /// Answers to choose from.
    #[must_use]
    pub fn suggestions(mut self, texts: &[&str]) -> Self {
        self.stage.suggestions = texts.iter().map(|text| self.text("suggestions", text)).collect();
        self
    }

    /// Fields that never enter logs.
    #[must_use]
    pub fn sensitive(mut self, fields: &[&str]) -> Self {
        self.stage.sensitive = fields.iter().map(|&field| Name::from(field)).collect();
        self
    }

    /// Whether it may be skipped.
    #[must_use]
    pub fn can_skip(mut self, can_skip: bool) -> Self {
        self.stage.can_skip = can_skip;
        self
    }

    /// The answer that stands in when it is.
    #[must_use]
    pub fn skip_default<A: Serialize>(mut self, step: StageHandle<A>, answer: A) -> Self {
        match step.write(&answer) {
            // An answer is one thing: what was said before does not show through.
            Ok(answers) => self.stage.skip = Skip { default: Some(answers), overwrite: true },
            Err(error) => {
                let message = format!("the answer of the skipped step cannot be written: {error}");
                self.errors.push(DefinitionError::new("skip_default", DefinitionCode::InvalidValue, message));
            }
        }
        self
    }

    /// Whether there is a way back from it.
    #[must_use]
    pub fn can_go_back(mut self, can_go_back: bool) -> Self {
        self.stage.can_go_back = can_go_back;
        self
    }

    /// Whether it is passed without stopping.
    #[must_use]
    pub fn auto_advance(mut self, auto_advance: bool) -> Self {
        self.stage.auto_advance = Some(auto_advance);
        self
    }

    /// A field that is handed to the wizard that is called.
    #[must_use]
    pub fn pass(mut self, ours: &str, theirs: &str) -> Self {
        if let StageKind::Subflow(call) = &mut self.stage.kind {
            call.data.push((ours.into(), theirs.into()));
        }
        self
    }

    /// A field that the wizard that is called hands back.
    #[must_use]
    pub fn take(mut self, theirs: &str, ours: &str) -> Self {
        if let StageKind::Subflow(call) = &mut self.stage.kind {
            call.results.push((theirs.into(), ours.into()));
        }
        self
    }

    /// Every place that the step may lead to.
    #[must_use]
    pub fn ways<const N: usize>(mut self, ways: [Way; N]) -> Self {
        self.stage.transitions = ways
            .into_iter()
            .map(|way| Transition {
                key: way.key.map(|key| Name::from(&*key)),
                ..Transition::to(&*way.target)
            })
            .collect();
        self
    }

    #[cfg(feature = "template")]
    fn text(&mut self, key: &str, text: &str) -> Text {
        Text::parse(text).unwrap_or_else(|error| {
            let message = format!("the template cannot be read: {error}");
            self.errors.push(DefinitionError::new(key, DefinitionCode::Syntax, message));
            Text::plain(text)
        })
    }

    #[cfg(not(feature = "template"))]
    fn text(&mut self, _: &str, text: &str) -> Text {
        Text::plain(text)
    }
}

/// Runs `blueprint`, unless that is what is being run already: two wizards may walk each other.
fn unless_under_way<W: 'static, T>(blueprint: impl FnOnce() -> T) -> Option<T> {
    thread_local! {
        static UNDER_WAY: RefCell<Vec<TypeId>> = const { RefCell::new(Vec::new()) };
    }
    struct Done;
    impl Drop for Done {
        fn drop(&mut self) {
            UNDER_WAY.with_borrow_mut(|under_way| under_way.pop());
        }
    }
    let id = TypeId::of::<W>();
    if UNDER_WAY.with_borrow(|under_way| under_way.contains(&id)) {
        return None;
    }
    UNDER_WAY.with_borrow_mut(|under_way| under_way.push(id));
    let _done = Done;
    Some(blueprint())
}
