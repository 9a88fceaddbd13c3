//! Every form that occurs in definitions of the original.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::answers;
use crate::condition::{Condition, Facts};

#[test]
fn every_form_is_accepted_and_means_what_it_does_in_python() {
    let banks =
        BTreeMap::from([("guests".to_owned(), vec![json!({ "name": "Bob" }), json!({ "name": "Eve" })])]);
    let turn = json!({ "message": "hi" });
    let skipped = BTreeSet::from(["extras".to_owned()]);
    let data = answers();
    let facts =
        Facts { turn: turn.as_object(), banks: Some(&banks), skipped: Some(&skipped), ..Facts::of(&data) };
    for (source, expected) in [
        // Truth.
        ("data.get('k')", true),
        ("data.get('_collection_done')", true),
        ("data.get('missing')", false),
        ("data.get('empty')", false),
        ("data.get('zero')", false),
        ("data.get('none')", false),
        // Defaults.
        ("data.get('n', 0) > 5", true),
        ("data.get('missing', 0) > 5", false),
        ("data.get('m', '') == 'x'", true),
        // Equality.
        ("data.get('m') == 'a'", false),
        ("data.get('m') == \"x\"", true),
        ("data.get('agree') == True", true),
        ("data.get('agree') == true", true),
        ("data.get('confirmed') == False", true),
        // Comparison.
        ("data.get('age') >= 18", false),
        ("data.get('age') <= 17", true),
        ("bank('guests').count() >= 2", true),
        ("bank('unknown').count() == 0", true),
        ("bank('guests').find(name='Eve')[0]['name'] == 'Eve'", true),
        ("len(bank('guests').all()) == 2", true),
        // Joined.
        ("data.get('k') and data.get('n') and data.get('agree') and not data.get('empty')", true),
        ("(data.get('empty') or data.get('k')) and not data.get('confirmed')", true),
        // Membership.
        ("data.get('m') in ['x','b']", true),
        ("data.get('m') in ('a','b')", false),
        ("data.get('m') not in ('a','b')", true),
        ("'k' in data", true),
        ("'nil' in data", true),
        ("'quiz' in data.get('_message','').lower()", true),
        // Identity.
        ("data.get('nil') is not None", false),
        ("data is not None and 'k' in data", true),
        ("data.get('missing') is none", true),
        // Nesting.
        ("data.get('user', {}).get('confirmed') == True", true),
        ("data['user']['confirmed']", true),
        // Presence.
        ("has('k')", true),
        ("has('zero') and has('empty') and has('confirmed') and has('none')", true),
        ("has('nil') or has('missing')", false),
        ("has('agree') and data.get('name')", true),
        // Constants.
        ("true", true),
        ("True", true),
        ("false", false),
        ("False", false),
        ("null", false),
        ("none", false),
        ("None", false),
        ("\"true\"", true),
        // `return`.
        ("return data.get('k')", true),
        ("  return   not has('k')  ", false),
        // Casts.
        ("int(data.get('v', '7')) > 5", true),
        // What ours adds.
        ("turn.get('message') == 'hi'", true),
        ("skipped('extras') and not skipped('account')", true),
        ("any(item.startswith('o') for item in data.get('items'))", true),
        ("all(len(item) == 3 for item in data.get('items', []))", true),
    ] {
        let condition = Condition::parse(source).unwrap_or_else(|errors| panic!("{source}: {errors}"));
        assert_eq!(condition.test(&facts), Ok(expected), "{source}");
        assert_eq!(condition.to_string(), source);
    }
}

