//! What the language accepts, refuses, says and costs.

mod attacks;
mod forms;
mod limits;
mod messages;
mod properties;
mod semantics;

use serde_json::{Map, Value, json};

/// The answers that the tests look at.
fn answers() -> Map<String, Value> {
    let answers = json!({
        "age": 17, "agree": true, "confirmed": false, "empty": "", "items": ["ash", "oak"], "k": "v", "m": "x",
        "n": 6, "name": "Ada", "nil": null, "none": [], "ratio": 2.5, "user": { "confirmed": true }, "zero": 0,
        "_message": "Start the QUIZ", "_collection_done": true,
    });
    answers.as_object().cloned().unwrap_or_default()
}
