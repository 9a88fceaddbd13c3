//! What a template may read.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use minijinja::Value as Rendered;
use minijinja::value::Serde;
use serde_json::{Map, Value};

use super::bank;

/// What a template may read.
///
/// | name | what it is |
/// |---|---|
/// | those given by [`with`](Self::with) | what the wizard says about itself: they win over answers |
/// | `data`, `collected_data`, `all_data` | the answers; those whose key does not begin with `_`; with those of the turn |
/// | `bank('name')` | collected records: `.count()`, `.all()`, `.find(field=value)` |
/// | every other name | what holds for this turn, or else the answer of that name |
///
/// ```
/// use serde_json::json;
/// use stepflow_wizard::template::{Escape, Template, TemplateContext};
///
/// let data = json!({ "name": "Ada" });
/// let records = [json!({ "name": "Bob" })];
/// let context = TemplateContext::new(data.as_object().ok_or("no object")?).with_bank("guests", &records);
/// let template = Template::parse("{{ data.name }} and {{ bank('guests').all()[0].name }}")?;
/// assert_eq!(template.render(&context, Escape::None)?, "Ada and Bob");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct TemplateContext<'a> {
    data: &'a Map<String, Value>,
    turn: Option<&'a Map<String, Value>>,
    reserved: BTreeMap<Cow<'a, str>, Value>,
    banks: Vec<(&'a str, &'a [Value])>,
}

impl<'a> TemplateContext<'a> {
    /// A context of answers.
    pub fn new(data: &'a Map<String, Value>) -> Self {
        Self { data, turn: None, reserved: BTreeMap::new(), banks: Vec::new() }
    }

    /// Adds what holds for this turn only; it wins over answers of the same name.
    #[must_use]
    pub fn with_turn(mut self, turn: &'a Map<String, Value>) -> Self {
        self.turn = Some(turn);
        self
    }

    /// Adds a reserved name, which wins over everything else.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Value>) -> Self {
        self.reserved.insert(name.into(), value.into());
        self
    }

    /// Adds the records of a bank.
    #[must_use]
    pub fn with_bank(mut self, name: &'a str, records: &'a [Value]) -> Self {
        self.banks.push((name, records));
        self
    }

    /// The values of those names, so that nothing is copied that the template does not ask for.
    pub(super) fn values(&self, names: &BTreeSet<String>) -> Rendered {
        Rendered::from_pairs(names.iter().filter_map(|name| Some((name.as_str(), self.value(name)?))))
    }

    fn value(&self, name: &str) -> Option<Rendered> {
        if let Some(reserved) = self.reserved.get(name) {
            return Some(Rendered::from(Serde(reserved)));
        }
        let turn = self.turn.into_iter().flatten();
        match name {
            "data" => Some(Rendered::from(Serde(self.data))),
            "all_data" => Some(entries(self.data.iter().chain(turn))),
            "collected_data" => Some(entries(self.data.iter().filter(|(key, _)| !key.starts_with('_')))),
            "bank" => Some(bank::function(&self.banks)),
            name => {
                let turn = self.turn.and_then(|turn| turn.get(name));
                turn.or_else(|| self.data.get(name)).map(|value| Rendered::from(Serde(value)))
            }
        }
    }
}

fn entries<'v>(entries: impl Iterator<Item = (&'v String, &'v Value)>) -> Rendered {
    Rendered::from_pairs(entries.map(|(key, value)| (key.as_str(), Rendered::from(Serde(value)))))
}
