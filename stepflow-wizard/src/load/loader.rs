//! From a text or a file to a definition.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::error::LoadError;
use super::files;
use super::format::Format;
use super::limits::LoadLimits;
use super::read::{self, Reader};
use super::report;
use super::source::{Document, Flaw, Node, Source, Sources, Spot, read_json};
use crate::definition::{Definition, Functions, Parity};
use crate::error::{DefinitionErrors, Place};

/// Loads definitions, with a choice of how strict to be and how much to read.
///
/// ```
/// use stepflow_wizard::load::{LoadLimits, Loader};
/// use stepflow_wizard::{Functions, Patch};
///
/// let functions = Functions::new().transform("stamp", |context| Ok(Patch::new().set("at", context.now.to_string())));
/// let loader = Loader::new(&functions).limits(LoadLimits { bytes: 4096, ..LoadLimits::default() });
/// let text = r#"{
///     "name": "tea",
///     "stages": [
///         { "name": "kind", "is_start": true, "transitions": [{ "target": "done", "transform": "stamp" }] },
///         { "name": "done", "is_end": true }
///     ]
/// }"#;
/// assert_eq!(loader.json(text)?.name(), "tea");
/// # Ok::<(), stepflow_wizard::DefinitionErrors>(())
/// ```
#[derive(Debug, Clone)]
pub struct Loader<'f> {
    functions: &'f Functions,
    limits: LoadLimits,
    parity: Option<Parity>,
    lenient: bool,
    base: Option<PathBuf>,
}

impl<'f> Loader<'f> {
    /// Strict, and within the usual limits. The definition may name these functions.
    #[must_use]
    pub fn new(functions: &'f Functions) -> Self {
        Self { functions, limits: LoadLimits::default(), parity: None, lenient: false, base: None }
    }

    /// The same within other limits.
    #[must_use]
    pub fn limits(self, limits: LoadLimits) -> Self {
        Self { limits, ..self }
    }

    /// The same, only warning about keys that nobody knows.
    ///
    /// ```
    /// use stepflow_wizard::Functions;
    /// use stepflow_wizard::load::Loader;
    ///
    /// let text = r#"{ "stages": [{ "name": "done", "is_end": true, "colour": "blue" }] }"#;
    /// let functions = Functions::new();
    /// assert!(Loader::new(&functions).json(text).is_err());
    ///
    /// let definition = Loader::new(&functions).lenient().json(text)?;
    /// assert!(definition.warnings().iter().any(|warning| warning.message == "a stage has no key `colour`"));
    /// # Ok::<(), stepflow_wizard::DefinitionErrors>(())
    /// ```
    #[must_use]
    pub fn lenient(self) -> Self {
        Self { lenient: true, ..self }
    }

    /// The same, reading as another system does and reproducing its behaviour.
    ///
    /// Unknown keys, routing functions that are not registered and templates that do not parse are then worth a warning,
    /// and settings of sub-flows are left out. What the text sets itself still counts.
    #[must_use]
    pub fn parity(self, parity: Parity) -> Self {
        Self { parity: Some(parity), ..self }
    }

    /// The same, looking in this folder for sub-flows that the text does not bring along: `NAME.yaml`, then
    /// `subflows/NAME.yaml` (or `.yml`, `.json`). For files it is the folder they are in.
    #[must_use]
    pub fn base(self, folder: impl Into<PathBuf>) -> Self {
        Self { base: Some(folder.into()), ..self }
    }

    /// Loads from YAML.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the text, with line, column and path.
    #[cfg(feature = "yaml")]
    pub fn yaml(&self, text: &str) -> Result<Definition, DefinitionErrors> {
        self.text(text, Format::Yaml)
    }

    /// Loads from JSON.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the text, with line, column and path.
    pub fn json(&self, text: &str) -> Result<Definition, DefinitionErrors> {
        self.text(text, Format::Json)
    }

