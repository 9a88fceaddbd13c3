//! YAML, composed from the parser's events: bounded, in one pass, without recursion.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, Tag};

use super::scalar::{elsewhere, resolve};
use super::slips::said;
use super::tag::TAGS;
use super::{Document, Doubt, Entry, Flaw, Kind, Node, Sources, Spot, Style, Written};
use crate::error::{DefinitionCode, Place};
use crate::load::LoadLimits;
use crate::suggest::closest;

/// Reads the text at this position of the sources.
pub(in crate::load) fn read(
    sources: &mut Sources,
    file: usize,
    limits: &LoadLimits,
) -> Result<Document, Vec<Flaw>> {
    let text = Arc::clone(&sources.texts[file].text);
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        flow_nesting_limit: limits.depth,
        block_nesting_limit: limits.depth,
    };
    let mut composer = Composer {
        file,
        limits,
        nodes: &mut sources.nodes,
        open: Vec::new(),
        anchors: BTreeMap::new(),
        root: None,
        documents: 0,
        doubts: Vec::new(),
        flaws: Vec::new(),
    };
    for event in Parser::new_from_str_with_options(&text, options) {
        let going_on = match event {
            Ok((event, span)) => composer.take(event, span),
            Err(error) => {
                composer.broken(&error);
                false
            }
        };
        if !going_on {
            break;
        }
    }
    composer.finish()
}

struct Composer<'s> {
    file: usize,
    limits: &'s LoadLimits,
    nodes: &'s mut usize,
    /// Lists and mappings that are not complete, outermost first.
    open: Vec<Open>,
    /// What was named, with how many values and levels it has.
    anchors: BTreeMap<usize, (Node, usize, usize)>,
    root: Option<Node>,
    documents: usize,
    doubts: Vec<Doubt>,
    flaws: Vec<Flaw>,
}

struct Open {
    spot: Spot,
    anchor: usize,
    tag: Option<String>,
    inside: Inside,
}

enum Inside {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, seen: BTreeSet<String>, key: Option<Key>, merged: Vec<Node> },
}

/// A key whose value is being read.
struct Key {
    /// `None` when it was no text, or stood there before; a complaint was made then.
    name: Option<String>,
    spot: Spot,
    /// Whether it is `<<`.
    merges: bool,
}

