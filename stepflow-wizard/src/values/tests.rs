//! Where the rules for values are finer than the recorded tables show.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use stepflow::BoxError;

use super::{
    ChoiceMatch, CustomTransform, Derivation, DerivationConfig, ExtractionHints, Field, GroundingOptions,
    Normalised, Signals, derive_all, match_choice, recover_booleans,
};

#[test]
fn a_negated_yes_is_no_yes() {
    let signals = Signals::default();
    for (message, expected) in [
        ("yes", Some(true)),
        ("definitely", Some(true)),
        ("definitely not", Some(false)),
        ("I confirm nothing", Some(false)),
        ("I don't agree, that is not correct", Some(false)),
        ("I wouldn't say yes", Some(false)),
        ("That’s right", Some(true)),
        ("I don’t approve", Some(false)),
        ("I'm not sure", None),
        ("sure, why not", Some(true)),
        ("why not, ok", Some(true)),
        ("yes, it is not a problem", Some(true)),
        ("not a problem, go ahead", Some(true)),
        ("yes! definitely not", None),
        ("no", Some(false)),
        ("nobody knows", None),
        ("yesterday", None),
        ("YES.", Some(true)),
        ("yes and no", None),
        ("go ahead, no wait", Some(true)),
        ("ok, hold on", Some(false)),
        ("go ahead, hold on", None),
        ("skip it, ok", Some(false)),
        ("", None),
    ] {
        assert_eq!(signals.read(message), expected, "{message}");
    }
}

#[test]
fn choices_that_fit_equally_are_not_guessed_between() {
    let wings = [json!("north wing"), json!("south wing"), json!("north_annex")];
    let drinks = [json!("tea"), json!("green tea"), json!("iced green tea"), json!("coffee")];
    let tools = [json!("c"), json!("c++")];
    for (text, choices, expected) in [
        ("north", wings.as_slice(), None),
        ("south", &wings, Some("south wing")),
        ("North-Wing", &wings, Some("north wing")),
        ("the north wing, please", &wings, Some("north wing")),
        ("green-tea", &drinks, Some("green tea")),
        ("an iced green tea please", &drinks, Some("iced green tea")),
        ("coffee and tea", &drinks, None),
        ("green", &drinks, None),
        ("I write c++ code", &tools, Some("c++")),
    ] {
        let found = match_choice(text, choices, 0.7);
        assert_eq!(found.choice(), expected, "{text}: {found:?}");
        assert_eq!(matches!(found, ChoiceMatch::Ambiguous(_)), expected.is_none(), "{text}: {found:?}");
    }
}

#[test]
fn a_rejected_value_says_what_it_might_mean() {
    let schema = json!({ "type": "string", "enum": ["north wing", "north_annex"] });
    let field = Field::new("wing", &schema).unwrap();
    let rejected = field.normalise(json!("north"), &ExtractionHints::default());
    let candidates = vec!["north wing".to_owned(), "north_annex".to_owned()];
    assert_eq!(rejected, Normalised::Rejected { was: json!("north"), candidates });
    assert_eq!(rejected.into_value(), Value::Null);
}

#[test]
fn types_that_may_be_null_are_normalised_too() {
    let hints = ExtractionHints::default();
    for (kind, value, expected) in [
        (json!(["boolean", "null"]), json!("yes"), json!(true)),
        (json!(["null", "integer"]), json!("7"), json!(7)),
        (json!("integer"), json!("--5"), json!("--5")),
        (json!("integer"), json!("²"), json!("²")),
        (json!("integer"), json!("99999999999999999999"), json!("99999999999999999999")),
        (json!("number"), json!("nan"), json!("nan")),
        (json!("number"), json!("-inf"), json!("-inf")),
        (json!("number"), json!(" 3 "), json!(3.0)),
    ] {
        let field = Field::new("f", &json!({ "type": kind })).unwrap();
        assert_eq!(field.normalise(value.clone(), &hints).into_value(), expected, "{kind} {value}");
    }
}

#[test]
fn numbers_below_zero_are_found_in_a_message() {
    let field = Field::new("degrees", &json!({ "type": "integer" })).unwrap();
    let options = GroundingOptions::default();
    assert!(field.ground(&json!(-3), "it has -3 degrees", &options).grounded);
    assert!(!field.ground(&json!(-3), "from 5-3", &options).grounded);
}

#[test]
fn wrong_hints_are_refused() {
    for hints in [
        json!({ "grounding": "loose" }),
        json!({ "normalise": true }),
        json!({ "overlap_threshold": 1.5 }),
        json!({ "normalize_threshold": -0.1 }),
        json!({ "negation_proximity": -1 }),
        json!([]),
    ] {
        assert!(Field::new("f", &json!({ "x-extraction": hints })).is_err(), "{hints}");
    }
}