#[test]
fn derivations_give_values_back() {
    let data = answers();
    for (source, value, expected) in [
        ("10 if value == 'quiz_maker' else 5", json!("quiz_maker"), json!(10)),
        ("'big' if value > 4 else 'small'", json!(3), json!("small")),
        ("{'easy': 30, 'hard': 120}.get(value, 60)", json!("hard"), json!(120)),
        ("{'easy': 30, 'hard': 120}.get(value, 60)", json!("odd"), json!(60)),
        ("{1: 'one', 2: 'two'}[value]", json!(2), json!("two")),
        ("value * 300", json!(2), json!(600)),
        ("value / 4", json!(2), json!(0.5)),
        ("[x.lower() for x in value]", json!(["A", "b"]), json!(["a", "b"])),
        ("[x for x in value if x > 1]", json!([1, 2, 3]), json!([2, 3])),
        ("{k: v + 1 for k, v in value.items()}", json!({ "a": 1 }), json!({ "a": 2 })),
        ("None", json!(1), json!(null)),
        ("value or data.get('name')", json!(""), json!("Ada")),
        ("f\"{value} of {data['name']!r}\"", json!(1), json!("1 of 'Ada'")),
        ("(value, 1)", json!(0), json!([0, 1])),
        ("value.split(', ')[-1].title()", json!("a, b c"), json!("B C")),
        ("round(value, 1)", json!(2.25), json!(2.2)),
    ] {
        let condition = Condition::parse(source).unwrap_or_else(|errors| panic!("{source}: {errors}"));
        let facts = Facts { value: Some(&value), ..Facts::of(&data) };
        assert_eq!(condition.evaluate(&facts), Ok(expected), "{source} with {value}");
    }
}

#[test]
fn fields_and_other_names_are_known() {
    let source = "has('a') and data.get('b', data['c']) and 'd' in data and 'e' not in data and data.f \
                  and turn.get('g') and bank('h').count() and skipped('i') and data.get(value) and 'j' in turn";
    let condition = Condition::parse(source).unwrap_or_else(|errors| panic!("{errors}"));
    assert!(condition.fields().iter().eq(["a", "b", "c", "d", "e", "f"]));
    assert!(condition.turn_keys().iter().eq(["g", "j"]));
    assert!(condition.banks().iter().eq(["h"]));
    assert!(condition.skipped_stages().iter().eq(["i"]));
    assert!(condition.reads_value());
    assert!(!Condition::parse("true").unwrap_or_else(|errors| panic!("{errors}")).reads_value());
}

#[test]
fn what_is_hardly_meant_is_linted() {
    for (source, expected) in [
        (
            "data.age > 17",
            "column 1: answers are not read by a dot, so this will fail (write `data.get('age')`)",
        ),
        (
            "data.get('m') == 'a' or 'b'",
            "column 25: this operand never changes; compare each value by itself",
        ),
        (
            "data.get('m') in 'ab'",
            "column 18: this looks for a part of the text; a list asks for one of several (write `['ab']`)",
        ),
    ] {
        let condition = Condition::parse(source).unwrap_or_else(|errors| panic!("{source}: {errors}"));
        let said: Vec<String> = condition.lints().iter().map(ToString::to_string).collect();
        assert_eq!(said, [expected], "{source}");
    }
    for source in
        ["data.get('a') or data.get('b')", "'x' in 'xyz'", "'quiz' in data.get('m', '')", "true or false"]
    {
        let condition = Condition::parse(source).unwrap_or_else(|errors| panic!("{source}: {errors}"));
        assert_eq!(condition.lints(), [], "{source}");
    }
}

#[test]
fn a_condition_is_its_source_when_it_is_saved() {
    let condition = Condition::parse("has('a')  and has( 'b' )").unwrap_or_else(|errors| panic!("{errors}"));
    let saved = serde_json::to_string(&condition).unwrap_or_default();
    assert_eq!(saved, "\"has('a')  and has( 'b' )\"");
    assert_eq!(serde_json::from_str::<Condition>(&saved).ok(), Some(condition));
    let refused = serde_json::from_str::<Condition>("\"has(\"").map_err(|error| error.to_string());
    assert!(refused.is_err_and(|said| said.contains("expected `)`")));
}
