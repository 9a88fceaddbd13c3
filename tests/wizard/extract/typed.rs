//! Texts for steps that ask for types.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use stepflow_wizard::{Kind, Source, wizard};

use crate::kit::{Session, map};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Trip {
    nights: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct Room {
    /// What kind of room.
    kind: String,
    nights: u32,
}

struct Booking {
    state: Trip,
}

#[wizard(state = Trip)]
impl Booking {
    #[step(title = "Your room")]
    fn room(&mut self, answer: Room) {
        self.state.nights = answer.nights;
    }
}

#[test]
fn a_typed_step_grows_from_text_to_text() {
    let definition = Booking::definition(|state| Booking { state }).unwrap();
    let mut session = Session::begin(&definition);
    let outcome = session.say_finding("a double room", json!({ "kind": "double" }), 0.9);
    assert_eq!(outcome.kind, Kind::Incomplete);
    assert_eq!(outcome.view.values, map(json!({ "kind": "double" })));
    let outcome = session.say_finding("3 nights", json!({ "nights": "3" }), 0.9);
    assert_eq!(outcome.kind, Kind::Completed);
    let page = session.state.page("room").unwrap();
    assert_eq!(
        (page.source("kind"), page.source("nights")),
        (Some(Source::Extracted), Some(Source::Extracted))
    );

    // Going back, a text changes what it speaks of, and leaves the rest.
    session.back();
    let outcome = session.say_finding("make it 4", json!({ "nights": 4 }), 0.9);
    assert_eq!(outcome.kind, Kind::Completed);
    assert_eq!(session.data(), json!({ "nights": 4 }));
    let room: Room = serde_json::from_value(json!(session.state.page("room").unwrap().answers())).unwrap();
    assert_eq!(room.kind, "double");
}
