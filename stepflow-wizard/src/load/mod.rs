#![doc = include_str!("../docs/load.md")]

mod builder;
mod error;
mod files;
mod format;
mod limits;
mod loader;
mod read;
mod report;
mod source;
mod write;

use std::path::Path;

pub use self::builder::WizardBuilder;
pub use self::error::{LoadError, SaveError};
use self::format::Format;
pub use self::limits::LoadLimits;
pub use self::loader::Loader;
pub use self::write::WriteError;
use crate::definition::{Definition, Functions};
use crate::error::DefinitionErrors;

/// Loads a definition from YAML. It may name these functions.
///
/// # Errors
///
/// Everything that is wrong with the text, with line, column and path.
///
/// ```
/// use stepflow_wizard::{Functions, load};
///
/// let tea = load::from_yaml(
///     "
/// name: tea
/// stages:
/// - name: kind
///   is_start: true
///   prompt: Which tea?
///   transitions:
///   - target: done
///     condition: has('kind')
/// - name: done
///   is_end: true
/// ",
///     &Functions::new(),
/// )?;
/// assert_eq!(tea.start_stage(), "kind");
///
/// let Err(errors) = load::from_yaml("stages:\n- name: kind\n  promt: Which tea?\n", &Functions::new()) else { return Ok(()) };
/// assert_eq!(
///     errors.errors[0].to_string(),
///     "line 3, column 3: stages[0].promt: a stage has no key `promt` (did you mean `prompt`?)",
/// );
/// # Ok::<(), stepflow_wizard::DefinitionErrors>(())
/// ```
#[cfg(feature = "yaml")]
pub fn from_yaml(text: &str, functions: &Functions) -> Result<Definition, DefinitionErrors> {
    Loader::new(functions).yaml(text)
}

/// Loads a definition from JSON. It may name these functions.
///
/// # Errors
///
/// Everything that is wrong with the text, with line, column and path.
///
/// ```
/// use stepflow_wizard::{Functions, load};
///
/// let text = r#"{ "name": "tea", "stages": [
///     { "name": "kind", "transitions": [{ "target": "done" }] },
///     { "name": "done", "is_end": true }
/// ] }"#;
/// assert_eq!(load::from_json(text, &Functions::new())?.name(), "tea");
/// # Ok::<(), stepflow_wizard::DefinitionErrors>(())
/// ```
pub fn from_json(text: &str, functions: &Functions) -> Result<Definition, DefinitionErrors> {
    Loader::new(functions).json(text)
}

/// Loads a definition from JSON that was parsed before. It may name these functions.
///
/// # Errors
///
/// Everything that is wrong with it, with path.
///
/// ```
/// use serde_json::json;
/// use stepflow_wizard::{Functions, load};
///
/// let value = json!({ "name": "tea", "stages": [{ "name": "done", "is_end": true }] });
/// assert_eq!(load::from_value(&value, &Functions::new())?.name(), "tea");
/// # Ok::<(), stepflow_wizard::DefinitionErrors>(())
/// ```
pub fn from_value(value: &serde_json::Value, functions: &Functions) -> Result<Definition, DefinitionErrors> {
    Loader::new(functions).value(value)
}

/// Loads a definition from a file, by the ending of its name, and sub-flows from files beside it. It may name these
/// functions.
///
/// # Errors
///
/// The file cannot be read, or everything that is wrong with what it says, with line, column and path.
pub fn from_file(path: impl AsRef<Path>, functions: &Functions) -> Result<Definition, LoadError> {
    Loader::new(functions).file(path)
}

/// A definition as YAML: loading it with the same functions gives an equal definition.
///
/// # Errors
///
/// [`WriteError`], if code decides the ways on of a flow.
///
/// ```
/// use stepflow_wizard::{Blueprint, Definition, Flow, Functions, Stage, load};
///
/// let flow = Flow::new("tea", vec![Stage::new("kind").prompt("Which tea?").to("done"), Stage::end("done")]);
/// let tea = Definition::new(Blueprint::new(flow))?;
/// let text = load::to_yaml(&tea)?;
/// assert_eq!(
///     text,
///     "name: tea
/// version: 1.0.0
/// stages:
/// - name: kind
///   prompt: Which tea?
///   transitions:
///   - target: done
/// - name: done
///   is_end: true
/// ",
/// );
/// assert_eq!(load::from_yaml(&text, &Functions::new())?, tea);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg(feature = "yaml")]
pub fn to_yaml(definition: &Definition) -> Result<String, WriteError> {
    write::to_yaml(definition.blueprint())
}

/// A definition as JSON: loading it with the same functions gives an equal definition.
///
/// # Errors
///
/// [`WriteError`], if code decides the ways on of a flow.
///
/// ```
/// use stepflow_wizard::{Blueprint, Definition, Flow, Functions, Stage, load};
///
/// let flow = Flow::new("tea", vec![Stage::new("kind").to("done"), Stage::end("done")]);
/// let tea = Definition::new(Blueprint::new(flow))?;
/// assert_eq!(load::from_json(&load::to_json(&tea)?, &Functions::new())?, tea);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn to_json(definition: &Definition) -> Result<String, WriteError> {
    Ok(format!("{:#}", to_value(definition)?))
}

/// Writes a definition into a file, as YAML or JSON by the ending of its name.
///
/// # Errors
///
/// Code decides the ways on of a flow, or the file cannot be written.
pub fn to_file(definition: &Definition, path: impl AsRef<Path>) -> Result<(), SaveError> {
    let path = path.as_ref();
    let text = match Format::of(path).ok_or_else(|| SaveError::Format { path: path.to_owned() })? {
        Format::Json => to_json(definition)?,
        #[cfg(feature = "yaml")]
        Format::Yaml => to_yaml(definition)?,
    };
    std::fs::write(path, text).map_err(|source| SaveError::Unwritable { path: path.to_owned(), source })
}

/// A definition as a value: [`from_value`] with the same functions gives an equal definition.
///
/// # Errors
///
/// [`WriteError`], if code decides the ways on of a flow.
pub fn to_value(definition: &Definition) -> Result<serde_json::Value, WriteError> {
    write::to_value(definition.blueprint())
}
