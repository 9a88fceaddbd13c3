//! Settings.

use super::Reader;
use super::object::Object;
use super::shape;
use crate::Limits;
use crate::definition::{
    Accept, ChangedDefinition, FlowSettings, HookPolicy, Incomplete, Parity, Settings, Snapshots,
    UnknownFields,
};
use crate::error::WarningCode;

pub(in crate::load) const ACCEPT: [(&str, Accept); 2] = [("stage", Accept::Stage), ("flow", Accept::Flow)];

pub(in crate::load) const CHANGED: [(&str, ChangedDefinition); 2] =
    [("refuse", ChangedDefinition::Refuse), ("migrate", ChangedDefinition::Migrate)];

pub(in crate::load) const INCOMPLETE: [(&str, Incomplete); 2] =
    [("stay", Incomplete::Stay), ("proceed", Incomplete::Proceed)];

pub(in crate::load) const SNAPSHOTS: [(&str, Snapshots); 3] =
    [("diff", Snapshots::Diff), ("full", Snapshots::Full), ("none", Snapshots::None)];

pub(in crate::load) const UNKNOWN_FIELDS: [(&str, UnknownFields); 2] =
    [("refuse", UnknownFields::Refuse), ("drop", UnknownFields::Drop)];

pub(in crate::load) const PARITY: [(&str, Parity); 1] = [("dataknobs-0.6.9", Parity::Dataknobs069)];

#[derive(Clone, Copy)]
enum Hooks {
    Compat,
    Full,
}

