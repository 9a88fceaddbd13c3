//! A definition, put together call by call.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::Name;
use crate::definition::{
    AnswerModel, Blueprint, Definition, Flow, Navigation, Settings, Stage, Task, Text, Transition,
};
use crate::error::{DefinitionCode, DefinitionError, DefinitionErrors, Warning};
use crate::suggest::closest;

/// Puts a definition together call by call. It ends in the same type as a text, so what was built can be written, and
/// what was loaded can be built upon.
///
/// ```
/// use serde_json::json;
/// use stepflow_wizard::load::{self, WizardBuilder};
/// use stepflow_wizard::{Functions, Stage, Transition};
///
/// let tea = WizardBuilder::new("tea")
///     .version("1.1")
///     .structured_stage(
///         "kind",
///         "Which tea?",
///         json!({ "type": "object", "properties": { "kind": { "type": "string" } }, "required": ["kind"] }),
///     )
///     .end_stage("done", "Enjoy.")
///     .transition("kind", Transition::to("done").when("has('kind')")?)
///     .build()?;
/// assert_eq!(load::from_json(&load::to_json(&tea)?, &Functions::new())?, tea);
///
/// let with_milk = WizardBuilder::from(&tea).stage(Stage::new("milk").to("done")).build()?;
/// assert_eq!(with_milk.main().stages.len(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct WizardBuilder {
    name: Name,
    version: Name,
    description: Option<Name>,
    settings: Settings,
    answers: AnswerModel,
    stages: Vec<Stage>,
    subflows: BTreeMap<Name, Flow>,
    tasks: Vec<Task>,
    /// Ways on, by the stage they lead from; it may be added later.
    ways: Vec<(Name, Transition)>,
    intents: Vec<(Name, Value)>,
    tools: Option<BTreeSet<Name>>,
}

impl WizardBuilder {
    /// A wizard without stages.
    pub fn new(name: impl Into<Name>) -> Self {
        Self {
            name: name.into(),
            version: "1.0.0".into(),
            description: None,
            settings: Settings::default(),
            answers: AnswerModel::default(),
            stages: Vec::new(),
            subflows: BTreeMap::new(),
            tasks: Vec::new(),
            ways: Vec::new(),
            intents: Vec::new(),
            tools: None,
        }
    }

    /// A wizard of one stage in which people and tools talk.
    ///
    /// ```
    /// use stepflow_wizard::load::WizardBuilder;
    ///
    /// let talk = WizardBuilder::conversation_start("help", "What can I do for you?", ["search"]).build()?;
    /// assert_eq!(talk.start_stage(), "conversation");
    /// # Ok::<(), stepflow_wizard::DefinitionErrors>(())
    /// ```
    pub fn conversation_start<N: Into<Name>>(
        name: impl Into<Name>,
        prompt: impl Into<Text>,
        tools: impl IntoIterator<Item = N>,
    ) -> Self {
        let mut builder = Self::new(name);
        builder.settings.extra.extend([
            ("tool_reasoning".to_owned(), json!("react")),
            ("max_tool_iterations".to_owned(), json!(3)),
        ]);
        let mut stage = talking("conversation", prompt, tools);
        stage.start = true;
        builder.stage(stage)
    }

    /// The same by this version.
    #[must_use]
    pub fn version(self, version: impl Into<Name>) -> Self {
        Self { version: version.into(), ..self }
    }

    /// The same with a description.
    #[must_use]
    pub fn description(self, description: impl Into<Name>) -> Self {
        Self { description: Some(description.into()), ..self }
    }

    /// The same with these settings, in place of those it had.
    #[must_use]
    pub fn settings(self, settings: Settings) -> Self {
        Self { settings, ..self }
    }

    /// The same with these words that navigate.
    #[must_use]
    pub fn navigation(mut self, navigation: Navigation) -> Self {
        self.settings.navigation = navigation;
        self
    }

    /// The same, knowing these tools: a stage that names another one is refused.
    ///
    /// ```
    /// use stepflow_wizard::load::WizardBuilder;
    ///
    /// let Err(errors) = WizardBuilder::conversation_start("help", "Yes?", ["serach"]).tool_catalog(["search"]).build() else {
    ///     return;
    /// };
    /// assert_eq!(errors.errors[0].message, "no tool `serach` is known");
    /// assert_eq!(errors.errors[0].hint.as_deref(), Some("did you mean `search`?"));
    /// ```
    #[must_use]
    pub fn tool_catalog<N: Into<Name>>(self, tools: impl IntoIterator<Item = N>) -> Self {
        Self { tools: Some(tools.into_iter().map(Into::into).collect()), ..self }
    }

    /// The same with one more stage.
    #[must_use]
    pub fn stage(mut self, stage: Stage) -> Self {
        self.stages.push(stage);
        self
    }

    /// The same with one more stage, which asks for answers of this JSON Schema.
    #[must_use]
    pub fn structured_stage(self, name: impl Into<Name>, prompt: impl Into<Text>, schema: Value) -> Self {
        self.stage(Stage::new(name).prompt(prompt).schema(schema))
    }

    /// The same with one more stage, in which people and tools talk.
    #[must_use]
    pub fn conversation_stage<N: Into<Name>>(
        self,
        name: impl Into<Name>,
        prompt: impl Into<Text>,
        tools: impl IntoIterator<Item = N>,
    ) -> Self {
        self.stage(talking(name, prompt, tools))
    }

