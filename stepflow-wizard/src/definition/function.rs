//! Functions that the host hands in by name.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use stepflow::Timestamp;

use super::{Candidate, MergeFilter, Verdict};
use crate::error::BoxError;
use crate::values::{CustomTransform, CustomTransforms};
use crate::{Map, Name};

/// What a function may look at.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct FunctionContext<'a> {
    /// The path of the flow that is being walked; empty for the main one.
    pub flow: &'a str,
    /// The stage that is being left.
    pub stage: &'a str,
    /// Where the transition leads, for the functions of a transition.
    pub target: Option<&'a str>,
    /// The data so far.
    pub data: &'a Map,
    /// Values that hold for this call alone.
    pub turn: &'a Map,
    /// What the definition says beside the function's name.
    pub config: &'a Value,
    /// The time of the call.
    pub now: Timestamp,
}

/// What a function changes in the data. Nothing else is changed.
///
/// ```
/// use serde_json::json;
/// use stepflow_wizard::Patch;
///
/// let patch = Patch::new().set("band", "over").remove("draft");
/// assert_eq!(patch.set_values()["band"], json!("over"));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patch {
    set: Map,
    removed: BTreeSet<String>,
}

impl Patch {
    /// Changes nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, and sets a field.
    #[must_use]
    pub fn set(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.set.insert(field.into(), value.into());
        self
    }

    /// The same, and removes a field.
    #[must_use]
    pub fn remove(mut self, field: impl Into<String>) -> Self {
        self.removed.insert(field.into());
        self
    }

    /// The fields that are set.
    #[must_use]
    pub fn set_values(&self) -> &Map {
        &self.set
    }

    /// The fields that are removed.
    #[must_use]
    pub fn removed(&self) -> &BTreeSet<String> {
        &self.removed
    }
}

impl From<Map> for Patch {
    fn from(set: Map) -> Self {
        Self { set, removed: BTreeSet::new() }
    }
}

