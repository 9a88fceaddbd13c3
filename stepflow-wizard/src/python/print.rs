//! Values as text, the way Python's `str` writes them.

use std::fmt::Write;

use serde_json::Value;

use super::budget::Budget;
use super::item::{Item, Items, Shape};
use crate::condition::EvalErrorKind;

/// Deeper than this, a value is not written out but hinted at.
const MAX_DEPTH: usize = 128;

/// `str(item)`.
pub(crate) fn print(item: &Item<'_>, budget: &mut Budget) -> Result<String, EvalErrorKind> {
    let mut out = String::new();
    if let Item::Text(text) = item {
        budget.make(text.as_str().len())?;
        out.push_str(text.as_str());
    } else {
        write(item, &mut out, budget, 0)?;
    }
    Ok(out)
}

/// `repr(item)`.
pub(crate) fn print_quoted(item: &Item<'_>, budget: &mut Budget) -> Result<String, EvalErrorKind> {
    let mut out = String::new();
    write(item, &mut out, budget, 0)?;
    Ok(out)
}

/// `str(value)` of an answer.
pub(crate) fn text_of(value: &Value) -> String {
    // An ample budget never runs out, so there is always a text.
    print(&Item::from(value), &mut Budget::ample()).unwrap_or_default()
}

/// `repr(item)`: as in a list, where text stands in quotes.
fn write(item: &Item<'_>, out: &mut String, budget: &mut Budget, depth: usize) -> Result<(), EvalErrorKind> {
    let before = out.len();
    budget.step()?;
    if depth > MAX_DEPTH {
        out.push('…');
        return Ok(());
    }
    match item {
        Item::Null => out.push_str("None"),
        Item::Bool(true) => out.push_str("True"),
        Item::Bool(false) => out.push_str("False"),
        Item::Int(whole) => put(out, format_args!("{whole}")),
        Item::Float(number) => put_float(out, *number),
        Item::Text(text) => {
            budget.make(text.as_str().len())?;
            quote(text.as_str(), out);
        }
        Item::Many(shape, items) => return write_many(*shape, items, out, budget, depth),
        Item::Map(table) => {
            out.push('{');
            for (index, (key, value)) in table.iter().enumerate() {
                separate(out, index);
                write(&key, out, budget, depth + 1)?;
                out.push_str(": ");
                write(&value, out, budget, depth + 1)?;
            }
            out.push('}');
            return Ok(());
        }
        Item::Bank(name) => put(out, format_args!("bank({})", name.as_str())),
    }
    budget.make(out.len() - before)
}

fn write_many(
    shape: Shape,
    items: &Items<'_>,
    out: &mut String,
    budget: &mut Budget,
    depth: usize,
) -> Result<(), EvalErrorKind> {
    let (open, close) = match shape {
        Shape::Tuple if items.len() == 1 => ("(", ",)"),
        Shape::Tuple => ("(", ")"),
        Shape::Set if items.len() == 0 => ("set(", ")"),
        Shape::Set => ("{", "}"),
        Shape::List | Shape::Range | Shape::View | Shape::Iterator => ("[", "]"),
    };
    out.push_str(open);
    for (index, item) in items.iter().enumerate() {
        separate(out, index);
        write(&item, out, budget, depth + 1)?;
    }
    out.push_str(close);
    budget.make(open.len() + close.len() + 2 * items.len())
}

fn separate(out: &mut String, index: usize) {
    if index > 0 {
        out.push_str(", ");
    }
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a string does not fail.
    let _ = out.write_fmt(text);
}

/// The shortest digits that read back as the same number; an exponent from 1e16 on and below 1e-4.
fn put_float(out: &mut String, number: f64) {
    if number.is_nan() {
        return out.push_str("nan");
    }
    if number.is_infinite() {
        return out.push_str(if number > 0.0 { "inf" } else { "-inf" });
    }
    let digits = format!("{number:?}");
    match digits.split_once('e') {
        None => out.push_str(&digits),
        Some((mantissa, exponent)) => {
            let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |rest| ('-', rest));
            put(out, format_args!("{}e{sign}{exponent:0>2}", mantissa.trim_end_matches(".0")));
        }
    }
}

/// In single quotes, unless only double quotes spare an escape.
fn quote(text: &str, out: &mut String) {
    let mark = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(mark);
    for letter in text.chars() {
        match letter {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            quote if quote == mark => {
                out.push('\\');
                out.push(quote);
            }
            hidden if hidden.is_control() => match u32::from(hidden) {
                code @ ..=0xff => put(out, format_args!("\\x{code:02x}")),
                code => put(out, format_args!("\\u{code:04x}")),
            },
            plain => out.push(plain),
        }
    }
    out.push(mark);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::text_of;

    #[test]
    fn writes_as_python_does() {
        for (value, expected) in [
            (json!(null), "None"),
            (json!(true), "True"),
            (json!(5), "5"),
            (json!(5.0), "5.0"),
            (json!(-0.5), "-0.5"),
            (json!(1e16), "1e+16"),
            (json!(123456789012345680.0), "1.2345678901234568e+17"),
            (json!(0.0001), "0.0001"),
            (json!(0.00001), "1e-05"),
            (json!(18446744073709551615_u64), "18446744073709551615"),
            (json!("it's"), "it's"),
            (json!(["it's", "so", 'a', "\"'\n\u{1}"]), r#"["it's", 'so', 'a', '"\'\n\x01']"#),
            (json!({ "a": [1, 2.5, null] }), "{'a': [1, 2.5, None]}"),
            (json!([]), "[]"),
            (json!({}), "{}"),
        ] {
            assert_eq!(text_of(&value), expected);
        }
    }

    #[test]
    fn stops_in_the_depths() {
        let deep = (0..1000).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
        assert!(text_of(&deep).contains('…'));
    }
}