impl Reader<'_> {
    /// The settings of the wizard.
    pub(super) fn take_settings(&mut self, root: &mut Object<'_>) -> Settings {
        let settings = Settings::default();
        let Some(node) = root.take("settings") else { return self.in_parity(settings) };
        let Some(mut object) = self.object(node, root.at("settings")) else {
            return self.in_parity(settings);
        };
        let said = self.take_word(&mut object, "parity", &PARITY);
        self.parity = self.parity.or(said);
        let settings = self.in_parity(settings);
        let settings = self.settings(&mut object, &settings);
        self.finish(&object, "`settings`");
        if object.has("banks") && object.has("artifact") {
            self.refuse(&object, "artifact", "a wizard has `banks` or an `artifact`, not both");
        }
        settings
    }

    fn in_parity(&self, settings: Settings) -> Settings {
        match self.parity {
            Some(parity) => settings.parity(parity),
            None => settings,
        }
    }

    fn settings(&mut self, object: &mut Object<'_>, usual: &Settings) -> Settings {
        Settings {
            auto_advance_filled: self
                .take_flag(object, "auto_advance_filled_stages")
                .unwrap_or(usual.auto_advance_filled),
            per_turn: self.take_texts(object, "per_turn_keys").into_iter().collect(),
            navigation: self.take_navigation(object),
            derivations: self.take_derivations(object).unwrap_or_default(),
            accept: self.take_word(object, "accept", &ACCEPT).unwrap_or(usual.accept),
            unknown_fields: self
                .take_word(object, "unknown_fields", &UNKNOWN_FIELDS)
                .unwrap_or(usual.unknown_fields),
            incomplete: self.take_word(object, "on_incomplete", &INCOMPLETE).unwrap_or(usual.incomplete),
            merge_filter: self.take_filter(object),
            strict_navigation: self.take_flag(object, "strict_navigation").unwrap_or(usual.strict_navigation),
            strict_conditions: self.take_flag(object, "strict_conditions").unwrap_or(usual.strict_conditions),
            hooks: self.take_hooks(object, usual.hooks),
            snapshots: self.take_word(object, "snapshots", &SNAPSHOTS).unwrap_or(usual.snapshots),
            changed: self.take_word(object, "on_changed_definition", &CHANGED).unwrap_or(usual.changed),
            keep_subflow_on_back: self
                .take_flag(object, "keep_subflow_on_back")
                .unwrap_or(usual.keep_subflow_on_back),
            recursion: self.take_flag(object, "recursion").unwrap_or(usual.recursion),
            limits: self.take_limits(object),
            parity: usual.parity,
            extra: self.take_extra_and_own(object, shape::SETTINGS),
        }
    }

    fn take_hooks(&mut self, object: &mut Object<'_>, usual: HookPolicy) -> HookPolicy {
        let word = self.take_word(object, "hooks", &[("full", Hooks::Full), ("compat", Hooks::Compat)]);
        let consistent = self.take_flag(object, "consistent_navigation_lifecycle");
        let policy = match word {
            None => usual,
            Some(Hooks::Full) => HookPolicy::Full,
            Some(Hooks::Compat) => HookPolicy::Compat { consistent_lifecycle: true },
        };
        match (policy, consistent) {
            (HookPolicy::Compat { .. }, Some(consistent_lifecycle)) => {
                HookPolicy::Compat { consistent_lifecycle }
            }
            (_, Some(_)) => {
                let message = "`consistent_navigation_lifecycle` belongs to `hooks: compat`";
                self.refuse(object, "consistent_navigation_lifecycle", message);
                policy
            }
            (_, None) => policy,
        }
    }

    fn take_limits(&mut self, object: &mut Object<'_>) -> Limits {
        let mut limits = Limits::default();
        let Some(node) = object.take("limits") else { return limits };
        let Some(mut object) = self.object(node, object.at("limits")) else { return limits };
        for (key, limit) in limits_by_key(&mut limits) {
            if let Some(count) = self.take_count(&mut object, key) {
                *limit = count;
            }
        }
        self.finish(&object, "`limits`");
        limits
    }

    /// The settings of a sub-flow.
    pub(super) fn take_flow_settings(&mut self, flow: &mut Object<'_>) -> FlowSettings {
        let Some(node) = flow.take("settings") else { return FlowSettings::default() };
        let Some(mut object) = self.object(node, flow.at("settings")) else { return FlowSettings::default() };
        let settings = FlowSettings {
            auto_advance_filled: self.take_flag(&mut object, "auto_advance_filled_stages"),
            navigation: self.take_navigation(&mut object),
            derivations: self.take_derivations(&mut object),
        };
        self.left_out(&mut object);
        self.finish(&object, "the `settings` of a sub-flow");
        // The original reads them and never applies them.
        if self.original() { FlowSettings::default() } else { settings }
    }

    /// What a wizard sets for itself means nothing where it is called by another one.
    fn left_out(&mut self, object: &mut Object<'_>) {
        let others = shape::SETTINGS.iter().map(|(key, _)| *key);
        for key in OF_THE_WIZARD.into_iter().chain(others) {
            if object.take(key).is_some() {
                let message = format!("`{key}` belongs to the wizard; that of a sub-flow is left out");
                self.warn(object.spot_of(key), object.at(key), WarningCode::UnknownKey, message);
            }
        }
    }
}

/// Settings of the core that a sub-flow has no own ones of.
const OF_THE_WIZARD: [&str; 15] = [
    "accept",
    "consistent_navigation_lifecycle",
    "hooks",
    "keep_subflow_on_back",
    "limits",
    "merge_filter",
    "on_changed_definition",
    "on_incomplete",
    "parity",
    "per_turn_keys",
    "recursion",
    "snapshots",
    "strict_conditions",
    "strict_navigation",
    "unknown_fields",
];

/// The limits by the keys of the format.
pub(in crate::load) fn limits_by_key(limits: &mut Limits) -> [(&'static str, &mut usize); 12] {
    [
        ("answer_bytes", &mut limits.answer_bytes),
        ("auto_advance", &mut limits.auto_advance),
        ("commands", &mut limits.commands),
        ("frames", &mut limits.frames),
        ("history", &mut limits.history),
        ("input_bytes", &mut limits.input_bytes),
        ("input_depth", &mut limits.input_depth),
        ("input_keys", &mut limits.input_keys),
        ("items", &mut limits.items),
        ("log", &mut limits.log),
        ("text_bytes", &mut limits.text_bytes),
        ("word_bytes", &mut limits.word_bytes),
    ]
}