impl Composer<'_> {
    /// Whether there is any use in going on.
    fn take(&mut self, event: Event<'_>, span: Span) -> bool {
        let spot = self.spot(span);
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.flaw(spot, "a file holds one wizard, and here a second document begins");
                    return false;
                }
            }
            Event::Scalar(value, style, anchor, tag) => {
                if self.is_key() {
                    return self.key(&value, style, spot, anchor);
                }
                let node = self.scalar(value.into_owned(), style, spot, span, tag.as_deref());
                return self.complete(node, anchor);
            }
            Event::SequenceStart(_, anchor, tag) => return self.begin(spot, anchor, tag.as_deref(), false),
            Event::MappingStart(_, anchor, tag) => return self.begin(spot, anchor, tag.as_deref(), true),
            Event::SequenceEnd | Event::MappingEnd => return self.end(),
            Event::Alias(anchor) => return self.alias(anchor, spot),
            Event::UnresolvedAlias(name) => {
                let flaw = Flaw::new(spot, format!("nothing was named `&{name}` before this `*{name}`"));
                self.flaws.push(flaw.hint("a text that begins with `*` needs quotes"));
                return if self.is_key() {
                    self.key(&format!("*{name}"), ScalarStyle::DoubleQuoted, spot, 0)
                } else {
                    self.complete(Node { spot, ..Node::new(Kind::Null) }, 0)
                };
            }
            _ => {}
        }
        true
    }

    fn is_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { inside: Inside::Map { key: None, .. }, .. }))
    }

    fn key(&mut self, name: &str, style: ScalarStyle, spot: Spot, anchor: usize) -> bool {
        if anchor > 0 {
            self.anchors.insert(anchor, (Node { spot, ..Node::text(name) }, 1, 1));
        }
        self.doubt(name, style, spot);
        let Some(Open { inside: Inside::Map { key, seen, .. }, .. }) = self.open.last_mut() else {
            return true;
        };
        let merges = name == "<<" && style == ScalarStyle::Plain;
        let duplicate = !merges && !seen.insert(name.to_owned());
        *key = Some(Key { name: (!duplicate).then(|| name.to_owned()), spot, merges });
        if duplicate {
            let flaw = Flaw::new(spot, format!("the key `{name}` stands here twice"));
            self.flaws.push(Flaw { code: DefinitionCode::Duplicate, ..flaw });
        }
        true
    }

    fn scalar(
        &mut self,
        value: String,
        style: ScalarStyle,
        spot: Spot,
        span: Span,
        tag: Option<&Tag>,
    ) -> Node {
        let core = tag.and_then(Tag::core_suffix);
        let custom = tag.filter(|tag| tag.is_custom()).map(Tag::original);
        if tag.is_none() {
            self.doubt(&value, style, spot);
        }
        let typed = core.is_some_and(|core| core != "str");
        let resolves = typed || (tag.is_none() && style == ScalarStyle::Plain);
        let kind = match resolve(&value).filter(|_| resolves) {
            Some(Ok(kind)) if fits(core, &kind) => kind,
            Some(Err(problem)) => {
                self.flaw(spot, problem);
                Kind::Null
            }
            _ if typed => {
                self.flaw(spot, format!("`{value}` is not what its tag says"));
                Kind::Null
            }
            _ => Kind::Text(value),
        };
        let written = span.byte_range().map(|range| Written { range, style: style_of(style) });
        self.tag(custom, Node { kind, spot, written })
    }

    fn tag(&mut self, tag: Option<String>, node: Node) -> Node {
        let Some(tag) = tag else { return node };
        let spot = node.spot;
        match tag.strip_prefix('!') {
            Some(name) if TAGS.contains(&name) => {
                Node { spot, ..Node::new(Kind::Tagged(name.to_owned(), Box::new(node))) }
            }
            // `!` alone: not a number, not true or false.
            Some("") => node,
            name => {
                let meant = name.and_then(|name| closest(name, TAGS));
                let flaw = Flaw::new(spot, format!("`{tag}` is no tag that wizards know"));
                self.flaws.push(match meant {
                    Some(meant) => flaw.hint(format!("did you mean `!{meant}`?")),
                    None => flaw,
                });
                node
            }
        }
    }

    fn begin(&mut self, spot: Spot, anchor: usize, tag: Option<&Tag>, map: bool) -> bool {
        if self.open.len() >= self.limits.depth {
            self.too_deep(spot);
            return false;
        }
        let tag = tag.filter(|tag| tag.is_custom()).map(Tag::original);
        let inside = if map {
            Inside::Map { entries: Vec::new(), seen: BTreeSet::new(), key: None, merged: Vec::new() }
        } else {
            Inside::List(Vec::new())
        };
        self.open.push(Open { spot, anchor, tag, inside });
        true
    }

    fn end(&mut self) -> bool {
        let Some(open) = self.open.pop() else { return true };
        let kind = match open.inside {
            Inside::List(items) => Kind::List(items),
            Inside::Map { mut entries, seen, merged, .. } => {
                self.merge(&mut entries, seen, merged);
                Kind::Map(entries)
            }
        };
        let node = self.tag(open.tag, Node { spot: open.spot, ..Node::new(kind) });
        self.complete(node, open.anchor)
    }

    /// `<<`: what the merged mappings say, where the mapping itself says nothing.
    fn merge(&mut self, entries: &mut Vec<Entry>, mut seen: BTreeSet<String>, merged: Vec<Node>) {
        for node in merged {
            let spot = node.spot;
            let maps = match node.kind {
                Kind::List(items) => items,
                kind => vec![Node { spot, ..Node::new(kind) }],
            };
            for map in maps {
                match map.kind {
                    Kind::Map(more) => {
                        entries.extend(more.into_iter().filter(|entry| seen.insert(entry.key.clone())))
                    }
                    _ => self.flaw(map.spot, "`<<` takes over mappings, and this is none"),
                }
            }
        }
    }

    fn alias(&mut self, anchor: usize, spot: Spot) -> bool {
        let Some((node, count, depth)) = self.anchors.get(&anchor) else {
            self.flaw(spot, "this alias stands inside what it stands for");
            return false;
        };
        if self.open.len() + depth > self.limits.depth {
            self.too_deep(spot);
            return false;
        }
        let mut node = node.clone();
        (node.spot, node.written) = (spot, None);
        if self.is_key()
            && let Kind::Text(name) = node.kind
        {
            return self.key(&name, ScalarStyle::DoubleQuoted, spot, 0);
        }
        // The value itself is counted when it is put in its place.
        *self.nodes += count - 1;
        self.complete(node, 0)
    }

    /// Puts a value where it belongs.
    fn complete(&mut self, node: Node, anchor: usize) -> bool {
        *self.nodes += 1;
        if *self.nodes > self.limits.nodes {
            let allowed = self.limits.nodes;
            self.flaw(node.spot, format!("a definition may have {allowed} values, and this one has more"));
            return false;
        }
        if anchor > 0 {
            let (count, depth) = node.measure();
            self.anchors.insert(anchor, (node.clone(), count, depth));
        }
        match self.open.last_mut().map(|open| &mut open.inside) {
            None => self.root = Some(node),
            Some(Inside::List(items)) => items.push(node),
            Some(Inside::Map { entries, key, merged, .. }) => match key.take() {
                Some(Key { merges: true, .. }) => merged.push(node),
                Some(Key { name: Some(name), spot, .. }) => {
                    entries.push(Entry { key: name, spot, value: node })
                }
                Some(Key { name: None, .. }) => {}
                None => {
                    let spot = node.spot;
                    *key = Some(Key { name: None, spot, merges: false });
                    let flaw = Flaw::new(spot, format!("a key is a text, and this is {}", node.what()));
                    self.flaws
                        .push(flaw.hint("a template, as any text that begins with `{` or `[`, needs quotes"));
                }
            },
        }
        true
    }

    fn finish(self) -> Result<Document, Vec<Flaw>> {
        let Self { root, doubts, mut flaws, file, .. } = self;
        match root {
            Some(root) => Ok(Document { root, flaws, doubts }),
            None => {
                if flaws.is_empty() {
                    let place = Some(Place { line: 1, column: 1 });
                    flaws.push(Flaw::new(Spot { file, place }, "there is nothing in this text"));
                }
                Err(flaws)
            }
        }
    }

    fn doubt(&mut self, word: &str, style: ScalarStyle, spot: Spot) {
        if style == ScalarStyle::Plain
            && let Some(meaning) = elsewhere(word)
        {
            self.doubts.push(Doubt {
                spot,
                message: format!("readers of older YAML take `{word}` for {meaning}"),
                hint: Some(format!("write \"{word}\", or what you mean by it")),
            });
        }
    }

    fn too_deep(&mut self, spot: Spot) {
        let allowed = self.limits.depth;
        self.flaw(spot, format!("a definition may have {allowed} levels, and this one has more"));
    }

    fn flaw(&mut self, spot: Spot, message: impl Into<String>) {
        self.flaws.push(Flaw::new(spot, message));
    }

    fn broken(&mut self, error: &ScanError) {
        let mark = error.marker();
        let spot = Spot { file: self.file, place: Some(Place { line: mark.line(), column: mark.col() + 1 }) };
        if *error.kind() == ErrorKind::RecursionLimitExceeded {
            return self.too_deep(spot);
        }
        let (message, hint) = said(error);
        let flaw = Flaw::new(spot, message);
        self.flaws.push(match hint {
            Some(hint) => flaw.hint(hint),
            None => flaw,
        });
    }

    fn spot(&self, span: Span) -> Spot {
        Spot { file: self.file, place: Some(Place { line: span.start.line(), column: span.start.col() + 1 }) }
    }
}

fn fits(core: Option<&str>, kind: &Kind) -> bool {
    match core {
        None => true,
        Some("null") => matches!(kind, Kind::Null),
        Some("bool") => matches!(kind, Kind::Bool(_)),
        Some("int") => matches!(kind, Kind::Number(number) if !number.is_f64()),
        Some("float") => matches!(kind, Kind::Number(_)),
        Some(_) => false,
    }
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::Single,
        ScalarStyle::DoubleQuoted => Style::Double,
        ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
    }
}