type Change = dyn Fn(&FunctionContext<'_>) -> Result<Patch, BoxError> + Send + Sync;

/// A named function that changes the data: a routing function of a stage, or a transform of a transition.
///
/// It must be a pure function of its context: the same data give the same patch.
///
/// ```
/// use stepflow_wizard::{Function, Patch};
///
/// let grade = Function::new("grade", |context| {
///     let kg = context.data.get("kg").and_then(|kg| kg.as_u64()).ok_or("no weight")?;
///     Ok(Patch::new().set("band", if kg > 500 { "over" } else { "under" }))
/// });
/// assert_eq!(grade.name(), "grade");
/// ```
#[derive(Clone)]
pub struct Function {
    name: Name,
    config: Value,
    change: Arc<Change>,
}

impl Function {
    /// A function by this name.
    pub fn new(
        name: impl Into<Name>,
        change: impl Fn(&FunctionContext<'_>) -> Result<Patch, BoxError> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), config: Value::Null, change: Arc::new(change) }
    }

    /// The same, configured by the definition.
    #[must_use]
    pub fn configured(mut self, config: Value) -> Self {
        self.config = config;
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the definition says beside its name; null when it says nothing.
    #[must_use]
    pub fn config(&self) -> &Value {
        &self.config
    }

    pub(crate) fn shared_name(&self) -> Name {
        Arc::clone(&self.name)
    }

    pub(crate) fn call(&self, context: &FunctionContext<'_>) -> Result<Patch, BoxError> {
        (self.change)(&FunctionContext { config: &self.config, ..*context })
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function").field("name", &self.name).field("config", &self.config).finish()
    }
}

/// Two functions are the same when they have the same name and configuration.
impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.config == other.config
    }
}

type Question = dyn Fn(&FunctionContext<'_>) -> bool + Send + Sync;

/// A named function that decides whether a transition is taken.
///
/// ```
/// use stepflow_wizard::Test;
///
/// assert_eq!(Test::new("always", |_| true).name(), "always");
/// ```
#[derive(Clone)]
pub struct Test {
    name: Name,
    question: Arc<Question>,
}

impl Test {
    /// A test by this name.
    pub fn new(
        name: impl Into<Name>,
        question: impl Fn(&FunctionContext<'_>) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), question: Arc::new(question) }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn call(&self, context: &FunctionContext<'_>) -> bool {
        (self.question)(context)
    }
}

impl fmt::Debug for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Test").field(&self.name).finish()
    }
}

/// Two tests are the same when they have the same name.
impl PartialEq for Test {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// The functions that a loaded definition may name.
///
/// ```
/// use stepflow_wizard::{Functions, Patch};
///
/// let functions = Functions::new()
///     .transform("stamp", |context| Ok(Patch::new().set("stamped_at", context.now.to_string())))
///     .test("is_open", |context| context.data.contains_key("ticket"));
/// assert!(functions.function("stamp").is_some());
/// assert_eq!(functions.function_names().collect::<Vec<_>>(), ["stamp"]);
/// ```
#[derive(Clone, Default)]
pub struct Functions {
    functions: BTreeMap<Name, Function>,
    tests: BTreeMap<Name, Test>,
    derivations: BTreeMap<Name, Arc<dyn CustomTransform>>,
    filters: BTreeMap<Name, MergeFilter>,
}

impl Functions {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with a function for `transform` and `routing_transforms`.
    #[must_use]
    pub fn transform(
        mut self,
        name: impl Into<Name>,
        change: impl Fn(&FunctionContext<'_>) -> Result<Patch, BoxError> + Send + Sync + 'static,
    ) -> Self {
        let name = name.into();
        self.functions.insert(Arc::clone(&name), Function::new(name, change));
        self
    }

    /// The same with a test for transitions.
    #[must_use]
    pub fn test(
        mut self,
        name: impl Into<Name>,
        question: impl Fn(&FunctionContext<'_>) -> bool + Send + Sync + 'static,
    ) -> Self {
        let name = name.into();
        self.tests.insert(Arc::clone(&name), Test::new(name, question));
        self
    }

    /// The same with a function for derivations of the kind `custom`.
    #[must_use]
    pub fn derivation(mut self, name: impl Into<Name>, derive: impl CustomTransform + 'static) -> Self {
        self.derivations.insert(name.into(), Arc::new(derive));
        self
    }

    /// The same with a filter for values that are found in texts (`merge_filter`).
    #[must_use]
    pub fn filter(
        mut self,
        name: impl Into<Name>,
        judge: impl Fn(&Candidate<'_>) -> Verdict + Send + Sync + 'static,
    ) -> Self {
        let name = name.into();
        self.filters.insert(Arc::clone(&name), MergeFilter::new(name, judge));
        self
    }

    /// The filter of this name.
    #[must_use]
    pub fn filter_named(&self, name: &str) -> Option<&MergeFilter> {
        self.filters.get(name)
    }

    /// The names of all filters, in order.
    pub fn filter_names(&self) -> impl Iterator<Item = &str> {
        self.filters.keys().map(|name| &**name)
    }

    /// The function of this name.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<&Function> {
        self.functions.get(name)
    }

    /// The test of this name.
    #[must_use]
    pub fn test_named(&self, name: &str) -> Option<&Test> {
        self.tests.get(name)
    }

    /// The names of all functions, in order.
    pub fn function_names(&self) -> impl Iterator<Item = &str> {
        self.functions.keys().map(|name| &**name)
    }

    /// The names of all tests, in order.
    pub fn test_names(&self) -> impl Iterator<Item = &str> {
        self.tests.keys().map(|name| &**name)
    }
}

impl CustomTransforms for Functions {
    fn find(&self, name: &str) -> Option<Arc<dyn CustomTransform>> {
        self.derivations.get(name).cloned()
    }

    fn names(&self) -> Vec<&str> {
        self.derivations.keys().map(|name| &**name).collect()
    }
}

impl fmt::Debug for Functions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Functions")
            .field("functions", &self.functions.keys())
            .field("tests", &self.tests.keys())
            .field("derivations", &self.derivations.keys())
            .field("filters", &self.filters.keys())
            .finish()
    }
}