    /// The same with one more stage, where the wizard ends.
    #[must_use]
    pub fn end_stage(self, name: impl Into<Name>, prompt: impl Into<Text>) -> Self {
        self.stage(Stage::end(name).prompt(prompt))
    }

    /// The same with one more way on, behind those that the stage has. The stage may be added later.
    #[must_use]
    pub fn transition(mut self, from: impl Into<Name>, transition: Transition) -> Self {
        self.ways.push((from.into(), transition));
        self
    }

    /// The same with an intent that is looked for on a stage, by keywords. The stage may be added later.
    #[must_use]
    pub fn intent_detection<K: Into<String>>(
        mut self,
        stage: impl Into<Name>,
        id: impl Into<String>,
        keywords: impl IntoIterator<Item = K>,
    ) -> Self {
        let keywords: Vec<String> = keywords.into_iter().map(Into::into).collect();
        self.intents.push((stage.into(), json!({ "id": id.into(), "keywords": keywords })));
        self
    }

    /// The same with a task that belongs to no stage.
    #[must_use]
    pub fn global_task(mut self, task: Task) -> Self {
        self.tasks.push(task);
        self
    }

    /// The same with a flow that may be called, by its name.
    #[must_use]
    pub fn subflow(mut self, flow: Flow) -> Self {
        self.subflows.insert(Name::clone(&flow.name), flow);
        self
    }

    /// What is doubtful about what was put together so far.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn validate(&self) -> Result<Vec<Warning>, DefinitionErrors> {
        self.clone().build().map(|definition| definition.warnings().to_vec())
    }

    /// The definition.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn build(mut self) -> Result<Definition, DefinitionErrors> {
        let mut errors = Vec::new();
        let (ways, intents) = (std::mem::take(&mut self.ways), std::mem::take(&mut self.intents));
        for (from, way) in ways {
            if let Some(stage) = self.stage_named(&from, "transition", &mut errors) {
                stage.transitions.push(way);
            }
        }
        for (name, intent) in intents {
            if let Some(stage) = self.stage_named(&name, "intent", &mut errors) {
                add_intent(stage, intent);
            }
        }
        self.check_tools(&mut errors);
        let Self { name, version, description, settings, answers, stages, subflows, tasks, .. } = self;
        let main = Flow { description, answers, subflows, ..Flow::new(Name::clone(&name), stages) };
        match Definition::new(Blueprint { version, settings, tasks, ..Blueprint::new(main) }) {
            Ok(definition) if errors.is_empty() => Ok(definition),
            Ok(_) => Err(DefinitionErrors::new(&*name, errors)),
            Err(more) => {
                errors.extend(more.errors);
                Err(DefinitionErrors::new(&*name, errors))
            }
        }
    }

    fn stage_named(
        &mut self,
        name: &str,
        what: &str,
        errors: &mut Vec<DefinitionError>,
    ) -> Option<&mut Stage> {
        let Some(at) = self.stages.iter().position(|stage| &*stage.name == name) else {
            let message = format!("there is no stage `{name}` for this {what}");
            let mut error = DefinitionError::new("stages", DefinitionCode::UnknownStage, message);
            let meant = closest(name, self.stages.iter().map(|stage| &*stage.name));
            error.hint = meant.map(|meant| format!("did you mean `{meant}`?"));
            errors.push(error);
            return None;
        };
        self.stages.get_mut(at)
    }

    fn check_tools(&self, errors: &mut Vec<DefinitionError>) {
        let Some(known) = &self.tools else { return };
        for (at, stage) in self.stages.iter().enumerate() {
            let tools = stage.extra.get("tools").and_then(Value::as_array).into_iter().flatten();
            for tool in tools.filter_map(Value::as_str).filter(|tool| !known.contains(*tool)) {
                let path = format!("stages[{at}].tools");
                let message = format!("no tool `{tool}` is known");
                let mut error = DefinitionError::new(path, DefinitionCode::UnknownFunction, message);
                let meant = closest(tool, known.iter().map(|name| &**name));
                error.hint = meant.map(|meant| format!("did you mean `{meant}`?"));
                errors.push(error);
            }
        }
    }
}

impl From<&Definition> for WizardBuilder {
    fn from(definition: &Definition) -> Self {
        let Blueprint { name, version, description, settings, main, tasks } = definition.blueprint().clone();
        Self {
            version,
            description,
            settings,
            answers: main.answers,
            stages: main.stages,
            subflows: main.subflows,
            tasks,
            ..Self::new(name)
        }
    }
}

fn talking<N: Into<Name>>(
    name: impl Into<Name>,
    prompt: impl Into<Text>,
    tools: impl IntoIterator<Item = N>,
) -> Stage {
    let mut stage = Stage::new(name).prompt(prompt);
    stage.extra.insert("mode".to_owned(), json!("conversation"));
    let tools: Vec<Value> = tools.into_iter().map(|tool| Value::from(&*tool.into())).collect();
    if !tools.is_empty() {
        stage.extra.insert("tools".to_owned(), tools.into());
    }
    stage
}

fn add_intent(stage: &mut Stage, intent: Value) {
    let detection = stage
        .extra
        .entry("intent_detection")
        .or_insert_with(|| json!({ "method": "keyword", "intents": [] }));
    if let Some(Value::Array(intents)) = detection.get_mut("intents") {
        intents.push(intent);
    }
}
