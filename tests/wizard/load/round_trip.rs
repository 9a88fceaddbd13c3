//! A definition that is written and loaded again is the same definition.

use std::collections::BTreeSet;

use proptest::collection::{btree_set, vec};
use proptest::option::of;
use proptest::prelude::*;
use serde_json::{Map, Number, Value, json};
use stepflow_wizard::condition::Condition;
use stepflow_wizard::values::{Derivation, DerivationConfig, When};
use stepflow_wizard::{
    Accept, AnswerModel, Blueprint, Capture, ChangedDefinition, Collect, CompletedBy, Confirm, Definition,
    Derive, DeriveValue, ExtractionScope, ExtractionSettings, Flow, FlowSettings, Function, Functions, Guard,
    HookPolicy, Incomplete, Limits, Name, Navigation, NavigationWords, Parity, Patch, Settings, Skip,
    Snapshots, Stage, StageKind, SubflowCall, Target, Task, Test, Text, Transition, Unique, UnknownFields,
    load,
};

fn functions() -> Functions {
    Functions::new()
        .transform("grade", |_| Ok(Patch::new()))
        .transform("yes", |_| Ok(Patch::new()))
        .test("is_open", |_| true)
}

/// Words that writers and readers of YAML tend to stumble over, and any others.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => any::<String>(),
        2 => "[a-zA-Z0-9_ .:#!&*{}\\[\\]'\"|>%@`,?~=\\\\\n\t-]{0,20}",
        1 => prop::sample::select(vec![
            "", " ", "yes", "no", "On", "null", "~", "true", "False", "1", "1.0", "0x1F", "017", "1e5", ".5", ".inf", "-", "- a", "a: b",
            "a #b", "#", "a:", "<<", "!expr", "!x", "&a", "*a", "2024-01-01", "12:30", "1_000", "---", "...", "a\n", "a\n\n", "\na",
            " a\nb", "a\n b\n\nc\n", "a\r\nb", "\u{2028}", "\u{feff}x", "\u{85}", "\u{7f}", "é", "{{ name }}", "{% if x %}", "{# c",
            "it's", "\"q\"", "\\", "a\tb", "a \nb", "| x", "key: |\n  y",
        ]).prop_map(str::to_owned),
    ]
}

fn name() -> impl Strategy<Value = Name> {
    word().prop_map(Name::from)
}

/// A name that stages, fields, tasks and flows may have.
fn sound() -> impl Strategy<Value = Name> {
    word().prop_map(|word| {
        let word: String = word.chars().filter(|letter| !letter.is_control()).take(20).collect();
        format!("n{word}").into()
    })
}

fn text() -> impl Strategy<Value = Text> {
    prop_oneof![
        3 => word().prop_map(Text::plain),
        1 => prop::sample::select(vec!["Hello {{ name }}", "{% if a %}\n x\n{% endif %}", "{# c #}"])
            .prop_map(|text| Text::parse(text).unwrap()),
    ]
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| Number::from_f64(number).map_or(Value::Null, Value::Number)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number(),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((word(), inner), 0..4).prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn given() -> impl Strategy<Value = Value> {
    value().prop_filter("a value that is not null", |value| !value.is_null())
}

fn fields() -> impl Strategy<Value = Map<String, Value>> {
    vec((sound(), value()), 0..3)
        .prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_string(), value)).collect())
}

fn condition() -> impl Strategy<Value = Condition> {
    prop::sample::select(vec![
        "has('a')",
        "data.get('it''s', \"x\") == '#: y'",
        "true",
        "return data['k'] in ['a', 'b']  # why",
        "not  has('b')",
        "{'a': 1}.get('a') > 0",
        "'x: y' in data",
        "[x for x in data.get('l', []) if x]",
        "f'{data}' == ''",
    ])
    .prop_filter_map("a condition", |source| Condition::parse(source).ok())
}

fn guard() -> impl Strategy<Value = Guard> {
    prop_oneof![
        Just(Guard::Always),
        Just(Guard::Never),
        condition().prop_map(Guard::Expression),
        Just(Guard::Function(Test::new("is_open", |_| true))),
    ]
}

fn function() -> impl Strategy<Value = Function> {
    (prop::sample::select(vec!["grade", "yes"]), of(given())).prop_map(|(name, config)| {
        let function = functions().function(name).unwrap().clone();
        match config {
            Some(config) => function.configured(config),
            None => function,
        }
    })
}

