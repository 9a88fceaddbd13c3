//! What a condition may cost, at most.

use serde_json::{Map, Value, json};

use crate::condition::{Condition, ConditionErrorKind, EvalErrorKind};

fn parsed(source: &str) -> Condition {
    Condition::parse(source).unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn long_and_large_evaluations_are_stopped() {
    let data = json!({ "big": "x".repeat(1_000_000), "many": vec![0; 50_000] });
    let data = data.as_object().cloned().unwrap_or_default();
    for source in [
        "'x' * 10**9",
        "[0] * 10**9",
        "[[]] * 10**18",
        "'x' * 10**30",
        "range(10**9)",
        "[x for x in range(10**6)]",
        "[[y for y in range(1000)] for x in range(1000)]",
        "len([data.get('big') + 'y' for x in range(100)])",
        "[data.get('big').upper() for x in range(1000)]",
        "data.get('big').replace('x', 'xxxxxxxxxx')",
        "data.get('big').replace('', 'xxxxxxxxxx')",
        "data.get('big').split('x')",
        "'x'.join(data.get('big'))",
        "list(data.get('big'))",
        "sorted(data.get('many'))",
        "[str(data) for x in range(100)]",
        "f'{data}{data}{data}{data}{data}{data}{data}{data}{data}{data}'",
        "max(data.get('many'))",
        "[[[[[[[0]*9]*9]*9]*9]*9]*9]*9 == [[[[[[[0]*9]*9]*9]*9]*9]*9]*9",
        "1 in data.get('many')",
        "10**10**10",
        "9**9**9 > 1",
    ] {
        let kind = parsed(source).evaluate(&data).map_err(|error| error.kind().clone());
        let stopped = matches!(
            kind,
            Err(EvalErrorKind::TooManySteps | EvalErrorKind::TooMuchMemory | EvalErrorKind::NumberTooLarge)
        );
        assert!(stopped, "{source}: {:?}", kind.map(|value| value.to_string().len()));
    }
}

#[test]
fn copies_of_the_data_are_counted() {
    let data = json!({ "list": vec![json!({ "k": "v".repeat(1000) }); 40] });
    let data = data.as_object().cloned().unwrap_or_default();
    let many = parsed("[data for x in range(500)]").evaluate(&data).map_err(|error| error.kind().clone());
    assert_eq!(many, Err(EvalErrorKind::TooMuchMemory));
    assert!(parsed("[data for x in range(5)]").evaluate(&data).is_ok());
}

#[test]
fn what_is_usual_stays_far_below_the_limits() {
    let list: Vec<Value> = (0..1000).map(|n| json!({ "n": n, "tags": ["a", "b"] })).collect();
    let data = Map::from_iter([("list".to_owned(), Value::Array(list))]);
    for source in [
        "len([row for row in data.get('list') if row.get('n', 0) > 998]) == 1",
        "any(row['n'] == 999 for row in data['list'])",
        "sorted([row['n'] for row in data['list'][:300]], reverse=True)[0] == 299",
    ] {
        assert_eq!(parsed(source).test(&data), Ok(true), "{source}");
    }
}

#[test]
fn deep_and_long_sources_are_refused() {
    let nested = |open: &str, inner: &str, close: &str, levels: usize| {
        format!("{}{inner}{}", open.repeat(levels), close.repeat(levels))
    };
    for (source, deep) in [
        (nested("(", "1", ")", 40), false),
        (nested("(", "1", ")", 5000 / 2), true),
        (nested("[", "1", "]", 2000), true),
        (nested("{'a': ", "1", "}", 500), true),
        (nested("not ", "1", "", 1000), true),
        (nested("-", "1", "", 4000), true),
        (nested("1 if 1 else ", "1", "", 500), true),
        (nested("len(", "1", ")", 500), true),
        (format!("1{}", " + 1".repeat(1000)), true),
        (format!("data{}", ".get('a')".repeat(500)), true),
        (format!("data{}", "['a']".repeat(500)), true),
        (format!("1{}", " ** 1".repeat(500)), true),
        ("[".repeat(8000), true),
        ("f'{".repeat(2000), false),
        (format!("1{}", " and 1".repeat(1000)), false),
        (format!("1{}", " < 1".repeat(1000)), false),
    ] {
        let kinds: Vec<ConditionErrorKind> = Condition::parse(&source).map_or_else(
            |errors| errors.into_iter().map(|error| error.kind().clone()).collect(),
            |_| Vec::new(),
        );
        let refused = kinds.iter().any(|kind| matches!(kind, ConditionErrorKind::TooDeep { .. }));
        assert_eq!(refused, deep, "{}: {kinds:?}", source.chars().take(40).collect::<String>());
    }
    let long = format!("'{}'", "x".repeat(9000));
    let refused = Condition::parse(&long).map_err(|errors| errors.to_string());
    assert_eq!(
        refused.err().as_deref(),
        Some("column 1: the condition has 9002 bytes, more than the 8192 allowed")
    );
}

#[test]
fn deep_values_are_no_trouble() {
    let deep = (0..100_u32).fold(json!(0), |inner, _| json!([inner]));
    let deeper = (0..500_u32).fold(json!(0), |inner, _| json!([inner]));
    let data = Map::from_iter([("deep".to_owned(), deep), ("deeper".to_owned(), deeper)]);
    assert_eq!(parsed("data['deep'] == data['deep']").test(&data), Ok(true));
    let error = parsed("data['deeper'] == data['deeper']").test(&data).map_err(|error| error.kind().clone());
    assert_eq!(error, Err(EvalErrorKind::TooDeep));
    assert_eq!(parsed("'…' in str(data['deeper'])").test(&data), Ok(true));
}
