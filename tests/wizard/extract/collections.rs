//! Items from texts.

use serde_json::json;
use stepflow_wizard::extract::ScriptedExtractor;
use stepflow_wizard::{Collect, Kind, Stage, StageKind};

use crate::kit::Session;

fn guests() -> Vec<Stage> {
    let mut guests = Stage::new("guests").schema(json!({
        "type": "object",
        "properties": { "name": { "type": "string" }, "age": { "type": "integer" } },
        "required": ["name", "age"],
    }));
    guests.kind = StageKind::Collect(Collect { min: 1, ..Collect::new("guests") });
    guests.extra.insert("collection_config".to_owned(), json!({ "done_keywords": ["That is all"] }));
    vec![guests.to("done"), Stage::end("done")]
}

#[test]
fn an_item_is_added_once_it_is_whole_and_sure() {
    let mut session = Session::of(guests());
    assert_eq!(session.say_finding("Ada", json!({ "name": "Ada" }), 0.9).kind, Kind::Incomplete);
    assert_eq!(session.say_finding("she is 36", json!({ "age": 36 }), 0.9).kind, Kind::Saved);

    // Nothing found is not the end of the list.
    assert_eq!(session.say_finding("hm", json!({}), 0.9).kind, Kind::Incomplete);
    let outcome = session.say_finding("Max, maybe 40", json!({ "name": "Max", "age": 40 }), 0.3);
    assert_eq!(outcome.kind, Kind::Confirm);
    assert_eq!(session.state.page("guests").unwrap().items().len(), 1);
    assert_eq!(session.submit(json!({})).kind, Kind::Saved);

    let outcome = session.say("  that is ALL ", &ScriptedExtractor::new([]));
    assert_eq!(outcome.kind, Kind::Completed);
    assert_eq!(
        session.data(),
        json!({ "guests": [{ "name": "Ada", "age": 36 }, { "name": "Max", "age": 40 }] })
    );
}