fn derive() -> impl Strategy<Value = Derive> {
    let value = prop_oneof![
        value().prop_map(DeriveValue::Literal),
        text().prop_map(DeriveValue::Template),
        condition().prop_map(DeriveValue::Expression),
    ];
    (sound(), value).prop_map(|(field, value)| Derive { field, value })
}

fn pairs() -> impl Strategy<Value = Vec<(Name, Name)>> {
    vec((sound(), sound()), 0..3).prop_map(|mut pairs| {
        let mut seen = BTreeSet::new();
        pairs.retain(|(name, _)| seen.insert(Name::clone(name)));
        pairs
    })
}

fn call(stages: Vec<Name>) -> impl Strategy<Value = SubflowCall> {
    (of(prop::sample::select(stages)), pairs(), pairs()).prop_map(|(return_to, data, results)| SubflowCall {
        return_to,
        data,
        results,
        ..SubflowCall::new("child: one")
    })
}

fn transition(stages: Vec<Name>, calls: bool) -> impl Strategy<Value = Transition> {
    let to_stage = prop::sample::select(stages.clone()).prop_map(Target::Stage);
    let target = if calls {
        prop_oneof![3 => to_stage, 1 => call(stages).prop_map(Target::Subflow)].boxed()
    } else {
        to_stage.boxed()
    };
    let parts =
        (target, of(name()), guard(), of(any::<i64>()), vec(derive(), 0..3), vec(function(), 0..3), fields());
    parts.prop_map(|(target, key, condition, priority, mut derive, transforms, metadata)| {
        let mut seen = BTreeSet::new();
        derive.retain(|derive| seen.insert(Name::clone(&derive.field)));
        Transition { target, key, condition, priority, derive, transforms, metadata }
    })
}

fn task(id: &'static str) -> impl Strategy<Value = Task> {
    let by = prop_oneof![
        sound().prop_map(CompletedBy::FieldExtraction),
        Just(CompletedBy::Manual),
        Just(CompletedBy::StageExit),
        of(name()).prop_map(CompletedBy::ToolResult),
    ];
    (of(name()), any::<bool>(), by).prop_map(move |(description, required, completed_by)| Task {
        description,
        required,
        completed_by,
        ..Task::new(id)
    })
}

fn navigation() -> impl Strategy<Value = Navigation> {
    let words = || {
        of((btree_set(name(), 0..3), any::<bool>())
            .prop_map(|(keywords, enabled)| NavigationWords { keywords, enabled }))
    };
    (words(), words(), words()).prop_map(|(back, skip, restart)| Navigation { back, skip, restart })
}

fn schema() -> impl Strategy<Value = Value> {
    vec(sound(), 0..4).prop_map(|names| {
        let properties: Map<_, _> = names.iter().map(|name| (name.to_string(), json!({ "type": "string" }))).collect();
        json!({ "type": "object", "properties": properties, "required": properties.keys().collect::<Vec<_>>() })
    })
}

fn kind(stages: Vec<Name>, calls: bool) -> impl Strategy<Value = StageKind> {
    let unique = prop_oneof![
        Just(Unique::Allow),
        vec(sound(), 0..3).prop_map(Unique::Merge),
        vec(sound(), 0..3).prop_map(Unique::Reject),
    ];
    let collect = (sound(), 0_usize..3, of(3_usize..9), unique)
        .prop_map(|(key, min, max, unique)| StageKind::Collect(Collect { key, min, max, unique }));
    let call = call(stages).prop_map(StageKind::Subflow);
    let plain = prop_oneof![3 => Just(StageKind::Question), 1 => Just(StageKind::Message), 1 => collect];
    if calls { prop_oneof![4 => plain, 1 => call].boxed() } else { plain.boxed() }
}

fn extraction() -> impl Strategy<Value = ExtractionSettings> {
    let capture = prop::sample::select(vec![Capture::Auto, Capture::Extract, Capture::Verbatim]);
    let scope = prop::sample::select(vec![
        ExtractionScope::CurrentMessage,
        ExtractionScope::RecentMessages,
        ExtractionScope::WizardSession,
    ]);
    (capture, of(scope), of(any::<bool>()), any::<bool>(), of(name())).prop_map(
        |(capture, scope, grounding, recovery_enabled, model)| ExtractionSettings {
            capture,
            scope,
            grounding,
            recovery_enabled,
            model,
        },
    )
}

