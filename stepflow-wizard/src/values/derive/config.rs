//! A rule as it stands in a definition.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::When;
use super::custom::CustomTransforms;
use super::error::DerivationError;
use super::pattern::{Pattern, Replacement};
use super::transform::{NAMES, Transform};
use crate::condition::Condition;
use crate::python::text_of;
use crate::suggest::closest;

/// A derivation as data: the keys of `settings.derivations[]`.
///
/// Which keys a transform needs is said at [`Transform`].
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DerivationConfig {
    /// The field it is derived from.
    pub source: String,
    /// The field that it sets.
    pub target: String,
    /// The transform's name.
    #[serde(default = "copy")]
    pub transform: String,
    /// When it fires.
    #[serde(default)]
    pub when: When,
    /// For `template`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// The name of a transform that the host has registered, for `custom`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_class: Option<String>,
    /// What the transform works with: a value to compare with, a separator, a pattern.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transform_value: Option<Value>,
    /// For `one_of`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transform_values: Option<Vec<Value>>,
    /// For `map`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transform_map: Option<Map<String, Value>>,
    /// What `map` gives for anything else; it may be null, and left out, the derivation is skipped.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub transform_default: Option<Value>,
    /// For `regex_replace`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transform_replacement: Option<String>,
    /// For `expression`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
}

fn copy() -> String {
    "copy".to_owned()
}

/// Tells a null that is given from nothing given.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl DerivationConfig {
    /// A rule that copies.
    ///
    /// ```
    /// use stepflow_wizard::values::{DerivationConfig, When};
    ///
    /// let config = DerivationConfig { when: When::Always, ..DerivationConfig::new("billing", "shipping") };
    /// assert_eq!(config.transform, "copy");
    /// ```
    pub fn new(source: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            target: target.into(),
            transform: copy(),
            when: When::default(),
            template: None,
            custom_class: None,
            transform_value: None,
            transform_values: None,
            transform_map: None,
            transform_default: None,
            transform_replacement: None,
            expression: None,
        }
    }

    pub(super) fn transform(&self, custom: &dyn CustomTransforms) -> Result<Transform, DerivationError> {
        if self.source.is_empty() || self.target.is_empty() {
            return Err(DerivationError::NoField);
        }
        Ok(match self.transform.as_str() {
            "boolean" => Transform::Boolean,
            "constant" => Transform::Constant(self.transform_value.clone().unwrap_or(Value::Null)),
            "contains" => Transform::Contains(self.value()?.clone()),
            "copy" => Transform::Copy,
            "custom" => self.custom(custom)?,
            "equals" => Transform::Equals(self.value()?.clone()),
            "expression" => Transform::Expression(self.expression()?),
            "first" => Transform::First,
            "join" => Transform::Join(self.separator(", ")),
            "last" => Transform::Last,
            "length" => Transform::Length,
            "lower_hyphen" => Transform::LowerHyphen,
            "lower_underscore" => Transform::LowerUnderscore,
            "map" => Transform::Map {
                entries: self.needed(self.transform_map.as_ref(), "transform_map")?.clone(),
                default: self.transform_default.clone(),
            },
            "not_equals" => Transform::NotEquals(self.value()?.clone()),
            "one_of" => {
                Transform::OneOf(self.needed(self.transform_values.as_ref(), "transform_values")?.clone())
            }
            "regex_extract" => Transform::RegexExtract(self.pattern()?),
            "regex_match" => Transform::RegexMatch(self.pattern()?),
            "regex_replace" => self.replace()?,
            "split" => Transform::Split(self.separator(",")),
            "template" => self.template()?,
            "title_case" => Transform::TitleCase,
            unknown => {
                return Err(DerivationError::UnknownTransform {
                    name: unknown.to_owned(),
                    suggestion: closest(unknown, NAMES.iter().copied()).map(str::to_owned),
                });
            }
        })
    }

    fn needed<'v, T>(&self, value: Option<&'v T>, key: &'static str) -> Result<&'v T, DerivationError> {
        value.ok_or_else(|| DerivationError::Missing { transform: self.transform.clone(), key })
    }

    fn value(&self) -> Result<&Value, DerivationError> {
        self.needed(self.transform_value.as_ref().filter(|value| !value.is_null()), "transform_value")
    }

    fn separator(&self, usual: &str) -> String {
        let given = self.transform_value.as_ref().filter(|value| !value.is_null());
        given.map_or_else(|| usual.to_owned(), text_of)
    }

    fn expression(&self) -> Result<Condition, DerivationError> {
        let given = self.expression.as_ref().filter(|expression| !expression.is_empty());
        Ok(Condition::parse(self.needed(given, "expression")?)?)
    }

    fn pattern(&self) -> Result<Pattern, DerivationError> {
        Pattern::new(&text_of(self.value()?))
    }

    fn replace(&self) -> Result<Transform, DerivationError> {
        let pattern = self.pattern()?;
        let replacement = self.needed(self.transform_replacement.as_ref(), "transform_replacement")?;
        let replacement = Replacement::new(replacement, &pattern)?;
        Ok(Transform::RegexReplace { pattern, replacement })
    }

    fn custom(&self, known: &dyn CustomTransforms) -> Result<Transform, DerivationError> {
        let given = self.custom_class.as_ref().filter(|name| !name.is_empty());
        let name = self.needed(given, "custom_class")?;
        match known.find(name) {
            Some(function) => Ok(Transform::Custom { name: name.clone(), function }),
            None => Err(DerivationError::UnknownCustom {
                name: name.clone(),
                suggestion: closest(name, known.names()).map(str::to_owned),
            }),
        }
    }

    #[cfg(feature = "template")]
    fn template(&self) -> Result<Transform, DerivationError> {
        use crate::template::{Template, TemplateOptions};

        let source = self.needed(self.template.as_ref(), "template")?;
        Ok(Transform::Template(Template::parse_with(source, &TemplateOptions::strict())?))
    }

    #[cfg(not(feature = "template"))]
    fn template(&self) -> Result<Transform, DerivationError> {
        Err(DerivationError::NoTemplates)
    }
}
