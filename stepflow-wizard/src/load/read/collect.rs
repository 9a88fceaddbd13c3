//! Stages that collect items.

use super::Reader;
use super::object::Object;
use super::shape::Shape;
use crate::definition::{Capture, Collect, Unique};
use crate::{Map, Name};

/// Keys of `collection_config` that are for conversations.
pub(in crate::load) const SPOKEN: &[(&str, Shape)] = &[
    ("bank_name", Shape::Text),
    ("done_keywords", Shape::List(&Shape::Text)),
    ("done_prompt", Shape::Text),
    ("help_keywords", Shape::List(&Shape::Text)),
];

/// What `collection_config` says.
#[derive(Default)]
pub(super) struct Collection {
    pub(super) collect: Option<Collect>,
    pub(super) capture: Option<Capture>,
    /// Its keys that the core does not read.
    pub(super) spoken: Map,
}

#[derive(Clone, Copy)]
enum Strategy {
    Allow,
    Merge,
    Reject,
}

const STRATEGY: [(&str, Strategy); 3] =
    [("allow", Strategy::Allow), ("reject", Strategy::Reject), ("merge", Strategy::Merge)];

pub(in crate::load) const CAPTURE: [(&str, Capture); 3] =
    [("auto", Capture::Auto), ("verbatim", Capture::Verbatim), ("extract", Capture::Extract)];

impl Reader<'_> {
    /// `collection_mode` and `collection_config` of the stage of this name.
    pub(super) fn take_collection(&mut self, object: &mut Object<'_>, stage: &str) -> Collection {
        let collects = self.take_word(object, "collection_mode", &[("collection", true), ("none", false)]);
        let mut collect = Collect::new(stage);
        let mut collection = Collection::default();
        if let Some(node) = object.take("collection_config") {
            let Some(mut config) = self.object(node, object.at("collection_config")) else {
                return collection;
            };
            let key = self.take_text(&mut config, "key");
            collection.spoken = self.take_extra(&mut config, SPOKEN);
            let bank = collection.spoken.get("bank_name").and_then(serde_json::Value::as_str);
            if let Some(key) = key.or_else(|| bank.map(Name::from)) {
                collect.key = key;
            }
            collect.min = self.take_count(&mut config, "min").unwrap_or(0);
            collect.max = self.take_count(&mut config, "max");
            collect.unique = self.take_unique(&mut config);
            collection.capture = self.take_word(&mut config, "capture_mode", &CAPTURE);
            self.finish(&config, "`collection_config`");
        }
        collection.collect = collects.unwrap_or(false).then_some(collect);
        collection
    }

    fn take_unique(&mut self, config: &mut Object<'_>) -> Unique {
        let Some(node) = config.take("unique") else { return Unique::Allow };
        let Some(mut unique) = self.object(node, config.at("unique")) else { return Unique::Allow };
        let strategy = self.take_word(&mut unique, "strategy", &STRATEGY).unwrap_or(Strategy::Reject);
        let fields = self.take_texts(&mut unique, "fields");
        self.finish(&unique, "`unique`");
        match strategy {
            Strategy::Allow => Unique::Allow,
            Strategy::Merge => Unique::Merge(fields),
            Strategy::Reject => Unique::Reject(fields),
        }
    }
}
