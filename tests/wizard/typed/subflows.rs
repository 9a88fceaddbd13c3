//! Wizards within wizards.

use serde::{Deserialize, Serialize};
use stepflow_wizard::{Definition, DefinitionCode, EventKind, Kind, wizard};

use super::Visit;

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Stay {
    place: String,
    nights: u8,
    breakfast: bool,
}

struct StayWizard {
    state: Stay,
}

#[wizard(state = Stay)]
impl StayWizard {
    /// How many nights in {{ place }}?
    #[step]
    fn nights(&mut self, nights: u8) {
        self.state.nights = nights;
    }

    #[step(can_skip)]
    fn breakfast(&mut self, breakfast: bool) {
        self.state.breakfast = breakfast;
    }
}

impl From<Stay> for StayWizard {
    fn from(state: Stay) -> Self {
        Self { state }
    }
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Trip {
    city: String,
    stay: Stay,
    nights: u8,
    insured: bool,
}

#[derive(Deserialize)]
struct Nights {
    #[serde(rename = "count")]
    nights: u8,
}

struct TripWizard {
    state: Trip,
}

#[wizard(state = Trip)]
impl TripWizard {
    #[step]
    fn city(&mut self, city: String) {
        self.state.city = city;
    }

    #[step(subflow(wizard = StayWizard, data = { city: place }), routes = { true => more, false => insurance })]
    fn stay(&mut self, stay: Stay) -> bool {
        self.state.stay = stay;
        self.state.stay.nights > 7
    }

    #[step(subflow(wizard = StayWizard, with = |state| StayWizard { state }, results = { nights: "count" }))]
    fn more(&mut self, more: Nights) {
        self.state.nights = more.nights;
    }

    #[step(subflow = Insurance, can_skip)]
    fn insurance(&mut self) {
        self.state.insured = true;
    }
}

struct Insurance {
    state: (),
}

#[wizard(state = ())]
impl Insurance {
    #[step]
    fn agreed(&mut self, agreed: bool) -> Result<(), &'static str> {
        if agreed { Ok(()) } else { Err("Then skip it.") }
    }
}

impl From<()> for Insurance {
    fn from(state: ()) -> Self {
        Self { state }
    }
}

fn trip() -> Definition {
    TripWizard::definition(|state| TripWizard { state }).unwrap()
}

#[test]
fn what_the_other_wizard_gives_is_the_answer() {
    let mut visit = Visit::begin(&trip());
    visit.answer(TripWizard::CITY, "Ghent".to_owned());
    assert_eq!((visit.last.state.flow(), visit.stage(), visit.last.state.depth()), ("stay", "nights", 1));
    assert_eq!(visit.last.view.prompt.as_ref(), "How many nights in Ghent?");
    assert!(visit.last.events.iter().any(|event| matches!(event.kind, EventKind::SubflowPushed { .. })));

    visit.answer(StayWizard::NIGHTS, 3).answer(StayWizard::BREAKFAST, true);
    assert_eq!((visit.last.state.flow(), visit.stage()), ("insurance", "agreed"));
    let stay = Stay { place: "Ghent".to_owned(), nights: 3, breakfast: true };
    assert_eq!(visit.state::<Trip>().stay, stay);
    assert_eq!(visit.last.state.answer(TripWizard::STAY).unwrap(), Some(stay));

    visit.answer(Insurance::AGREED, true);
    assert_eq!(visit.kind(), Kind::Completed);
    assert!(visit.state::<Trip>().insured);
}

#[test]
fn its_answer_chooses_the_way_and_results_are_mapped() {
    let mut visit = Visit::begin(&trip());
    visit.answer(TripWizard::CITY, "Ghent".to_owned());
    visit.answer(StayWizard::NIGHTS, 9).skip();
    assert_eq!((visit.last.state.flow(), visit.stage()), ("more", "nights"));
    visit.answer(StayWizard::NIGHTS, 4).skip();
    assert_eq!(visit.last.state.flow(), "insurance");
    assert_eq!(visit.state::<Trip>().nights, 4);
}

#[test]
fn back_from_its_first_step_leaves_it() {
    let mut visit = Visit::begin(&trip());
    visit.answer(TripWizard::CITY, "Ghent".to_owned());
    visit.answer(StayWizard::NIGHTS, 3).back().back();
    assert_eq!((visit.last.state.flow(), visit.stage()), ("", "city"));
    visit.answer(TripWizard::CITY, "Bruges".to_owned());
    assert_eq!(visit.last.view.prompt.as_ref(), "How many nights in Bruges?");
}

#[test]
fn its_steps_refuse_answers_like_any_other() {
    let mut visit = Visit::begin(&trip());
    visit.answer(TripWizard::CITY, "Ghent".to_owned());
    visit.answer(StayWizard::NIGHTS, 3).skip().answer(Insurance::AGREED, false);
    assert_eq!(visit.errors(), ["Then skip it."]);
}

#[test]
fn the_graph_has_the_steps_of_all() {
    let graph = TripWizard::graph().unwrap();
    assert_eq!(graph.nodes.len(), 5 + 3 + 3 + 2);
}

/// A wizard that walks itself, by way of another.
struct Here {
    state: (),
}

#[wizard(state = ())]
impl Here {
    #[step(subflow = There)]
    fn there(&mut self) {}
}

impl From<()> for Here {
    fn from(state: ()) -> Self {
        Self { state }
    }
}

struct There {
    state: (),
}

#[wizard(state = ())]
impl There {
    #[step(subflow = Here)]
    fn here(&mut self) {}
}

impl From<()> for There {
    fn from(state: ()) -> Self {
        Self { state }
    }
}

#[test]
fn a_circle_of_wizards_is_refused() {
    let errors = Here::definition(Here::from).unwrap_err();
    assert_eq!(errors.errors[0].code, DefinitionCode::SubflowCycle, "{errors}");
}
