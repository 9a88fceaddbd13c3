//! Python's semantics, where it is easy to get them wrong.

use serde_json::Map;

use crate::condition::Condition;

#[test]
fn values_are_those_of_python() {
    for (source, expected) in [
        // Equality and order.
        ("1 == True and 1 == 1.0 and 0 == False", "True"),
        ("'1' == 1", "False"),
        ("[1] == (1,)", "False"),
        ("[1, 2.0] == [True, 2]", "True"),
        ("{'a': 1} == {'a': 1.0}", "True"),
        ("{1, 2} == {2, 1}", "True"),
        ("None == False", "False"),
        ("'a' < 'b' and [1, 2] < [1, 3] and (1,) < (1, 0)", "True"),
        ("9007199254740993 == 9007199254740992.0", "False"),
        ("9007199254740993 > 9007199254740992.0", "True"),
        ("float('nan') == float('nan')", "False"),
        ("1 < float('inf')", "True"),
        ("not 1 == 2", "True"),
        ("1 < 2 == True", "False"),
        // `and` and `or` give operands back.
        ("'' or 'x'", "x"),
        ("0 and 'x'", "0"),
        ("None or [] or 'last'", "last"),
        // Arithmetic.
        ("7 // 2", "3"),
        ("-7 // 2", "-4"),
        ("-7 % 3", "2"),
        ("7 % -3", "-2"),
        ("7.5 // 2", "3.0"),
        ("-7.5 % 2", "0.5"),
        ("4 / 2", "2.0"),
        ("2 ** 3 ** 2", "512"),
        ("-2 ** 2", "-4"),
        ("2 ** -1", "0.5"),
        ("True + True", "2"),
        ("1 + 2.0", "3.0"),
        ("'ab' * 2 + 'c'", "ababc"),
        ("[0] * 3", "[0, 0, 0]"),
        ("'ab' * -1", ""),
        ("round(2.5)", "2"),
        ("round(3.5)", "4"),
        ("round(-0.5)", "0"),
        ("round(2.675, 2)", "2.67"),
        ("round(1250, -2)", "1200"),
        ("abs(-3)", "3"),
        ("int(-3.9)", "-3"),
        ("int(' 1_000 ')", "1000"),
        ("float('1e3')", "1000.0"),
        ("0x10 + 0b11 + 1_000", "1019"),
        // Text.
        ("str(True) + str(None) + str(1.0) + str(1e16)", "TrueNone1.01e+16"),
        ("'they\\'re 2nd'.title()", "They'Re 2Nd"),
        ("'  a b '.strip() + '|' + 'xxa'.lstrip('x')", "a b|a"),
        ("'a,b,,c'.split(',')", "['a', 'b', '', 'c']"),
        ("' a  b '.split()", "['a', 'b']"),
        ("'-'.join(['a', 'b'])", "a-b"),
        ("'aXbX'.replace('X', '')", "ab"),
        ("'banana'.count('an') + 'banana'.find('z')", "1"),
        ("'Straße'.upper()", "STRASSE"),
        ("len('Straße')", "6"),
        ("'abcdef'[1:4] + 'abc'[-1] + 'abc'[::-1]", "bcdccba"),
        ("'a\\nb\\x41\\u00e9\\q'", "a\nbAé\\q"),
        ("r'a\\n'", "a\\n"),
        ("f'{1 + 1}{{}}{\"x\"!r}'", "2{}'x'"),
        // Collections.
        ("sorted([3, 1, 2], reverse=True)", "[3, 2, 1]"),
        ("sorted('banana')", "['a', 'a', 'a', 'b', 'n', 'n']"),
        ("max(1, 3, 2) + min([4, 2])", "5"),
        ("max([], default=7)", "7"),
        ("list(range(5, 0, -2))", "[5, 3, 1]"),
        ("list(enumerate('ab', start=1))", "[(1, 'a'), (2, 'b')]"),
        ("list(zip([1, 2], 'ab'))", "[(1, 'a'), (2, 'b')]"),
        ("dict(a=1, b=2)", "{'a': 1, 'b': 2}"),
        ("{'a': 1, 'a': 2}", "{'a': 2}"),
        ("len({1, 1.0, True, 2})", "2"),
        ("[x * y for x, y in [(1, 2), (3, 4)]]", "[2, 12]"),
        ("[[y for y in range(x)] for x in range(3)]", "[[], [0], [0, 1]]"),
        ("isinstance(True, int) and isinstance('a', (int, str)) and not isinstance(1, str)", "True"),
        ("(1,)", "(1,)"),
        ("()", "()"),
        ("{}", "{}"),
        ("1 if 0 else 2 if 0 else 3", "3"),
        ("not not 'x'", "True"),
        ("lower('ABC') + upper('d')", "abcD"),
    ] {
        // As text, so that tuples and lists, `1` and `1.0` are told apart.
        let condition = Condition::parse(&format!("str({source})"));
        let condition = condition.unwrap_or_else(|errors| panic!("{source}: {errors}"));
        let printed = condition.evaluate(&Map::new()).unwrap_or_else(|error| panic!("{source}: {error}"));
        assert_eq!(printed, expected, "{source}");
    }
}
