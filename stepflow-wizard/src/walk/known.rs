//! What is known on the way: the fields of a flat flow, or the folded state of a typed one.

use std::borrow::Cow;

use serde_json::Value;

use crate::Map;
use crate::behaviour::Fold;
use crate::definition::{AnswerModel, CompiledFlow};
use crate::error::Rejection;
use crate::state::{Frame, Page};

pub(crate) enum Known<'d> {
    Flat(Fields),
    Typed(Box<dyn Fold + 'd>),
}

/// The fields of a flat flow. Of two answers that name the same field, the one that was given last counts.
#[derive(Default)]
pub(crate) struct Fields {
    pub(crate) map: Map,
    /// The pages taken so far, in the order of the way.
    taken: Vec<usize>,
    /// The latest revision among them.
    newest: u64,
    /// Whether all that was ever said is known from the start, as in the original.
    original: bool,
}

impl<'d> Known<'d> {
    pub(crate) fn begin(flow: &'d CompiledFlow, frame: &Frame, original: bool) -> Result<Self, Rejection> {
        if let Some(behaviour) = &flow.flow.behaviour {
            return behaviour.start(&frame.initial).map(Self::Typed);
        }
        let newest = frame.pages.values().map(|page| page.touched).filter(|_| original).max().unwrap_or(0);
        Ok(Self::Flat(Fields { map: base(frame, original), original, newest, taken: Vec::new() }))
    }

    /// Takes a page's answers, without what followed from the way that was chosen.
    pub(crate) fn take_answers(&mut self, at: usize, page: &Page, frame: &Frame, flow: &CompiledFlow) {
        let Self::Flat(fields) = self else { return };
        if fields.original && page.skipped {
            fields.map.insert(format!("_skipped_{}", flow.flow.stages[at].name), Value::Bool(true));
        }
        if page.touched >= fields.newest {
            fields.newest = page.touched;
            apply_answers(&mut fields.map, page);
        } else if fields.original {
            // Its answers are known already, and newer ones may stand over them.
            fields.map.extend(entries(&page.derived));
        } else {
            fields.rebuild(frame, flow, Some(page));
        }
        fields.taken.push(at);
    }

    /// Takes what followed from the way that a page chose.
    pub(crate) fn take_effects(&mut self, at: usize, page: &Page, frame: &Frame, flow: &CompiledFlow) {
        let Self::Flat(fields) = self else { return };
        if page.effects.is_empty() && page.removed.is_empty() {
            return;
        }
        if page.touched >= fields.newest || fields.original {
            apply_effects(&mut fields.map, page);
        } else {
            let _ = at;
            fields.rebuild(frame, flow, None);
        }
    }

    /// What a stage's schema is to judge: its own answers and what is given now; in a flat flow, also fields of the
    /// same name that other stages have answered.
    pub(crate) fn values(
        &self,
        at: usize,
        page: &Page,
        given: &Map,
        frame: &Frame,
        flow: &CompiledFlow,
    ) -> Map {
        let mut values = self.own(page, frame, flow).into_owned();
        if let (Self::Flat(fields), Some(schema)) = (self, &flow.stages[at].schema) {
            for name in schema.fields.keys() {
                // A field that was taken back is not filled from elsewhere.
                let missing = !values.contains_key(&**name);
                if let (true, Some(value)) = (missing, fields.map.get(&**name)) {
                    values.insert(name.to_string(), value.clone());
                }
            }
        }
        values.extend(entries(given));
        values.retain(|_, value| !value.is_null());
        values
    }

