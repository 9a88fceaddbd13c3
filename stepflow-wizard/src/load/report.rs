//! What is found, in the order of the text, each with its place.

use std::collections::BTreeSet;

use super::source::{Flaw, Kind, Node, Sources, find};
use crate::Name;
use crate::definition::{Blueprint, Definition, Parity};
use crate::error::{DefinitionCode, DefinitionError, DefinitionErrors, Place, Warning, WarningCode};

/// How many mistakes are told.
const TOLD: usize = 100;

/// A text that could not be read at all.
pub(super) fn flawed(sources: &Sources, flaws: Vec<Flaw>) -> DefinitionErrors {
    errors(sources, "", flaws.into_iter().map(|flaw| sources.flaw(flaw)).collect())
}

/// What was found while a text was read.
pub(super) struct Found {
    pub(super) errors: Vec<DefinitionError>,
    pub(super) warnings: Vec<Warning>,
    /// Sub-flows whose files cannot be used.
    pub(super) broken: BTreeSet<String>,
    pub(super) parity: Option<Parity>,
    /// Whether sub-flows were looked for in files.
    pub(super) with_files: bool,
}

/// The definition, with the doubts that its text raises; or whatever is wrong with it.
pub(super) fn define(
    sources: &Sources,
    root: &Node,
    blueprint: Option<Blueprint>,
    mut found: Found,
) -> Result<Definition, DefinitionErrors> {
    let Some(blueprint) = blueprint else { return Err(errors(sources, "", found.errors)) };
    let name = Name::clone(&blueprint.name);
    if found.parity.is_none() {
        found.warnings.extend(last_button(root, &blueprint));
    }
    match Definition::new(blueprint) {
        Ok(definition) if found.errors.is_empty() => {
            Ok(with_warnings(sources, root, definition, found.warnings))
        }
        Ok(_) => Err(errors(sources, &name, found.errors)),
        Err(more) => {
            let consequences =
                more.errors.into_iter().filter(|error| is_new(error, root, &found)).collect::<Vec<_>>();
            for mut error in consequences {
                if error.code == DefinitionCode::UnknownSubflow && found.with_files && error.hint.is_none() {
                    error.hint = Some(
                        "put it under `subflows`, or into a file of this name beside the wizard".to_owned(),
                    );
                }
                let (_, spot) = find(root, &error.path);
                found.errors.push(sources.place_error(error, spot));
            }
            Err(errors(sources, &name, found.errors))
        }
    }
}

/// What could not be read is often found missing afterwards; that is no news.
fn is_new(error: &DefinitionError, root: &Node, found: &Found) -> bool {
    let named = match &find(root, &error.path).0.kind {
        Kind::Text(name) => Some(name),
        _ => None,
    };
    let broken =
        error.code == DefinitionCode::UnknownSubflow && named.is_some_and(|name| found.broken.contains(name));
    !broken && found.errors.iter().all(|told| told.path != error.path)
}

fn with_warnings(
    sources: &Sources,
    root: &Node,
    definition: Definition,
    mut more: Vec<Warning>,
) -> Definition {
    definition.revise_warnings(|warnings| {
        warnings.append(&mut more);
        for warning in warnings.iter_mut().filter(|warning| warning.place.is_none()) {
            let (_, spot) = find(root, &warning.path);
            *warning = sources.place_warning(warning.clone(), spot);
        }
        warnings.sort_by_key(|warning| order(sources, warning.file.as_ref(), warning.place));
    })
}

fn errors(sources: &Sources, wizard: &str, mut errors: Vec<DefinitionError>) -> DefinitionErrors {
    errors.sort_by_key(|error| order(sources, error.file.as_ref(), error.place));
    let more = errors.len().saturating_sub(TOLD);
    if more > 0 {
        errors.truncate(TOLD);
        let message = format!("there are {more} more mistakes");
        errors.push(DefinitionError::new("", DefinitionCode::InvalidValue, message));
    }
    DefinitionErrors::new(if wizard.is_empty() { "wizard" } else { wizard }, errors)
}

/// By file, then by place; what has no place comes last.
fn order(sources: &Sources, file: Option<&Name>, place: Option<Place>) -> (usize, Place) {
    let file = sources.texts.iter().position(|source| source.name.as_ref() == file).unwrap_or_default();
    (file, place.unwrap_or(Place { line: usize::MAX, column: 0 }))
}

/// The last button of a wizard names the act: nobody should have to guess what it does.
fn last_button(root: &Node, blueprint: &Blueprint) -> Option<Warning> {
    let named = blueprint.settings.extra.contains_key("submit_button")
        || blueprint.main.stages.iter().any(|stage| stage.extra.contains_key("button"));
    let asks = blueprint.main.stages.iter().any(crate::Stage::asks);
    let path = if root.entry("settings").is_some() { "settings" } else { "" };
    (asks && !named).then(|| {
        let message = "the last button will say `Submit`";
        let warning = Warning::new(path, WarningCode::DefaultButton, message);
        Warning {
            hint: Some("name the act with `submit_button` under `settings`: `Book the trip`".to_owned()),
            ..warning
        }
    })
}
