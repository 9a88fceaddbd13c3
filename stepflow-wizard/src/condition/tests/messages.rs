//! What a person reads whose condition is wrong.

use crate::condition::Condition;

#[test]
fn errors_name_the_place_and_the_way_out() {
    for (source, expected) in [
        ("", "column 1: the condition is empty (`true` always holds)"),
        (
            "name == 'x'",
            "column 1: `name` is no name that conditions know (an answer is read as `data.get('name')`)",
        ),
        ("dtaa.get('x')", "column 1: `dtaa` is no name that conditions know (did you mean `data`?)"),
        ("hass('x')", "column 1: `hass` is no name that conditions know (did you mean `has`?)"),
        (
            "data.get('x') is provided",
            "column 18: `provided` is no name that conditions know \
             (a condition is no sentence: write `has('key')` or `not has('key')`)",
        ),
        ("has", "column 1: `has` is a function and has to be called"),
        ("data.get == 1", "column 6: `.get` is a function and has to be called"),
        ("data.got('x')", "column 6: `.got()` is no method that conditions know (did you mean `.get()`?)"),
        ("data.get('a').b", "column 15: `.b` is no method and has to be read as a key (`.get('b')`)"),
        ("data.pop('a')", "column 6: `.pop()` changes something, and conditions only read"),
        (
            "data.__class__",
            "column 6: `__class__` belongs to the inside of Python, which conditions do not have",
        ),
        ("data.get('n') = 7", "column 15: expected an operator, found `=` (`==` compares)"),
        ("has('a') && has('b')", "column 10: `&&` means nothing in a condition (it is written `and`)"),
        ("has('a') || has('b')", "column 10: `||` means nothing in a condition (it is written `or`)"),
        ("!has('a')", "column 1: `!` means nothing in a condition (it is written `not`)"),
        ("has('a'), has('b')", "column 9: expected an operator, found `,` (`and` and `or` join conditions)"),
        ("data.get('n') >", "column 16: expected a value, found the end"),
        ("(1 + 2", "column 7: expected `)`, found the end"),
        ("[1, 2", "column 6: expected `]`, found the end"),
        ("'open", "column 1: this text has no closing quote"),
        ("'\\u12'", "column 2: `\\u` is no escape"),
        ("1.2.3", "column 4: expected an operator, found a number"),
        ("007 + 1e", "column 1: `007` is no number that a condition can hold"),
        ("1 if True", "column 10: expected `else`, found the end"),
        (
            "1 is 2",
            "column 6: expected `None`, `True` or `False` after `is`, found another value (`==` compares)",
        ),
        ("len()", "column 1: `len` takes one argument"),
        ("data.get()", "column 6: `get` takes 1 to 2 arguments"),
        ("has('a', key='b')", "column 1: `has` takes one argument"),
        ("lambda: 1", "column 1: conditions have no `lambda`"),
        ("['a' 'b']", "column 6: expected an operator or a comma, found text"),
        (
            "has('a')\nand has('b')",
            "column 9: a condition stands on one line (in YAML, `>-` folds lines into one)",
        ),
        ("f'{1'", "column 2: expected `}`, found the end of the text"),
        ("f'{x}'", "column 4: `x` is no name that conditions know (an answer is read as `data.get('x')`)"),
        ("f'{1:>8}'", "column 2: conditions have no formats such as `:>8`"),
        ("'é' + ü", "column 7: `ü` is no name that conditions know (an answer is read as `data.get('ü')`)"),
    ] {
        let said = Condition::parse(source).map_err(|errors| errors.to_string());
        let first = said.as_ref().err().and_then(|said| said.split("; ").next());
        assert_eq!(first, Some(expected), "{source}");
    }
}

#[test]
fn all_errors_are_found_at_once() {
    for (source, expected) in [
        ("data.got('a') > 17 && grown_up", [6, 20, 23].as_slice()),
        ("(a && b) or data.pop('x')", &[2, 4, 7, 18]),
        ("has(x) and [y, z] and {w: v}", &[5, 13, 16, 24, 27]),
        ("len(a, b) == max(c)", &[1, 5, 8, 18]),
        ("data.get('a') data.get('b') wrong", &[15, 29]),
        ("f'{a} {b}' == c", &[4, 8, 15]),
        ("1 +", &[4]),
        ("((((", &[5]),
    ] {
        let errors =
            Condition::parse(source).map_or_else(|errors| errors.into_iter().collect(), |_| Vec::new());
        let columns: Vec<usize> = errors.iter().map(crate::condition::ConditionError::column).collect();
        assert_eq!(columns, expected, "{source}: {errors:?}");
    }
}

#[test]
fn evaluation_says_which_part_failed() {
    for (source, expected) in [
        ("has('a') or 10 / 0 > 1", "column 13: a division by zero"),
        ("1 < 2 < 'a'", "column 5: `<` does not work between a whole number and text"),
        ("data['x']", "column 1: there is no key `x`"),
        ("[x + 1 for x in ['a']]", "column 2: `+` does not work between text and a whole number"),
        ("data.age", "column 1: answers are read as `data.get('age')`, not as `data.age`"),
        ("'abc'.get('a')", "column 1: text has no method `get`"),
        ("int('seven')", "column 1: `seven` is not a whole number"),
    ] {
        let condition = Condition::parse(source).unwrap_or_else(|errors| panic!("{source}: {errors}"));
        let said = condition.test(&serde_json::Map::new()).map_err(|error| error.to_string());
        assert_eq!(said, Err(expected.to_owned()), "{source}");
    }
}