    /// A page's own answers, without those that were given anew on another stage since.
    pub(crate) fn own<'p>(&self, page: &'p Page, frame: &Frame, flow: &CompiledFlow) -> Cow<'p, Map> {
        let Self::Flat(fields) = self else { return Cow::Borrowed(&page.answers) };
        if fields.original {
            let latest = |name: &String| Some((name.clone(), fields.map.get(name)?.clone()));
            return Cow::Owned(page.answers.keys().filter_map(latest).collect());
        }
        if page.touched >= fields.newest || page.answers.is_empty() {
            return Cow::Borrowed(&page.answers);
        }
        let pages = fields.taken.iter().filter_map(|at| frame.pages.get(&flow.flow.stages[*at].name));
        let newer: Vec<&Page> = pages.filter(|other| other.touched > page.touched).collect();
        let mut own = page.answers.clone();
        own.retain(|name, _| {
            !newer.iter().any(|other| {
                [&other.answers, &other.derived, &other.effects, &other.results]
                    .into_iter()
                    .any(|map| map.contains_key(name))
            })
        });
        Cow::Owned(own)
    }

    /// What is known, for texts and as the result of a called flow.
    pub(crate) fn data(&self) -> Result<Cow<'_, Map>, Rejection> {
        match self {
            Self::Flat(fields) => Ok(Cow::Borrowed(&fields.map)),
            Self::Typed(fold) => match fold.data()? {
                Value::Object(map) => Ok(Cow::Owned(map)),
                Value::Null => Ok(Cow::Owned(Map::new())),
                other => Ok(Cow::Owned(Map::from_iter([("value".to_owned(), other)]))),
            },
        }
    }

    /// The fields of a flat flow.
    pub(crate) fn fields(&self) -> Option<&Map> {
        match self {
            Self::Flat(fields) => Some(&fields.map),
            Self::Typed(_) => None,
        }
    }

    pub(crate) fn fields_mut(&mut self) -> Option<&mut Map> {
        match self {
            Self::Flat(fields) => Some(&mut fields.map),
            Self::Typed(_) => None,
        }
    }
}

impl Fields {
    /// Takes the pages again, in the order in which they were written. `without` is a page whose effects do not count
    /// yet.
    fn rebuild(&mut self, frame: &Frame, flow: &CompiledFlow, without: Option<&Page>) {
        let mut pages: Vec<(&Page, bool)> = self
            .taken
            .iter()
            .filter_map(|at| frame.pages.get(&flow.flow.stages[*at].name))
            .map(|page| (page, true))
            .collect();
        pages.extend(without.map(|page| (page, false)));
        pages.sort_by_key(|(page, _)| page.touched);
        self.map = base(frame, false);
        for (page, effects) in pages {
            apply_answers(&mut self.map, page);
            if effects {
                apply_effects(&mut self.map, page);
            }
        }
    }
}

/// Whatever was ever said in a flow, and what followed from it. `flat` is the original's way to keep it.
pub(crate) fn said(frame: &Frame, flat: bool) -> Map {
    if flat {
        return base(frame, true);
    }
    let mut map = frame.initial.clone();
    let mut pages: Vec<&Page> = frame.pages.values().collect();
    pages.sort_by_key(|page| page.touched);
    for page in pages {
        apply(&mut map, page);
        map.extend(entries(&page.turn));
    }
    map
}

/// What is known at the start: what the flow was begun with, and the answers of stages that a loop has opened again.
/// In the original, whatever was ever said: it is kept with what the flow was begun with.
fn base(frame: &Frame, original: bool) -> Map {
    let mut map = frame.initial.clone();
    if original {
        map.extend(frame.pages.values().flat_map(|page| entries(&page.turn)));
        let skipped = frame.pages.iter().filter(|(_, page)| page.skipped);
        map.extend(skipped.map(|(stage, _)| (format!("_skipped_{stage}"), Value::Bool(true))));
        return map;
    }
    let mut pages: Vec<&Page> = frame.pages.values().filter(|page| page.reopened).collect();
    pages.sort_by_key(|page| page.touched);
    for page in pages {
        apply(&mut map, page);
    }
    map
}

/// Puts a page's answers, and what followed from them, on top of what is known.
pub(crate) fn apply(map: &mut Map, page: &Page) {
    apply_answers(map, page);
    apply_effects(map, page);
}

fn apply_answers(map: &mut Map, page: &Page) {
    for values in [&page.results, &page.answers, &page.derived] {
        map.extend(entries(values));
    }
}

fn apply_effects(map: &mut Map, page: &Page) {
    map.extend(entries(&page.effects));
    for name in &page.removed {
        map.remove(&**name);
    }
}

fn entries(map: &Map) -> impl Iterator<Item = (String, Value)> {
    map.iter().map(|(name, value)| (name.clone(), value.clone()))
}

impl CompiledFlow {
    /// Whether stages share their fields.
    pub(crate) fn is_flat(&self) -> bool {
        self.flow.answers == AnswerModel::Flat
    }
}
