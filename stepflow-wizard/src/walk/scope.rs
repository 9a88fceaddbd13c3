//! What conditions may read.

use std::borrow::Cow;

use serde_json::Value;

use crate::Map;
use crate::condition::Scope;
use crate::definition::{CompiledFlow, StageKind};
use crate::state::{Frame, Item};

/// What the conditions of a stage may read.
pub(crate) struct DataScope<'a> {
    pub(crate) data: &'a Map,
    pub(crate) turn: &'a Map,
    pub(crate) frame: &'a Frame,
    pub(crate) flow: &'a CompiledFlow,
}

impl Scope for DataScope<'_> {
    fn data(&self) -> &Map {
        self.data
    }

    fn turn(&self) -> Option<&Map> {
        Some(self.turn)
    }

    fn bank(&self, name: &str) -> Cow<'_, [Value]> {
        Cow::Owned(items_of(self.flow, self.frame, name))
    }

    fn bank_count(&self, name: &str) -> usize {
        collected(self.flow, self.frame, name).len()
    }

    fn skipped(&self, stage: &str) -> bool {
        self.frame.pages.get(stage).is_some_and(crate::state::Page::is_skipped)
    }
}

/// The items that were collected under a field's name, or on a stage of this name.
pub(crate) fn items_of(flow: &CompiledFlow, frame: &Frame, name: &str) -> Vec<Value> {
    collected(flow, frame, name).iter().map(|item| Value::Object(item.values.clone())).collect()
}

fn collected<'a>(flow: &CompiledFlow, frame: &'a Frame, name: &str) -> &'a [Item] {
    let collects = |stage: &&crate::Stage| match &stage.kind {
        StageKind::Collect(collect) => &*collect.key == name || &*stage.name == name,
        _ => false,
    };
    let page = flow.flow.stages.iter().find(collects).and_then(|stage| frame.pages.get(&stage.name));
    page.map(|page| page.items.as_slice()).unwrap_or_default()
}