fn extra() -> impl Strategy<Value = Map<String, Value>> {
    (of(word()), of(value()), vec(word(), 0..3)).prop_map(|(button, own, tools)| {
        let mut extra = Map::new();
        extra.extend(button.map(|button| ("button".to_owned(), button.into())));
        extra.extend(own.map(|own| ("x-own".to_owned(), own)));
        if !tools.is_empty() {
            extra.insert("tools".to_owned(), tools.into());
        }
        extra
    })
}

fn stage(at: usize, names: Vec<Name>, calls: bool) -> impl Strategy<Value = Stage> {
    let name = Name::clone(&names[at]);
    let shown = (of(self::name()), text(), of(text()), of(self::name()), vec(text(), 0..3), of(schema()));
    let flags = (
        any::<bool>(),
        of(fields()),
        any::<bool>(),
        any::<bool>(),
        of(any::<bool>()),
        of((any::<bool>(), any::<bool>())),
    );
    let ways =
        (guard(), vec(transition(names.clone(), calls), 0..4), vec(function(), 0..2), kind(names, calls));
    let rest = (navigation(), btree_set(sound(), 0..3), any::<bool>(), extraction(), extra());
    (shown, flags, ways, rest).prop_map(move |(shown, flags, ways, rest)| {
        let (label, prompt, message, help, suggestions, schema) = shown;
        let (can_skip, default, overwrite, can_go_back, auto_advance, confirm) = flags;
        let (when, transitions, routing, kind) = ways;
        let (navigation, sensitive, derivation_enabled, extraction, extra) = rest;
        Stage {
            label,
            prompt,
            message,
            help,
            suggestions,
            schema: schema.map(Into::into),
            kind,
            when,
            start: at == 0,
            can_skip,
            skip: Skip { default, overwrite },
            can_go_back,
            auto_advance,
            confirm: confirm.map(|(first, changed)| Confirm { first, changed }),
            transitions,
            routing,
            navigation,
            sensitive,
            derivation_enabled,
            extraction,
            extra,
            ..Stage::new(Name::clone(&name))
        }
    })
}

fn derivation() -> impl Strategy<Value = Derivation> {
    let when = prop::sample::select(vec![When::Always, When::TargetEmpty, When::TargetMissing]);
    let config = prop_oneof![
        Just(("copy", json!({}))),
        Just(("title_case", json!({}))),
        given().prop_map(|value| ("equals", json!({ "transform_value": value }))),
        vec(value(), 0..3).prop_map(|values| ("one_of", json!({ "transform_values": values }))),
        (fields(), value())
            .prop_map(|(map, value)| ("map", json!({ "transform_map": map, "transform_default": value }))),
        condition().prop_map(|condition| ("expression", json!({ "expression": condition.source() }))),
        Just(("template", json!({ "template": "{{ a }}-{{ b }}" }))),
        Just(("regex_replace", json!({ "transform_value": "a+", "transform_replacement": "b" }))),
    ];
    (sound(), sound(), when, config).prop_map(|(source, target, when, (transform, keys))| {
        let mut rule = json!({ "source": source, "target": target, "transform": transform, "when": when });
        rule.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
        let config: DerivationConfig = serde_json::from_value(rule).unwrap();
        Derivation::new(config, &()).unwrap()
    })
}

fn flow(name: &'static str, calls: bool) -> impl Strategy<Value = Flow> {
    let settings = (of(any::<bool>()), navigation(), of(vec(derivation(), 0..2)));
    let settings = settings.prop_map(|(auto_advance_filled, navigation, derivations)| FlowSettings {
        auto_advance_filled,
        navigation,
        derivations,
    });
    let stages = vec(sound(), 1..4).prop_flat_map(move |names| {
        let names: BTreeSet<_> = names.into_iter().collect();
        let mut names: Vec<_> = names.into_iter().collect();
        names.push("the end".into());
        let last = names.len() - 1;
        let stages: Vec<_> = (0..last).map(|at| stage(at, names.clone(), calls)).collect();
        stages.prop_map(|mut stages| {
            stages.push(Stage::end("the end"));
            stages
        })
    });
    let model = prop::sample::select(vec![AnswerModel::Flat, AnswerModel::Flat, AnswerModel::PerStage]);
    (stages, of(self::name()), settings, model).prop_map(move |(stages, description, settings, answers)| {
        Flow {
            description,
            answers,
            settings: if calls { FlowSettings::default() } else { settings },
            ..Flow::new(name, stages)
        }
    })
}

