//! What holds for every source and every data.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::answers;
use crate::condition::ast::{
    Arguments, Binary, Comparison, Comprehension, Expr, Gathered, Kind, Names, Piece, Root, Unary,
};
use crate::condition::error::Span;
use crate::condition::function::{Function, Method, Type};
use crate::condition::{Condition, Facts};

proptest! {
    #[test]
    fn any_text_is_parsed_or_refused(source in "\\PC{0,60}") {
        let _ = Condition::parse(&source);
    }

    #[test]
    fn any_mixture_of_words_is_parsed_or_refused(words in prop::collection::vec(word(), 0..40)) {
        if let Err(errors) = Condition::parse(&words.concat()) {
            prop_assert!(errors.len() > 0);
        }
    }

    #[test]
    fn whatever_is_parsed_is_evaluated_or_fails(words in prop::collection::vec(word(), 0..12), value in value()) {
        if let Ok(condition) = Condition::parse(&words.concat()) {
            let data = answers();
            let _ = condition.evaluate(&Facts { value: Some(&value), ..Facts::of(&data) });
        }
    }

    #[test]
    fn any_expression_is_evaluated_or_fails(expr in expression(), value in value()) {
        if let Ok(condition) = Condition::parse(&expr.to_string()) {
            let data = Map::from_iter([("a".to_owned(), value.clone()), ("b".to_owned(), json!(2))]);
            let facts = Facts { value: Some(&value), ..Facts::of(&data) };
            let _ = condition.evaluate(&facts);
            let _ = condition.lints();
        }
    }

    #[test]
    fn printing_and_parsing_again_changes_nothing(expr in expression()) {
        let printed = expr.to_string();
        if expr.depth <= 60 && printed.len() <= 8192 {
            let again = Condition::parse(&printed).map_err(|errors| TestCaseError::fail(format!("{printed}: {errors}")))?;
            prop_assert_eq!(again.expr(), &expr, "{}", printed);
            prop_assert_eq!(again.canonical(), printed);
        }
    }
}

/// Words that conditions are made of, and some that they are not.
fn word() -> impl Strategy<Value = String> {
    let words = "data|.get(|'age'|, 0)|)|(|[|]|{|}|:|,|.| and | or | not | in | is | if | else | for |x|has(|'n'|value|turn|\
                 bank(|'|\"|f'{|}'|1|2.5|0x|1e|'a'|==|<|>=|!=|+|-|*|**|//|/|%|None|True|lambda|;|&&|=|\\|#|\n|é|…|len(|\
                 str(|sorted(|range(9)|any(|.lower()|.items()|.split()|[0]|[1:]|__class__|return |isinstance(|, int)";
    prop::sample::select(words.split('|').map(str::to_owned).collect::<Vec<_>>())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-3_i64..4).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-c]", inner), 0..4)
                .prop_map(|entries| { Value::Object(entries.into_iter().collect()) }),
        ]
    })
}

