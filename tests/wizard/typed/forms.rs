//! What a form looks like, and where its errors are.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stepflow_wizard::{Kind, wizard};

use super::Visit;

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Guest {
    name: String,
    diet: Option<String>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by")]
enum Payment {
    Card { number: String },
    Invoice { address: String },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
enum Size {
    Small,
    Exactly { centimetres: u32 },
}

struct Dinner {
    state: Vec<Value>,
}

#[wizard(state = Vec<Value>)]
impl Dinner {
    #[step]
    fn guests(&mut self, guests: Vec<Guest>) {
        self.state.push(json!(guests));
    }

    #[step]
    fn payment(&mut self, payment: Payment) {
        self.state.push(json!(payment));
    }

    #[step]
    fn table(&mut self, size: Size) {
        self.state.push(json!(size));
    }

    #[step]
    fn note(&mut self, _note: Option<String>) {
        self.state.push(json!(_note));
    }

    #[step]
    fn seats(&mut self, _: BTreeMap<String, u8>) {}

    #[step]
    fn tip(&mut self, (_even, tip): (bool, u8)) {
        self.state.push(json!(tip));
    }
}

fn dinner() -> stepflow_wizard::Definition {
    Dinner::definition(|state| Dinner { state }).unwrap()
}

fn schema(stage: &str) -> Value {
    dinner().stage("", stage).unwrap().schema.as_deref().unwrap().clone()
}

#[test]
fn a_type_that_is_no_object_is_the_only_field_of_a_form() {
    for (stage, field, required) in
        [("guests", "guests", true), ("table", "size", true), ("note", "note", false), ("tip", "tip", true)]
    {
        let schema = schema(stage);
        assert_eq!(schema["type"], "object", "{schema}");
        let fields: Vec<_> = schema["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(fields, [field]);
        let expected = if required { json!([field]) } else { json!([]) };
        assert_eq!(schema["required"], expected, "{stage}");
    }
    assert_eq!(Dinner::NOTE.field(), "note");
}

#[test]
fn a_type_that_is_an_object_is_the_form() {
    assert!(schema("payment")["oneOf"].is_array());
    assert_eq!(schema("seats")["type"], "object");
}

#[test]
fn answers_of_every_shape_come_back_as_their_types() {
    let mut visit = Visit::begin(&dinner());
    let guests = || vec![Guest { name: "Ada".to_owned(), diet: None }];
    visit.answer(Dinner::GUESTS, guests());
    let card = || Payment::Card { number: "1".to_owned() };
    visit.answer(Dinner::PAYMENT, card());
    visit.answer(Dinner::TABLE, Size::Exactly { centimetres: 80 });
    visit.answer(Dinner::NOTE, None);
    visit.answer(Dinner::SEATS, BTreeMap::from([("window".to_owned(), 2)]));
    visit.answer(Dinner::TIP, (true, 5));
    assert_eq!(visit.kind(), Kind::Completed, "{:?}", visit.errors());

    let state = &visit.last.state;
    assert_eq!(state.answer(Dinner::GUESTS).unwrap(), Some(guests()));
    assert_eq!(state.answer(Dinner::PAYMENT).unwrap(), Some(card()));
    assert_eq!(state.answer(Dinner::TABLE).unwrap(), Some(Size::Exactly { centimetres: 80 }));
    assert_eq!(state.answer(Dinner::NOTE).unwrap(), Some(None));
    assert_eq!(state.answer(Dinner::TIP).unwrap(), Some((true, 5)));
    let expected = vec![
        json!([{ "name": "Ada", "diet": null }]),
        json!({ "by": "Card", "number": "1" }),
        json!({ "Exactly": { "centimetres": 80 } }),
        Value::Null,
        json!(5),
    ];
    assert_eq!(visit.state::<Vec<Value>>(), expected);
}

#[test]
fn an_error_is_at_its_field() {
    let mut visit = Visit::begin(&dinner());
    visit.submit(json!({ "guests": [{ "name": "Ada" }, { "name": 5 }] }));
    assert_eq!(visit.kind(), Kind::Invalid);
    let error = &visit.last.errors[0];
    assert_eq!((error.field.as_deref(), error.path.as_str()), (Some("guests"), "/1/name"), "{error}");
}

#[test]
fn what_is_missing_is_named() {
    let mut visit = Visit::begin(&dinner());
    visit.submit(json!({}));
    assert_ne!(visit.kind(), Kind::Moved);
    let missing: Vec<_> = visit.last.missing.iter().map(|field| field.to_string()).collect();
    let named: Vec<_> = visit.last.errors.iter().filter_map(|error| error.field.as_deref()).collect();
    assert!(missing == ["guests"] || named == ["guests"], "{missing:?} {named:?}");
}