fn settings() -> impl Strategy<Value = Settings> {
    let words = (
        prop::sample::select(vec![Accept::Flow, Accept::Stage]),
        prop::sample::select(vec![UnknownFields::Drop, UnknownFields::Refuse]),
        prop::sample::select(vec![Incomplete::Proceed, Incomplete::Stay]),
        prop::sample::select(vec![Snapshots::Diff, Snapshots::Full, Snapshots::None]),
        prop::sample::select(vec![ChangedDefinition::Migrate, ChangedDefinition::Refuse]),
        prop_oneof![
            Just(HookPolicy::Full),
            any::<bool>().prop_map(|consistent_lifecycle| HookPolicy::Compat { consistent_lifecycle }),
        ],
    );
    let flags = any::<[bool; 5]>();
    let rest = (
        btree_set(sound(), 0..3),
        navigation(),
        vec(derivation(), 0..3),
        any::<bool>(),
        0_usize..99,
        of(word()),
    );
    (words, flags, rest).prop_map(|(words, flags, rest)| {
        let (accept, unknown_fields, incomplete, snapshots, changed, hooks) = words;
        let [auto_advance_filled, strict_navigation, strict_conditions, keep_subflow_on_back, recursion] =
            flags;
        let (per_turn, navigation, derivations, parity, items, button) = rest;
        Settings {
            auto_advance_filled,
            per_turn,
            navigation,
            derivations,
            accept,
            unknown_fields,
            incomplete,
            merge_filter: None,
            strict_navigation,
            strict_conditions,
            hooks,
            snapshots,
            changed,
            keep_subflow_on_back,
            recursion,
            limits: Limits { items, ..Limits::default() },
            parity: parity.then_some(Parity::Dataknobs069),
            extra: button.map(|button| ("submit_button".to_owned(), button.into())).into_iter().collect(),
        }
    })
}

fn blueprint() -> impl Strategy<Value = Blueprint> {
    (flow("main flow", true), flow("called", false), settings(), name(), vec(task("one"), 0..2)).prop_map(
        |(mut main, mut child, settings, version, tasks)| {
            if settings.parity.is_some() {
                // The original has neither, and what it does not have is left out.
                child.settings = FlowSettings::default();
                for stage in main.stages.iter_mut().chain(&mut child.stages) {
                    if matches!(stage.kind, StageKind::Collect(_)) {
                        stage.kind = StageKind::Question;
                    }
                }
            }
            main.subflows.insert("child: one".into(), child);
            Blueprint { version, settings, tasks, ..Blueprint::new(main) }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 4, ..ProptestConfig::default() })]

    #[test]
    fn a_definition_comes_back_from_yaml_and_json(blueprint in blueprint()) {
        let Ok(definition) = Definition::new(blueprint) else { return Err(TestCaseError::reject("not a sound definition")) };
        let functions = functions();
        let yaml = load::to_yaml(&definition).unwrap();
        let json = load::to_json(&definition).unwrap();
        let value = load::to_value(&definition).unwrap();
        let loaded = [
            load::from_yaml(&yaml, &functions),
            load::from_json(&json, &functions),
            load::from_value(&value, &functions),
        ];
        for loaded in loaded {
            match loaded {
                Ok(loaded) => {
                    prop_assert_eq!(&loaded, &definition, "{}", yaml);
                    prop_assert_eq!(loaded.fingerprint(), definition.fingerprint());
                    prop_assert_eq!(&load::to_yaml(&loaded).unwrap(), &yaml);
                }
                Err(errors) => prop_assert!(false, "{errors}\n{yaml}"),
            }
        }
    }

    #[test]
    fn no_text_makes_the_loader_panic(text in ".{0,200}") {
        let _ = load::from_yaml(&text, &functions());
        let _ = load::from_json(&text, &functions());
    }

    #[test]
    fn no_change_of_a_wizard_makes_the_loader_panic(at in 0_usize..2000, cut in 0_usize..20, put in word()) {
        let trip = include_str!("../../data/wizard/trip_subflow.yaml");
        let clamp = |at: usize| (0..=at.min(trip.len())).rev().find(|at| trip.is_char_boundary(*at)).unwrap_or(0);
        let text = format!("{}{put}{}", &trip[..clamp(at)], &trip[clamp(at + cut)..]);
        if let Err(errors) = load::from_yaml(&text, &functions()) {
            prop_assert!(!errors.errors.is_empty());
            prop_assert!(errors.errors.iter().all(|error| error.place.is_some()), "{errors}\n{text}");
        }
    }
}