fn expression() -> impl Strategy<Value = Expr> {
    leaf().prop_recursive(5, 40, 4, |inner| {
        let many = prop::collection::vec(inner.clone(), 0..4);
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            many.clone().prop_map(Kind::List),
            many.clone().prop_map(Kind::Tuple),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Kind::Set),
            prop::collection::vec(pair.clone(), 0..3).prop_map(Kind::Dict),
            prop::collection::vec(piece(inner.clone()), 0..3)
                .prop_filter_map("adjacent texts are one", format),
            (unary(), inner.clone()).prop_map(|(operator, of)| Kind::Unary { operator, of: of.into() }),
            (binary(), pair.clone()).prop_map(|(operator, (left, right))| {
                Kind::Binary { operator, left: left.into(), right: right.into() }
            }),
            (inner.clone(), prop::collection::vec((comparison(), inner.clone()), 1..3))
                .prop_map(|(first, rest)| Kind::Compare { first: first.into(), rest }),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Kind::And),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Kind::Or),
            (inner.clone(), pair.clone()).prop_map(|(test, (then, otherwise))| Kind::Choice {
                test: test.into(),
                then: then.into(),
                otherwise: otherwise.into(),
            }),
            pair.clone().prop_map(|(of, index)| Kind::Index { of: of.into(), index: index.into() }),
            (inner.clone(), prop::array::uniform3(prop::option::of(inner.clone())))
                .prop_map(|(of, bounds)| Kind::Slice { of: of.into(), bounds: bounds.into() }),
            (call(), many.clone()).prop_filter_map("a call takes what it takes", |(function, mut given)| {
                let (least, most, _) = Function::takes(function);
                given.truncate(most);
                let arguments = Arguments { positional: given, named: Vec::new() };
                (arguments.positional.len() >= least).then_some(Kind::Call { function, arguments })
            }),
            (method(), inner.clone(), many).prop_filter_map(
                "a method takes what it takes",
                |(method, on, mut given)| {
                    let (least, most, _) = Method::takes(method);
                    given.truncate(most);
                    let arguments = Arguments { positional: given, named: Vec::new() };
                    let on = Box::new(on);
                    (arguments.positional.len() >= least).then_some(Kind::Method { on, method, arguments })
                }
            ),
            inner.clone().prop_map(|value| Kind::Call {
                function: Function::Dict,
                arguments: Arguments { positional: Vec::new(), named: vec![("k".to_owned(), value)] },
            }),
            inner
                .clone()
                .prop_map(|of| Kind::IsInstance { of: of.into(), types: vec![Type::Int, Type::Str] }),
            (any::<bool>(), pair, prop::option::of(inner)).prop_map(|(list, (element, source), filter)| {
                Kind::Each(Box::new(Comprehension {
                    result: if list { Gathered::List(element) } else { Gathered::Set(element) },
                    names: Names::Several(vec!["x".to_owned(), "y".to_owned()]),
                    source,
                    filters: filter.into_iter().collect(),
                }))
            }),
        ]
        .prop_map(expr)
    })
}

fn leaf() -> impl Strategy<Value = Expr> {
    prop_oneof![
        Just(Kind::Null),
        any::<bool>().prop_map(Kind::Bool),
        (0..=i128::MAX).prop_map(Kind::Int),
        (0.0..1e300_f64).prop_map(Kind::Float),
        "\\PC{0,5}".prop_map(Kind::Text),
        "[\\x00-\\x7f]{0,5}".prop_map(Kind::Text),
        prop::sample::select(vec![Root::Data, Root::Turn, Root::Value]).prop_map(Kind::Root),
        "[a-z]{1,3}_".prop_map(|name| Kind::Attribute { root: Root::Data, name }),
    ]
    .prop_map(expr)
}

fn piece(inner: impl Strategy<Value = Expr>) -> impl Strategy<Value = Piece> {
    // An f-string does not stand within another.
    let plain = inner.prop_filter("no f-string within", |expr| {
        let mut format = false;
        expr.walk(&mut |expr| format |= matches!(expr.kind, Kind::Format(_)));
        !format
    });
    prop_oneof![
        "\\PC{1,4}".prop_map(Piece::Text),
        (plain, any::<bool>()).prop_map(|(value, quoted)| Piece::Value { value, quoted }),
    ]
}

fn format(pieces: Vec<Piece>) -> Option<Kind> {
    let texts = pieces.windows(2).any(|pair| matches!(pair, [Piece::Text(_), Piece::Text(_)]));
    (!texts).then_some(Kind::Format(pieces))
}

fn unary() -> impl Strategy<Value = Unary> {
    prop::sample::select(vec![Unary::Minus, Unary::Not, Unary::Plus])
}

fn binary() -> impl Strategy<Value = Binary> {
    prop::sample::select(vec![
        Binary::Add,
        Binary::Divide,
        Binary::FloorDivide,
        Binary::Multiply,
        Binary::Power,
        Binary::Remainder,
        Binary::Subtract,
    ])
}

fn comparison() -> impl Strategy<Value = Comparison> {
    prop::sample::select(vec![
        Comparison::Equal,
        Comparison::In,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::More,
        Comparison::MoreOrEqual,
        Comparison::NotEqual,
        Comparison::NotIn,
    ])
}

fn call() -> impl Strategy<Value = Function> {
    prop::sample::select(Function::ALL.to_vec())
}

fn method() -> impl Strategy<Value = Method> {
    prop::sample::select(Method::ALL.to_vec())
}

fn expr(kind: Kind) -> Expr {
    Expr::new(kind, Span::new(0, 0))
}
