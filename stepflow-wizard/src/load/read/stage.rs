//! Stages.

use std::sync::Arc;

use serde_json::Value;

use super::Reader;
use super::collect::CAPTURE;
use super::object::Object;
use super::shape;
use crate::definition::{Confirm, ExtractionScope, ExtractionSettings, Guard, Skip, Stage, StageKind};
use crate::error::{DefinitionCode, WarningCode};
use crate::load::source::{Kind, Node};

pub(in crate::load) const SCOPE: [(&str, ExtractionScope); 3] = [
    ("current_message", ExtractionScope::CurrentMessage),
    ("recent_messages", ExtractionScope::RecentMessages),
    ("wizard_session", ExtractionScope::WizardSession),
];

#[derive(Clone, Copy)]
enum Said {
    Message,
    Question,
}

impl Reader<'_> {
    pub(super) fn take_stages(&mut self, object: &mut Object<'_>) -> Vec<Stage> {
        if let Some(Node { kind: Kind::Map(_), spot, .. }) = object.take("stages") {
            let message = "`stages` is a list: each stage begins with `- name: …`";
            self.error(*spot, object.at("stages"), DefinitionCode::InvalidValue, message);
            return Vec::new();
        }
        let items = self.take_list(object, "stages");
        let stages = items.into_iter().enumerate().filter_map(|(index, (path, node))| {
            let mut object = self.object(node, path)?;
            let stage = self.stage(&mut object, index);
            self.finish(&object, "a stage");
            Some(stage)
        });
        stages.collect()
    }

    fn stage(&mut self, object: &mut Object<'_>, index: usize) -> Stage {
        let name = self.take_text(object, "name");
        if !object.has("name") {
            self.missing(object, "name", "a stage needs a `name`");
        }
        // Something to go on with: the mistake itself has been told.
        let name = name.unwrap_or_else(|| format!("stage {}", index + 1).into());
        let mut stage = Stage::new(Arc::clone(&name));
        stage.label = self.take_text(object, "label");
        stage.prompt = self.take_shown(object, "prompt").unwrap_or_default();
        stage.message = self.take_shown(object, "response_template");
        stage.help = self.take_text(object, "help_text");
        let suggestions = self.take_list(object, "suggestions");
        stage.suggestions =
            suggestions.into_iter().filter_map(|(path, node)| self.shown(node, &path)).collect();
        stage.schema = self.take_schema(object);
        stage.start = self.take_flag(object, "is_start").unwrap_or(false);
        stage.can_skip = self.take_flag(object, "can_skip").unwrap_or(false);
        stage.skip = self.take_skip(object);
        stage.can_go_back = self.take_flag(object, "can_go_back").unwrap_or(true);
        stage.auto_advance = self.take_flag(object, "auto_advance");
        stage.confirm = self.take_confirm(object);
        let given = object.has("when");
        let when = self.take_guard(object, "when");
        stage.when = when.unwrap_or(if given { Guard::Never } else { Guard::Always });
        stage.transitions = self.take_transitions(object, &name);
        stage.routing = self.take_functions(object, "routing_transforms");
        stage.tasks = self.take_tasks(object, "tasks");
        stage.navigation = self.take_navigation(object);
        stage.sensitive = self.take_texts(object, "sensitive").into_iter().collect();
        stage.derivation_enabled = self.take_flag(object, "derivation_enabled").unwrap_or(true);
        stage.extraction = self.take_extraction(object);
        stage.extra = self.take_extra_and_own(object, shape::STAGE);
        self.take_kind(object, &mut stage);
        if stage.extra.contains_key("max_iterations") && !stage.extra.contains_key("reasoning") {
            let message = format!("`max_iterations` of `{name}` means nothing without `reasoning`");
            self.warn(
                object.spot_of("max_iterations"),
                object.at("max_iterations"),
                WarningCode::Style,
                message,
            );
        }
        stage
    }

    /// What a stage is for, from the keys that say so; they exclude each other.
    fn take_kind(&mut self, object: &mut Object<'_>, stage: &mut Stage) {
        let end = self.take_flag(object, "is_end").unwrap_or(false);
        let said =
            self.take_word(object, "kind", &[("message", Said::Message), ("question", Said::Question)]);
        let call = self.take_call(object, "subflow");
        let mut collection = self.take_collection(object, &stage.name);
        if let Some(capture) = collection.capture.filter(|_| !object.has("capture_mode")) {
            stage.extraction.capture = capture;
        }
        if self.original() && collection.collect.take().is_some() {
            stage.extra.insert("collection_mode".to_owned(), "collection".into());
        }
        if !collection.spoken.is_empty() {
            stage.extra.insert("collection_config".to_owned(), Value::Object(collection.spoken));
        }
        let mut kinds = Vec::new();
        kinds.extend(end.then_some(("is_end", StageKind::End)));
        kinds.extend(matches!(said, Some(Said::Message)).then_some(("kind", StageKind::Message)));
        kinds.extend(call.map(|call| ("subflow", StageKind::Subflow(call))));
        kinds.extend(collection.collect.map(|collect| ("collection_mode", StageKind::Collect(collect))));
        if let [(one, _), (other, _), ..] = kinds.as_slice() {
            let message = format!("a stage cannot be both: `{one}` and `{other}`");
            self.refuse(object, other, message);
        }
        if let Some((_, kind)) = kinds.into_iter().next() {
            stage.kind = kind;
        }
    }

    /// The schema, as JSON.
    fn take_schema(&mut self, object: &mut Object<'_>) -> Option<Arc<Value>> {
        let node = object.take("schema")?;
        match node.kind {
            Kind::Map(_) => Some(Arc::new(self.value(node, &object.at("schema")))),
            _ => {
                self.unfit(node, &object.at("schema"), "a JSON Schema (a mapping)");
                None
            }
        }
    }

    fn take_skip(&mut self, object: &mut Object<'_>) -> Skip {
        let overwrite = self.take_flag(object, "skip_overwrite").unwrap_or(false);
        let Some(node) = object.take("skip_default") else { return Skip { default: None, overwrite } };
        let default = match &node.kind {
            Kind::Map(_) => self.value(node, &object.at("skip_default")).as_object().cloned(),
            // The original takes no notice of anything else.
            _ if self.original() => {
                let message = "`skip_default` is a mapping of fields; anything else is left out";
                self.warn(node.spot, object.at("skip_default"), WarningCode::Style, message);
                None
            }
            _ => {
                self.unfit(node, &object.at("skip_default"), "a mapping of fields and values");
                None
            }
        };
        Skip { default, overwrite }
    }

    fn take_confirm(&mut self, object: &mut Object<'_>) -> Option<Confirm> {
        let changed = self.take_flag(object, "confirm_on_new_data");
        let first = self.take_flag(object, "confirm_first_render");
        if changed.is_none() && first.is_none() {
            return None;
        }
        let changed = changed.unwrap_or(false);
        Some(Confirm { first: first.unwrap_or(changed), changed })
    }

    fn take_extraction(&mut self, object: &mut Object<'_>) -> ExtractionSettings {
        let usual = ExtractionSettings::default();
        ExtractionSettings {
            capture: self.take_word(object, "capture_mode", &CAPTURE).unwrap_or(usual.capture),
            scope: self.take_word(object, "extraction_scope", &SCOPE),
            grounding: self.take_flag(object, "extraction_grounding"),
            recovery_enabled: self.take_flag(object, "recovery_enabled").unwrap_or(usual.recovery_enabled),
            model: self.take_text(object, "extraction_model"),
        }
    }
}
