//! Sub-flows from files of their own. They come from the wizard's folder and nowhere else.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::format::Format;
use super::loader::{Loader, read_text};
use super::read::networks;
use super::source::{Document, Entry, Flaw, Kind, Node, Source, Sources, Spot};
use crate::error::DefinitionCode;

/// Puts the sub-flows that the document names and does not bring along under its `subflows`, where every flow finds them.
///
/// One that has no file is left for the checks of the definition to complain about. What was complained about here is
/// among the names that are given back.
pub(super) fn graft(
    loader: &Loader<'_>,
    base: &Path,
    sources: &mut Sources,
    document: &mut Document,
) -> (Vec<Flaw>, BTreeSet<String>) {
    let mut flaws = Vec::new();
    let mut broken = BTreeSet::new();
    let mut tried = BTreeSet::new();
    loop {
        let mut wanted = Vec::new();
        networks(&document.root, &[], &mut wanted);
        let wanted = wanted.into_iter().filter_map(|node| match &node.kind {
            Kind::Text(name) => Some((name.clone(), node.spot)),
            _ => None,
        });
        let wanted: Vec<_> = wanted.filter(|(name, _)| tried.insert(name.clone())).collect();
        if wanted.is_empty() {
            return (flaws, broken);
        }
        for (name, spot) in wanted {
            match load(loader, base, sources, &name, spot) {
                Ok(None) => {}
                Ok(Some(part)) => {
                    document.doubts.extend(part.doubts);
                    flaws.extend(part.flaws);
                    add(&mut document.root, name, part.root);
                }
                Err(more) => {
                    flaws.extend(more);
                    broken.insert(name);
                }
            }
        }
    }
}

fn load(
    loader: &Loader<'_>,
    base: &Path,
    sources: &mut Sources,
    name: &str,
    spot: Spot,
) -> Result<Option<Document>, Vec<Flaw>> {
    let refused = |code, message: String| Err(vec![Flaw { code, ..Flaw::new(spot, message) }]);
    if !is_plain(name) {
        let message = format!(
            "`{name}` cannot be the name of a sub-flow's file: it may hold letters, digits, `-`, `_` and dots inside"
        );
        return refused(DefinitionCode::InvalidName, message);
    }
    let Some((path, format)) = find(base, name) else { return Ok(None) };
    let shown = path.file_name().unwrap_or_default().to_string_lossy();
    if sources.texts.len() >= loader.allowed_files() {
        let allowed = loader.allowed_files();
        return refused(
            DefinitionCode::InvalidValue,
            format!("a wizard may consist of {allowed} files, and this one of more"),
        );
    }
    // A link may lead elsewhere: what counts is where the file really is.
    let inside = match (base_of(base).canonicalize(), path.canonicalize()) {
        (Ok(base), Ok(path)) => path.starts_with(base),
        _ => false,
    };
    if !inside {
        return refused(DefinitionCode::InvalidName, format!("`{shown}` lies outside the wizard's folder"));
    }
    match read_text(&path, loader.allowed_bytes()) {
        Ok(text) => {
            let source = Source { name: Some(shown.into()), text: text.into() };
            loader.parse(sources, source, format).map(Some)
        }
        Err(error) => refused(DefinitionCode::UnknownSubflow, format!("`{shown}` cannot be read: {error}")),
    }
}

/// Whether a name is no path.
fn is_plain(name: &str) -> bool {
    let sound = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
    name.chars().all(sound)
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains("..")
        && !name.is_empty()
}

fn find(base: &Path, name: &str) -> Option<(PathBuf, Format)> {
    let folders = [base.to_owned(), base.join("subflows")];
    let files = folders.iter().flat_map(|folder| {
        Format::ENDINGS.iter().map(move |(ending, format)| (folder.join(format!("{name}.{ending}")), *format))
    });
    files.into_iter().find(|(path, _)| path.is_file())
}

/// The folder of a file without one is the current one.
fn base_of(base: &Path) -> &Path {
    if base.as_os_str().is_empty() { Path::new(".") } else { base }
}

fn add(root: &mut Node, name: String, part: Node) {
    let Kind::Map(entries) = &mut root.kind else { return };
    let spot = part.spot;
    let entry = Entry { key: name, spot, value: part };
    let subflows = entries.iter_mut().find(|entry| entry.key == "subflows");
    match subflows.map(|entry| &mut entry.value) {
        Some(Node { kind: Kind::Map(subflows), .. }) => subflows.push(entry),
        Some(node) => {
            if node.kind == Kind::Null {
                node.kind = Kind::Map(vec![entry]);
            }
        }
        None => {
            let value = Node { spot, ..Node::new(Kind::Map(vec![entry])) };
            entries.push(Entry { key: "subflows".to_owned(), spot, value });
        }
    }
}
