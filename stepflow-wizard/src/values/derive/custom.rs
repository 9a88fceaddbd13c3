//! Transforms of the host's own.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};
use stepflow::BoxError;

/// A transform that the host brings along; any function of this shape is one.
///
/// ```
/// use serde_json::{Map, Value, json};
/// use stepflow::BoxError;
/// use stepflow_wizard::values::CustomTransform;
///
/// fn initials(value: &Value, _data: &Map<String, Value>) -> Result<Option<Value>, BoxError> {
///     let name = value.as_str().ok_or("a name is text")?;
///     Ok(Some(name.split(' ').filter_map(|part| part.chars().next()).collect::<String>().into()))
/// }
///
/// assert_eq!(CustomTransform::apply(&initials, &json!("Ada Lovelace"), &Map::new())?, Some(json!("AL")));
/// # Ok::<(), BoxError>(())
/// ```
pub trait CustomTransform: Send + Sync {
    /// What becomes of the source's value; nothing or null skips the derivation.
    ///
    /// # Errors
    ///
    /// Whatever the host likes; the derivation is then skipped, and reported.
    fn apply(&self, value: &Value, data: &Map<String, Value>) -> Result<Option<Value>, BoxError>;
}

impl<F> CustomTransform for F
where
    F: Fn(&Value, &Map<String, Value>) -> Result<Option<Value>, BoxError> + Send + Sync,
{
    fn apply(&self, value: &Value, data: &Map<String, Value>) -> Result<Option<Value>, BoxError> {
        self(value, data)
    }
}

/// Where custom transforms are found by name; `()` knows none, and a map is one.
pub trait CustomTransforms {
    /// The transform of that name.
    fn find(&self, name: &str) -> Option<Arc<dyn CustomTransform>>;

    /// All names, for "did you mean".
    fn names(&self) -> Vec<&str>;
}

impl CustomTransforms for () {
    fn find(&self, _name: &str) -> Option<Arc<dyn CustomTransform>> {
        None
    }

    fn names(&self) -> Vec<&str> {
        Vec::new()
    }
}

impl CustomTransforms for BTreeMap<String, Arc<dyn CustomTransform>> {
    fn find(&self, name: &str) -> Option<Arc<dyn CustomTransform>> {
        self.get(name).cloned()
    }

    fn names(&self) -> Vec<&str> {
        self.keys().map(String::as_str).collect()
    }
}
