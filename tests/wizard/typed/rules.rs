//! The rules that an answer's type brings along, found without being named.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepflow_wizard::{Definition, FieldErrors, Rejection, wizard};
use validator::{Validate as _, ValidationError};

use super::Visit;

#[derive(Serialize, Deserialize, JsonSchema, garde::Validate)]
struct Person {
    #[garde(length(min = 2), custom(capitalised))]
    name: String,
    #[garde(dive)]
    addresses: Vec<Address>,
}

#[derive(Serialize, Deserialize, JsonSchema, garde::Validate)]
struct Address {
    #[garde(custom(capitalised))]
    street: String,
}

fn capitalised(text: &str, _: &()) -> garde::Result {
    if text.starts_with(char::is_uppercase) { Ok(()) } else { Err(garde::Error::new("has no capital")) }
}

#[derive(Serialize, Deserialize, JsonSchema, validator::Validate)]
struct Team {
    #[validate(custom(function = "known"))]
    team: String,
    #[validate(nested)]
    members: Vec<Member>,
}

#[derive(Serialize, Deserialize, JsonSchema, validator::Validate)]
#[validate(schema(function = "of_age"))]
struct Member {
    name: String,
    #[validate(custom(function = "even"))]
    age: u8,
}

fn known(name: &str) -> Result<(), ValidationError> {
    let unknown = ValidationError::new("unknown").with_message("is not known".into());
    if name == "Engines" { Ok(()) } else { Err(unknown) }
}

fn even(age: u8) -> Result<(), ValidationError> {
    if age.is_multiple_of(2) { Ok(()) } else { Err(ValidationError::new("odd")) }
}

fn of_age(member: &Member) -> Result<(), ValidationError> {
    if member.age >= 18 { Ok(()) } else { Err(ValidationError::new("minor")) }
}

#[derive(Serialize, Deserialize, JsonSchema, garde::Validate)]
#[garde(transparent)]
struct Code(#[garde(custom(capitalised))] String);

/// An error of the wizard's own.
struct Taken {
    name: String,
}

impl From<Taken> for Rejection {
    fn from(taken: Taken) -> Self {
        format!("`{}` is taken.", taken.name).into()
    }
}

struct Rules {
    state: Vec<String>,
}

#[wizard(state = Vec<String>)]
impl Rules {
    #[step]
    fn person(&mut self, person: Person) -> Result<(), Taken> {
        if person.name == "Root" { Err(Taken { name: person.name }) } else { Ok(()) }
    }

    #[step]
    fn team(&mut self, _team: Team) -> Result<(), FieldErrors> {
        Ok(())
    }

    #[step]
    fn code(&mut self, code: Code) -> Result<(), &'static str> {
        if code.0 == "Abc" { Err("Too easy.") } else { Ok(()) }
    }
}

fn rules() -> Definition {
    Rules::definition(|state| Rules { state }).unwrap()
}

fn ada(street: &str) -> Person {
    Person { name: "Ada".to_owned(), addresses: vec![Address { street: street.to_owned() }] }
}

fn team(name: &str, ages: [u8; 2]) -> Team {
    let members = ages.map(|age| Member { name: "Ada".to_owned(), age }).into();
    Team { team: name.to_owned(), members }
}

/// Where the errors of the last answer are, in the form, and of which kind they are.
fn places(visit: &Visit) -> Vec<String> {
    let errors = visit.last.errors.iter();
    errors
        .map(|error| format!("{}{} {}", error.field.as_deref().unwrap_or("-"), error.path, error.code))
        .collect()
}

#[test]
fn rules_of_garde_are_kept() {
    let mut visit = Visit::begin(&rules());
    visit.answer(Rules::PERSON, Person { name: "ada".to_owned(), ..ada("main") });
    assert_eq!(places(&visit), ["name invalid", "addresses/0/street invalid"]);
    assert_eq!(visit.errors()[0], "name: has no capital");
    visit.answer(Rules::PERSON, ada("Main"));
    assert_eq!(visit.stage(), "team");
}

#[test]
fn rules_that_a_schema_can_hold_are_in_the_schema() {
    let mut visit = Visit::begin(&rules());
    let schema = visit.last.view.schema.clone().unwrap();
    assert_eq!(schema["properties"]["name"]["minLength"], 2);
    visit.answer(Rules::PERSON, Person { name: "A".to_owned(), ..ada("Main") });
    assert_eq!(places(&visit), ["name minLength"]);
}

#[test]
fn rules_of_validator_are_kept() {
    let mut visit = Visit::begin(&rules());
    visit.answer(Rules::PERSON, ada("Main")).answer(Rules::TEAM, team("A", [20, 13]));
    assert_eq!(places(&visit), ["team unknown", "members/1/age odd"]);
    assert_eq!(visit.errors()[0], "team: is not known");
    visit.answer(Rules::TEAM, team("Engines", [20, 12]));
    assert_eq!(places(&visit), ["members/1 minor"]);
    visit.answer(Rules::TEAM, team("Engines", [18, 20]));
    assert_eq!(visit.stage(), "code");
}

#[test]
fn rules_of_the_only_field_are_at_that_field() {
    let mut visit = Visit::begin(&rules());
    visit.answer(Rules::PERSON, ada("Main")).answer(Rules::TEAM, team("Engines", [18, 20]));
    visit.answer(Rules::CODE, Code("abc".to_owned()));
    assert_eq!(places(&visit), ["code invalid"]);
    visit.answer(Rules::CODE, Code("Abc".to_owned()));
    assert_eq!(visit.errors(), ["Too easy."]);
}

#[test]
fn errors_of_ones_own_are_shown() {
    let mut visit = Visit::begin(&rules());
    visit.answer(Rules::PERSON, Person { name: "Root".to_owned(), addresses: vec![] });
    assert_eq!(visit.errors(), ["`Root` is taken."]);
}
