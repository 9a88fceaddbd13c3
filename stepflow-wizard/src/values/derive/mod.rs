//! Answers that follow from other answers.

mod apply;
mod config;
mod custom;
mod error;
mod pattern;
mod transform;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use self::config::DerivationConfig;
pub use self::custom::{CustomTransform, CustomTransforms};
pub use self::error::{DerivationError, DerivationProblem, TransformError};
pub use self::pattern::{Pattern, Replacement};
pub use self::transform::Transform;

/// A rule by which one answer follows from another.
///
/// ```
/// use serde_json::json;
/// use stepflow_wizard::values::{Derivation, DerivationConfig};
///
/// let config: DerivationConfig =
///     serde_json::from_value(json!({ "source": "title", "target": "slug", "transform": "lower_hyphen" }))?;
/// let rule = Derivation::new(config, &())?;
/// let data = json!({ "title": "Cold Lamp" });
/// assert_eq!(rule.derive(data.as_object().ok_or("no object")?)?, Some(json!("cold-lamp")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Derivation {
    config: DerivationConfig,
    transform: Transform,
}

/// When a derivation fires; its source always has to have a value that is not null.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Whatever the target holds.
    Always,
    /// The target is missing, null or an empty text.
    TargetEmpty,
    /// The target is missing or null.
    #[default]
    TargetMissing,
}

impl Derivation {
    /// A rule, checked: its transform has what it needs, patterns, templates and expressions are right, and a custom
    /// transform is known.
    ///
    /// # Errors
    ///
    /// [`DerivationError`], naming what is wrong.
    pub fn new(config: DerivationConfig, custom: &dyn CustomTransforms) -> Result<Self, DerivationError> {
        let transform = config.transform(custom)?;
        Ok(Self { config, transform })
    }

    /// The field it is derived from.
    pub fn source(&self) -> &str {
        &self.config.source
    }

    /// The field that it sets.
    pub fn target(&self) -> &str {
        &self.config.target
    }

    /// When it fires.
    pub fn when(&self) -> When {
        self.config.when
    }

    /// What it does.
    pub fn transform(&self) -> &Transform {
        &self.transform
    }

    /// The rule as data, as it was given.
    pub fn config(&self) -> &DerivationConfig {
        &self.config
    }

    /// The value for the target, if the rule fires and its transform gives one.
    ///
    /// # Errors
    ///
    /// [`TransformError`], if the transform fails.
    pub fn derive(&self, data: &Map<String, Value>) -> Result<Option<Value>, TransformError> {
        let present = |field: &str| data.get(field).filter(|value| !value.is_null());
        let Some(source) = present(&self.config.source) else { return Ok(None) };
        let target = present(&self.config.target);
        let fires = match self.config.when {
            When::Always => true,
            When::TargetEmpty => target.is_none_or(|target| target.as_str() == Some("")),
            When::TargetMissing => target.is_none(),
        };
        if fires { self.transform.apply(source, data) } else { Ok(None) }
    }
}

impl PartialEq for Derivation {
    /// Rules are equal if they say the same; a custom transform is known by its name.
    fn eq(&self, other: &Self) -> bool {
        self.config == other.config
    }
}

/// Lets the rules fire once each, in order; later ones see what earlier ones have set.
///
/// Gives back the fields that were set, and the rules that failed: they set nothing, and the others go on.
///
/// ```
/// use serde_json::{Map, json};
/// use stepflow_wizard::values::{Derivation, DerivationConfig, derive_all};
///
/// let config: DerivationConfig =
///     serde_json::from_value(json!({ "source": "tags", "target": "tag_count", "transform": "length" }))?;
/// let rules = [Derivation::new(config, &())?];
/// let mut data = Map::from_iter([("tags".to_owned(), json!(["a", "b"]))]);
/// let (set, problems) = derive_all(&rules, &mut data);
/// assert_eq!(data.get("tag_count"), Some(&json!(2)));
/// assert!(set.contains("tag_count") && problems.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn derive_all(
    rules: &[Derivation],
    data: &mut Map<String, Value>,
) -> (BTreeSet<String>, Vec<DerivationProblem>) {
    let mut set = BTreeSet::new();
    let mut problems = Vec::new();
    for rule in rules {
        match rule.derive(data) {
            Ok(None) => {}
            Ok(Some(value)) => {
                data.insert(rule.target().to_owned(), value);
                set.insert(rule.target().to_owned());
            }
            Err(error) => {
                let (from, target) = (rule.source().to_owned(), rule.target().to_owned());
                problems.push(DerivationProblem { from, target, error });
            }
        }
    }
    (set, problems)
}
