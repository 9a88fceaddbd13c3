//! JSON, with the place of every value.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::locate::Cursor;
use super::{Document, Entry, Flaw, Kind, Node, Sources, Spot, Style, Written};
use crate::error::DefinitionCode;
use crate::load::LoadLimits;

/// Reads the text at this position of the sources.
pub(in crate::load) fn read(
    sources: &mut Sources,
    file: usize,
    limits: &LoadLimits,
) -> Result<Document, Vec<Flaw>> {
    let text = Arc::clone(&sources.texts[file].text);
    let cursor = Cursor::new(&text);
    let mut reader =
        Reader { text: &text, cursor, file, limits, nodes: &mut sources.nodes, flaws: Vec::new() };
    // The whole text first, so that a slip of syntax is told by its own place.
    let root = match serde_json::from_str::<&RawValue>(&text) {
        Ok(raw) => reader.node(raw, 0),
        Err(error) => {
            let spot = reader.spot_of(&error);
            reader.flaws.push(Flaw::new(spot, format!("this is no JSON: {}", bare(&error))));
            None
        }
    };
    match root {
        Some(root) => Ok(Document { root, flaws: reader.flaws, doubts: Vec::new() }),
        None => Err(reader.flaws),
    }
}

/// serde_json's sentence without its place, which is told apart.
fn bare(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let bare = text.split(" at line ").next().unwrap_or(&text);
    match bare.strip_prefix("EOF while parsing ") {
        Some(what) => format!("the text ends in the middle of {what}"),
        None => bare.to_owned(),
    }
}

struct Reader<'t> {
    text: &'t str,
    cursor: Cursor<'t>,
    file: usize,
    limits: &'t LoadLimits,
    nodes: &'t mut usize,
    flaws: Vec<Flaw>,
}

impl Reader<'_> {
    /// A raw value is a piece of the text itself: what is between the two beginnings is its place.
    fn node(&mut self, raw: &RawValue, depth: usize) -> Option<Node> {
        let piece = raw.get();
        let start = (piece.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        let spot = self.spot(start);
        *self.nodes += 1;
        if *self.nodes > self.limits.nodes || depth > self.limits.depth {
            self.too_much(spot, depth);
            return None;
        }
        let kind = match piece.as_bytes().first()? {
            b'{' => {
                let entries = serde_json::from_str::<Entries<'_>>(piece).ok()?.0;
                self.map(entries, depth)
            }
            b'[' => {
                let items = serde_json::from_str::<Vec<&RawValue>>(piece).ok()?;
                Kind::List(items.into_iter().filter_map(|item| self.node(item, depth + 1)).collect())
            }
            b'"' => match serde_json::from_str(piece) {
                Ok(value) => Kind::Text(value),
                Err(error) => {
                    self.flaws.push(Flaw::new(spot, format!("this is no JSON: {}", bare(&error))));
                    return None;
                }
            },
            b't' => Kind::Bool(true),
            b'f' => Kind::Bool(false),
            b'n' => Kind::Null,
            _ => match number(piece) {
                Some(number) => Kind::Number(number),
                None => {
                    self.flaws.push(Flaw::new(spot, format!("`{piece}` is too large a number")));
                    return None;
                }
            },
        };
        let style = if piece.starts_with('"') { Style::Double } else { Style::Plain };
        let written = Some(Written { range: start..start + piece.len(), style });
        Some(Node { kind, spot, written })
    }

    fn map(&mut self, entries: Vec<(&RawValue, &RawValue)>, depth: usize) -> Kind {
        let mut seen = BTreeSet::new();
        let mut read = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let spot = self.spot((key.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize));
            let Ok(key) = serde_json::from_str::<String>(key.get()) else { continue };
            if !seen.insert(key.clone()) {
                let flaw = Flaw::new(spot, format!("the key `{key}` stands here twice"));
                self.flaws.push(Flaw { code: DefinitionCode::Duplicate, ..flaw });
            } else if let Some(value) = self.node(value, depth + 1) {
                read.push(Entry { key, spot, value });
            }
        }
        Kind::Map(read)
    }

    fn too_much(&mut self, spot: Spot, depth: usize) {
        if self.flaws.is_empty() {
            let (what, allowed) = if depth > self.limits.depth {
                ("levels", self.limits.depth)
            } else {
                ("values", self.limits.nodes)
            };
            self.flaws.push(Flaw::new(
                spot,
                format!("a definition may have {allowed} {what}, and this one has more"),
            ));
        }
    }

    fn spot(&mut self, offset: usize) -> Spot {
        Spot { file: self.file, place: Some(self.cursor.place(offset)) }
    }

    /// serde_json counts lines from one and columns in bytes.
    fn spot_of(&mut self, error: &serde_json::Error) -> Spot {
        let line_start: usize =
            self.text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let mut offset = (line_start + error.column().saturating_sub(1)).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        self.spot(offset)
    }
}

/// A number that is held exactly, or as near as a float comes if it was written as one.
fn number(piece: &str) -> Option<serde_json::Number> {
    let number: serde_json::Number = serde_json::from_str(piece).ok()?;
    let whole = !piece.contains(['.', 'e', 'E']);
    (!whole || !number.is_f64() || piece == "-0").then_some(number)
}

/// The entries of an object in their order, each once more if it stands there twice.
struct Entries<'t>(Vec<(&'t RawValue, &'t RawValue)>);

impl<'de: 't, 't> Deserialize<'de> for Entries<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}
