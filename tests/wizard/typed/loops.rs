//! Ways back.

use serde::{Deserialize, Serialize};
use stepflow_wizard::{Definition, Kind, wizard};

use super::Visit;

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Guess {
    low: u32,
    number: u32,
    asked: u32,
}

struct GuessWizard {
    state: Guess,
}

#[wizard(state = Guess, loops)]
impl GuessWizard {
    #[step]
    fn low(&mut self, low: u32) {
        self.state.low = low;
    }

    #[step]
    fn number(&mut self, number: u32) {
        self.state.number = number;
        self.state.asked += 1;
    }

    #[step(routes = { "yes" => END, "no" => number, key = "lost", _ => low })]
    fn sure(&mut self, sure: String) -> String {
        sure
    }
}

fn guess() -> Definition {
    GuessWizard::definition(|state| GuessWizard { state }).unwrap()
}

#[test]
fn a_way_back_asks_again_from_there_with_the_old_answers() {
    let mut visit = Visit::begin(&guess());
    visit.answer(GuessWizard::LOW, 1).answer(GuessWizard::NUMBER, 7);
    visit.answer(GuessWizard::SURE, "no".to_owned());
    assert_eq!((visit.kind(), visit.stage()), (Kind::Moved, "number"));
    assert_eq!(visit.last.view.values["number"], 7);

    visit.answer(GuessWizard::NUMBER, 8);
    assert_eq!(visit.stage(), "sure");
    visit.answer(GuessWizard::SURE, "yes".to_owned());
    assert_eq!(visit.kind(), Kind::Completed);
    // The state is that of the last round: the answers are walked once.
    assert_eq!(visit.state::<Guess>(), Guess { low: 1, number: 8, asked: 1 });
}

#[test]
fn going_back_after_a_loop_goes_where_the_person_was() {
    let mut visit = Visit::begin(&guess());
    visit.answer(GuessWizard::LOW, 1).answer(GuessWizard::NUMBER, 7);
    visit.answer(GuessWizard::SURE, "no".to_owned());
    visit.back();
    assert_eq!(visit.stage(), "sure");
}

#[test]
fn a_text_that_no_route_names_takes_the_last_one() {
    let mut visit = Visit::begin(&guess());
    visit.answer(GuessWizard::LOW, 1).answer(GuessWizard::NUMBER, 7);
    visit.answer(GuessWizard::SURE, "perhaps".to_owned());
    assert_eq!(visit.stage(), "low");
}
