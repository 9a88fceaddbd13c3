//! Definitions that strangers wrote.

use stepflow_wizard::load::{self, Loader};
use stepflow_wizard::{Definition, DefinitionErrors, Functions, Parity, Patch};

use super::bytes::Bytes;
use super::drive::walk;

/// A definition in YAML.
pub fn load_yaml(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        loaded(data, |loader| loader.yaml(text));
    }
}

/// A definition in JSON.
pub fn load_json(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        loaded(data, |loader| loader.json(text));
    }
}

/// The functions that definitions may name.
pub fn functions() -> Functions {
    Functions::new()
        .transform("stamp", |context| Ok(Patch::new().set("stamp", context.stage).remove("old")))
        .transform("fails", |_| Err("it fails".into()))
        .test("is_late", |context| context.data.len() > 3)
}

fn loaded(data: &[u8], load: impl Fn(&Loader<'_>) -> Result<Definition, DefinitionErrors>) {
    let functions = functions();
    match load(&Loader::new(&functions)) {
        Ok(definition) => {
            written_and_read_again(&definition, &functions);
            seen(&definition, data);
        }
        Err(errors) => told(&errors),
    }
    match load(&Loader::new(&functions).lenient().parity(Parity::Dataknobs069)) {
        Ok(definition) => seen(&definition, data),
        Err(errors) => told(&errors),
    }
}

fn told(errors: &DefinitionErrors) {
    assert!(!errors.errors.is_empty(), "a definition is refused, and nothing is said to be wrong");
    assert!(!errors.to_string().is_empty());
}

/// What was written is the same definition, unless it became too large to be read.
fn written_and_read_again(definition: &Definition, functions: &Functions) {
    const ALLOWED: usize = 1024 * 1024;
    if let Ok(json) = load::to_json(definition)
        && json.len() <= ALLOWED
    {
        assert_eq!(load::from_json(&json, functions).as_ref(), Ok(definition), "{json}");
    }
    if let Ok(yaml) = load::to_yaml(definition)
        && yaml.len() <= ALLOWED
    {
        assert_eq!(load::from_yaml(&yaml, functions).as_ref(), Ok(definition), "{yaml}");
    }
}

/// A definition that can be loaded can be shown and walked.
fn seen(definition: &Definition, data: &[u8]) {
    for warning in definition.warnings() {
        assert!(!warning.to_string().is_empty());
    }
    assert!(!definition.graph().to_mermaid().is_empty());
    // The end of the text, read as commands.
    walk(definition, &mut Bytes::new(&data[data.len().saturating_sub(12)..]), 6);
}