    /// Loads from JSON that was parsed before.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, with path.
    pub fn value(&self, value: &Value) -> Result<Definition, DefinitionErrors> {
        let root = Node::from_value(value);
        let mut sources = Sources::default();
        let (nodes, depth) = root.measure();
        if nodes > self.limits.nodes || depth > self.limits.depth {
            let flaw = Flaw::new(Spot::default(), "the definition has more values or levels than allowed");
            return Err(report::flawed(&sources, vec![flaw]));
        }
        sources.nodes = nodes;
        self.document(sources, Document { root, flaws: Vec::new(), doubts: Vec::new() }, self.base.as_deref())
    }

    /// Loads from a file, by the ending of its name, and sub-flows from files beside it.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or everything that is wrong with what it says, with line, column and path.
    pub fn file(&self, path: impl AsRef<Path>) -> Result<Definition, LoadError> {
        let path = path.as_ref();
        let format = Format::of(path).ok_or_else(|| LoadError::Format { path: path.to_owned() })?;
        let text = read_text(path, self.limits.bytes)
            .map_err(|source| LoadError::Unreadable { path: path.to_owned(), source })?;
        let beside = path.parent().map(Path::to_owned).unwrap_or_default();
        let base = self.base.as_deref().unwrap_or(&beside);
        let name = path.file_name().map(|name| name.to_string_lossy().into());
        let mut sources = Sources::default();
        let document = self
            .parse(&mut sources, Source { name, text: text.into() }, format)
            .map_err(|flaws| report::flawed(&sources, flaws))?;
        Ok(self.document(sources, document, Some(base))?)
    }

    fn text(&self, text: &str, format: Format) -> Result<Definition, DefinitionErrors> {
        let mut sources = Sources::default();
        match self.parse(&mut sources, Source { name: None, text: text.into() }, format) {
            Ok(document) => self.document(sources, document, self.base.as_deref()),
            Err(flaws) => Err(report::flawed(&sources, flaws)),
        }
    }

    /// Adds a text to the sources and reads it.
    pub(super) fn parse(
        &self,
        sources: &mut Sources,
        source: Source,
        format: Format,
    ) -> Result<Document, Vec<Flaw>> {
        let bytes = source.text.len();
        sources.texts.push(source);
        let file = sources.texts.len() - 1;
        if bytes > self.limits.bytes {
            let spot = Spot { file, place: Some(Place { line: 1, column: 1 }) };
            let allowed = self.limits.bytes;
            let message = format!("the text has {bytes} bytes, more than the {allowed} allowed");
            return Err(vec![Flaw::new(spot, message)]);
        }
        match format {
            Format::Json => read_json(sources, file, &self.limits),
            #[cfg(feature = "yaml")]
            Format::Yaml => super::source::read_yaml(sources, file, &self.limits),
        }
    }

    fn document(
        &self,
        mut sources: Sources,
        mut document: Document,
        base: Option<&Path>,
    ) -> Result<Definition, DefinitionErrors> {
        let mut flaws = std::mem::take(&mut document.flaws);
        let mut broken = BTreeSet::new();
        if let Some(base) = base {
            let (more, names) = files::graft(self, base, &mut sources, &mut document);
            flaws.extend(more);
            broken = names;
        }
        let mut reader = Reader {
            sources: &sources,
            functions: self.functions,
            parity: self.parity,
            lenient: self.lenient,
            errors: flaws.into_iter().map(|flaw| sources.flaw(flaw)).collect(),
            warnings: document.doubts.into_iter().map(|doubt| sources.doubt(doubt)).collect(),
        };
        let blueprint = read::read(&mut reader, &document.root);
        let Reader { errors, warnings, parity, .. } = reader;
        let found = report::Found { errors, warnings, broken, parity, with_files: base.is_some() };
        report::define(&sources, &document.root, blueprint, found)
    }

    pub(super) fn allowed_files(&self) -> usize {
        self.limits.files
    }

    pub(super) fn allowed_bytes(&self) -> usize {
        self.limits.bytes
    }
}

/// Reads a text of at most so many bytes and one more, which then tells that it is too long.
pub(super) fn read_text(path: &Path, allowed: usize) -> std::io::Result<String> {
    let mut text = String::new();
    fs::File::open(path)?.take(allowed as u64 + 1).read_to_string(&mut text)?;
    Ok(text)
}
