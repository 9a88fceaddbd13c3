//! Conditions and templates that strangers wrote, over data that strangers gave.

use serde_json::{Map, Value, json};
use stepflow_wizard::condition::{Condition, Facts};
use stepflow_wizard::template::{Escape, Template, TemplateContext, TemplateOptions};

/// A condition; behind a zero byte, the data as JSON.
pub fn condition(data: &[u8]) {
    let Some((source, data)) = parts(data) else { return };
    let condition = match Condition::parse(source) {
        Ok(condition) => condition,
        Err(errors) => {
            assert!(!errors.to_string().is_empty());
            return;
        }
    };
    let again = Condition::parse(&condition.to_string());
    assert_eq!(again.as_ref(), Ok(&condition), "{source}");
    for value in [Value::Null, json!("text"), json!([1, "b", [2.5]])] {
        let facts = Facts { value: Some(&value), turn: Some(&data), ..Facts::of(&data) };
        let (held, evaluated) = (condition.test(&facts), condition.evaluate(&facts));
        if let Err(error) = held {
            assert!(!error.to_string().is_empty());
        }
        if let Ok(value) = evaluated {
            assert!(serde_json::to_string(&value).is_ok());
        }
    }
    assert!(condition.lints().iter().all(|lint| !lint.to_string().is_empty()));
}

/// A template; behind a zero byte, the data as JSON.
pub fn template(data: &[u8]) {
    let Some((source, data)) = parts(data) else { return };
    let items = [json!({ "name": "Ada" }), json!({ "name": "<Bob>" })];
    for options in [TemplateOptions::default(), TemplateOptions::strict()] {
        let Ok(template) = Template::parse_with(source, &options) else { return };
        let variables = template.variables();
        assert!(variables.iter().all(|name| source.contains(name.as_str())), "{variables:?}");
        let context = TemplateContext::new(&data).with("stage_name", "stage").with_bank("items", &items);
        for escape in [Escape::Html, Escape::None] {
            match template.render(&context, escape) {
                Ok(text) => assert!(text.len() <= options.length),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
}

/// A source and the data that it is about.
fn parts(data: &[u8]) -> Option<(&str, Map<String, Value>)> {
    let text = std::str::from_utf8(data).ok()?;
    let (source, given) = text.split_once('\0').unwrap_or((text, ""));
    let usual = || {
        let data = json!({
            "name": "Ada", "n": 7, "big": 9_007_199_254_740_993_i64, "price": -2.5, "flag": true, "none": null,
            "tags": ["a", "b", 3, null], "user": { "name": "<b>", "deep": { "list": [[1], [2, 3]] } }, "empty": "",
        });
        data.as_object().cloned()
    };
    let data = match serde_json::from_str(given) {
        Ok(Value::Object(data)) => data,
        _ => usual()?,
    };
    Some((source, data))
}
