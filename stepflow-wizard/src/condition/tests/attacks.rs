//! What is refused, or has no effect.

use serde_json::json;

use super::answers;
use crate::condition::{Condition, Facts};

#[test]
fn every_attack_is_refused_when_the_condition_is_parsed() {
    for source in [
        "open('/etc/passwd')",
        "exec('1')",
        "eval('1')",
        "compile('1', '', 'eval')",
        "globals()",
        "locals()",
        "vars(data)",
        "dir(data)",
        "type(data)",
        "print(data)",
        "input()",
        "breakpoint()",
        "__import__('os')",
        "__builtins__",
        "getattr(data, '__class__')",
        "setattr(data, 'a', 1)",
        "data.__class__",
        "().__class__.__bases__[0].__subclasses__()",
        "''.__class__.__mro__[1]",
        "data.get.__self__",
        "(x for x in [1]).gi_frame.f_back.f_globals",
        "[x for x in [1]].__iter__",
        "'{0.__class__}'.format(data)",
        "'{0.__class__}'.format_map(data)",
        "f'{data.__class__}'",
        "f'{().__class__}'",
        "data.update({'n': 8}) or True",
        "data.pop('n')",
        "data.popitem()",
        "data.clear()",
        "data.setdefault('q', 1)",
        "data.get('items').append('x')",
        "data.get('items').sort()",
        "[data.update({'a': x}) for x in [1]]",
        "(lambda: 0)()",
        "(lambda f: f(f))(lambda f: f(f))",
        "(n := 5) > 3",
        "import os",
        "data.get('n') == 7 ; data.clear()",
        "data['n'] = 7",
        "del data['n']",
        "[x for x in [1] for y in [2]]",
        "await data",
        "yield 1",
        "*data",
        "max(*data.get('items'))",
        "dict(**data)",
        "data.get('n')\n== 6",
        "True\nimport os",
        "return return 1",
        "b'bytes'",
        "1j",
        "...",
        "`id`",
        "$(id)",
        "\u{202e}data",
        "data\u{200b}.get('n')",
    ] {
        assert!(Condition::parse(source).is_err(), "{source:?} is accepted");
    }
}

#[test]
fn what_fails_while_it_is_evaluated_is_an_error_and_changes_nothing() {
    let data = answers();
    let before = data.clone();
    for source in [
        "1/0",
        "1 % 0",
        "1 // 0.0",
        "0 ** -1",
        "data['missing']",
        "data.get('items')[5]",
        "data.get('missing').get('x')",
        "data.get('name') > 3",
        "data.get('missing') > 3",
        "len(data.get('n'))",
        "int('x') > 5",
        "int(data.get('v', 'x')) > 5",
        "float('one')",
        "'a' + 1",
        "-'a'",
        "[] < {}",
        "{} in {}",
        "{[]: 1}",
        "max([])",
        "sorted([1, 'a'])",
        "1 in 5",
        "'a' in None",
        "data.name",
        "value",
        "range(1, 2, 0)",
        "'abc'[::0]",
        "dict([1])",
        "[a for a, b in [1]]",
        "'%s' % 1",
    ] {
        let condition = Condition::parse(source).unwrap_or_else(|errors| panic!("{source}: {errors}"));
        assert!(condition.test(&data).is_err(), "{source}");
        assert_eq!(data, before, "{source}");
    }
}

#[test]
fn a_short_circuit_spares_what_would_fail() {
    let data = answers();
    let value = json!(0);
    let facts = Facts { value: Some(&value), ..Facts::of(&data) };
    for (source, expected) in [
        ("False and 1/0", false),
        ("True or 1/0", true),
        ("1 if True else 1/0", true),
        ("2 < 1 < 1/0", false),
        ("any(x == 1 or 1/0 for x in [1, 2])", true),
        ("all(x == 2 and 1/value for x in [1, 2])", false),
        ("data.get('missing') and data['missing'] > 1", false),
    ] {
        let condition = Condition::parse(source).unwrap_or_else(|errors| panic!("{source}: {errors}"));
        assert_eq!(condition.test(&facts), Ok(expected), "{source}");
    }
}