#[test]
fn booleans_are_recovered_where_the_message_speaks_of_them() {
    let field = |name: &str, schema: Value| Field::new(name, &schema).unwrap();
    let wrap = field("wrap", json!({ "type": "boolean", "description": "gift wrap" }));
    let rush = field("rush", json!({ "type": "boolean", "description": "rush delivery" }));
    let off = field("off", json!({ "type": "boolean", "x-extraction": { "boolean_recovery": false } }));
    let text = field("text", json!({ "type": "string" }));
    let hints = ExtractionHints::default();
    for (fields, message, expected) in [
        (vec![&wrap], "yes ok", vec![("wrap", true)]),
        (vec![&wrap, &text, &off], "yes ok", vec![("wrap", true)]),
        (vec![&wrap, &rush], "yes ok", vec![]),
        (vec![&wrap, &rush], "yes, as a gift", vec![("wrap", true)]),
        (vec![&wrap, &rush], "no wrap, no rush", vec![("rush", false), ("wrap", false)]),
        (vec![&off], "yes", vec![]),
        (vec![], "yes", vec![]),
    ] {
        let found = recover_booleans(fields, message, &hints);
        let expected: BTreeMap<String, bool> =
            expected.into_iter().map(|(name, signal)| (name.to_owned(), signal)).collect();
        assert_eq!(found, expected, "{message}");
    }
    let switched_off = ExtractionHints { boolean_recovery: false, ..hints };
    assert!(recover_booleans([&wrap], "yes", &switched_off).is_empty());
}

fn shout(value: &Value, _data: &Map<String, Value>) -> Result<Option<Value>, BoxError> {
    match value.as_str() {
        Some("") => Ok(None),
        Some(text) => Ok(Some(text.to_uppercase().into())),
        None => Err("only text can be shouted".into()),
    }
}

fn rule(config: Value) -> Result<Derivation, String> {
    let shout: Arc<dyn CustomTransform> = Arc::new(shout);
    let custom = BTreeMap::from([("shout".to_owned(), shout)]);
    let config: DerivationConfig = serde_json::from_value(config).map_err(|error| error.to_string())?;
    Derivation::new(config, &custom).map_err(|error| error.to_string())
}

#[test]
fn wrong_derivations_are_refused_with_a_reason() {
    for (config, expected) in [
        (json!({ "source": "", "target": "b" }), "a derivation needs a `source` and a `target`"),
        (
            json!({ "source": "a", "target": "b", "transform": "titel_case" }),
            "there is no transform `titel_case`; did you mean `title_case`?",
        ),
        (
            json!({ "source": "a", "target": "b", "transform": "equals" }),
            "the transform `equals` needs `transform_value`",
        ),
        (
            json!({ "source": "a", "target": "b", "transform": "map" }),
            "the transform `map` needs `transform_map`",
        ),
        (
            json!({ "source": "a", "target": "b", "transform": "custom", "custom_class": "shouts" }),
            "no custom transform `shouts` is registered; did you mean `shout`?",
        ),
        (
            json!({ "source": "a", "target": "b", "transform": "expression", "expression": "valeu" }),
            "the expression is not right",
        ),
        (
            json!({ "source": "a", "target": "b", "transform": "regex_match", "transform_value": "(?=a)" }),
            "`(?=a)` is no pattern that can be used",
        ),
        (json!({ "source": "a", "target": "b", "when": "sometimes" }), "unknown variant `sometimes`"),
        (json!({ "source": "a", "target": "b", "transfrom": "copy" }), "unknown field `transfrom`"),
    ] {
        let said = rule(config.clone()).map(|_| ()).unwrap_err();
        assert!(said.starts_with(expected), "{config}: {said}");
    }
}

#[test]
fn rules_fire_once_in_order_and_a_failing_one_stops_no_other() {
    let rules: Vec<Derivation> = [
        json!({ "source": "id", "target": "name", "transform": "title_case" }),
        json!({ "source": "name", "target": "id", "transform": "lower_hyphen" }),
        json!({ "source": "count", "target": "loud", "transform": "custom", "custom_class": "shout" }),
        json!({ "source": "count", "target": "half", "transform": "expression", "expression": "value / 0" }),
        json!({ "source": "name", "target": "loud", "transform": "custom", "custom_class": "shout" }),
        json!({ "source": "missing", "target": "x" }),
    ]
    .into_iter()
    .map(|config| rule(config).unwrap())
    .collect();
    let mut data = Map::from_iter([("id".to_owned(), json!("cold-lamp")), ("count".to_owned(), json!(2))]);
    let (set, problems) = derive_all(&rules, &mut data);
    assert!(set.iter().eq(["loud", "name"]));
    assert_eq!(data.get("name"), Some(&json!("Cold Lamp")));
    assert_eq!(data.get("loud"), Some(&json!("COLD LAMP")));
    let said: Vec<String> = problems.iter().map(|problem| format!("{problem}: {}", problem.error)).collect();
    assert_eq!(
        said,
        [
            "`loud` was not derived from `count`: the custom transform `shout` failed",
            "`half` was not derived from `count`: the expression has no value",
        ]
    );
}

#[test]
fn a_rule_is_saved_as_it_was_written() {
    let config = json!({
        "source": "a", "target": "b", "transform": "map", "when": "always", "transform_map": { "x": 1 },
        "transform_default": null,
    });
    let rule = rule(config.clone()).unwrap();
    assert_eq!(serde_json::to_value(rule.config()).unwrap(), config);
}
