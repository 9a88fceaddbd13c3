//! Stages.

use serde_json::Value;

use super::{Keys, Kind, Node, count, parts, transition, word};
use crate::definition::{Collect, ExtractionSettings, Guard, Stage, StageKind, Unique};
use crate::load::read::{CAPTURE, SCOPE, SPOKEN};

pub(super) fn write(stage: &Stage) -> Node {
    let mut keys = Keys::default();
    keys.text("name", Some(&stage.name));
    keys.flag("is_start", stage.start, false);
    kind(&mut keys, stage);
    keys.text("label", stage.label.as_ref());
    if !stage.prompt.is_empty() {
        keys.put("prompt", parts::text(&stage.prompt));
    }
    keys.put_some("response_template", stage.message.as_ref().map(parts::text));
    keys.text("help_text", stage.help.as_ref());
    keys.list("suggestions", stage.suggestions.iter().map(parts::text));
    keys.put_some("schema", stage.schema.as_deref().map(Node::from_value));
    if stage.when != Guard::Always {
        keys.put("when", parts::guard(&stage.when));
    }
    keys.flag("can_skip", stage.can_skip, false);
    keys.put_some("skip_default", stage.skip.default.as_ref().map(Node::from_map));
    keys.flag("skip_overwrite", stage.skip.overwrite, false);
    keys.flag("can_go_back", stage.can_go_back, true);
    keys.put_some("auto_advance", stage.auto_advance.map(|flag| Node::new(Kind::Bool(flag))));
    if let Some(confirm) = stage.confirm {
        keys.put("confirm_first_render", Node::new(Kind::Bool(confirm.first)));
        keys.put("confirm_on_new_data", Node::new(Kind::Bool(confirm.changed)));
    }
    keys.list("sensitive", stage.sensitive.iter().map(|field| Node::text(&**field)));
    keys.list("tasks", stage.tasks.iter().map(parts::task));
    keys.map("navigation", parts::navigation(&stage.navigation));
    extraction(&mut keys, &stage.extraction);
    keys.flag("derivation_enabled", stage.derivation_enabled, true);
    keys.extra(stage.extra.iter().filter(|(key, _)| !collects(key)));
    keys.list("routing_transforms", stage.routing.iter().map(parts::function));
    keys.list("transitions", stage.transitions.iter().map(transition::write));
    keys.node()
}

fn collects(key: &str) -> bool {
    matches!(key, "collection_config" | "collection_mode")
}

fn kind(keys: &mut Keys, stage: &Stage) {
    let mut config = Keys::default();
    let mut collection = stage.extra.contains_key("collection_mode");
    match &stage.kind {
        StageKind::Collect(collect) => {
            collection = true;
            self::collect(&mut config, collect);
        }
        StageKind::End => keys.flag("is_end", true, false),
        StageKind::Message => keys.put("kind", Node::text("message")),
        StageKind::Question => {}
        StageKind::Subflow(call) => keys.put("subflow", transition::call(call)),
    }
    if let Some(Value::Object(spoken)) = stage.extra.get("collection_config") {
        for (key, value) in spoken.iter().filter(|(key, _)| SPOKEN.iter().any(|(known, _)| known == key)) {
            config.put(key, Node::from_value(value));
        }
    }
    if collection {
        keys.put("collection_mode", Node::text("collection"));
    }
    keys.map("collection_config", config);
}

fn collect(config: &mut Keys, collect: &Collect) {
    config.text("key", Some(&collect.key));
    if collect.min > 0 {
        config.put("min", count(collect.min));
    }
    config.put_some("max", collect.max.map(count));
    let (strategy, fields) = match &collect.unique {
        Unique::Allow => return,
        Unique::Merge(fields) => ("merge", fields),
        Unique::Reject(fields) => ("reject", fields),
    };
    let mut unique = Keys::default();
    unique.put("strategy", Node::text(strategy));
    unique.list("fields", fields.iter().map(|field| Node::text(&**field)));
    config.map("unique", unique);
}

fn extraction(keys: &mut Keys, extraction: &ExtractionSettings) {
    let usual = ExtractionSettings::default();
    keys.word("capture_mode", &CAPTURE, &extraction.capture, &usual.capture);
    keys.put_some("extraction_scope", extraction.scope.and_then(|one| word(&SCOPE, &one)));
    keys.put_some("extraction_grounding", extraction.grounding.map(|flag| Node::new(Kind::Bool(flag))));
    keys.flag("recovery_enabled", extraction.recovery_enabled, usual.recovery_enabled);
    keys.text("extraction_model", extraction.model.as_ref());
}
