//! Output without what is different every time: moments, lengths of time, and how wide that makes a column.

use serde_json::Value;

/// JSON with `…` for every moment and length of time.
pub(crate) fn json(mut value: Value) -> String {
    blur(&mut value);
    format!("{value:#}\n")
}

fn blur(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(blur),
        Value::Object(object) => {
            for (name, value) in object.iter_mut() {
                let moment = value.as_str().is_some_and(|text| text.parse::<stepflow::Timestamp>().is_ok());
                if moment || name == "waiting_seconds" || name == "next" && value.is_string() {
                    *value = "…".into();
                } else if name == "message" && value.as_str().is_some_and(|text| text.contains(", on 2")) {
                    let text = value.as_str().unwrap_or_default();
                    let (start, rest) = text.split_once(", on 2").unwrap();
                    let end = rest.split_once('Z').unwrap().1;
                    *value = format!("{start}, on …{end}").into();
                }
                blur(value);
            }
            // The same order of names whatever serde_json was built with.
            let sorted: std::collections::BTreeMap<_, _> = std::mem::take(object).into_iter().collect();
            object.extend(sorted);
        }
        _ => {}
    }
}

/// Text with `…` for every moment and length of time, and two spaces for any number of them.
pub(crate) fn text(text: &str) -> String {
    text.lines().map(|line| steady_line(line) + "\n").collect()
}

fn steady_line(line: &str) -> String {
    let indent: String = line.chars().take_while(|character| *character == ' ').collect();
    let cells: Vec<String> =
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(steady).collect();
    indent + &cells.join("  ")
}

fn steady(cell: &str) -> String {
    if cell == "now" || cell.ends_with(" ago") || is_length(cell) || is_day(cell) {
        return "…".to_owned();
    }
    if let Some((day, _)) = cell.split_once(" (")
        && is_day(day)
    {
        return "…".to_owned();
    }
    if let Some((start, rest)) = cell.split_once(" in ")
        && let Some(end) = rest.find([':', ',']).or(Some(rest.len()))
        && is_length(&rest[..end])
    {
        return format!("{start} in …{}", &rest[end..]);
    }
    cell.to_owned()
}

fn is_day(text: &str) -> bool {
    (text.starts_with("today ") || text.starts_with("yesterday "))
        && text.rsplit(' ').next().is_some_and(|time| time.len() == 8 && time.matches(':').count() == 2)
}

fn is_length(text: &str) -> bool {
    !text.is_empty()
        && text.split(' ').all(|part| {
            let digits = part
                .trim_start_matches('<')
                .trim_end_matches(|character: char| character.is_ascii_lowercase());
            !digits.is_empty()
                && digits.len() < part.len()
                && digits.chars().all(|digit| digit.is_ascii_digit())
        })
}
