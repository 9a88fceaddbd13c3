//! Steps that are not for everybody: `when`, `can_skip`, `otherwise`, `auto_advance`; and what happens at their doors.

use serde::{Deserialize, Serialize};
use stepflow_wizard::{Definition, FieldError, Kind, wizard};

use super::Visit;

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Order {
    country: String,
    customs: Option<String>,
    express: bool,
    currency: String,
    price: u32,
}

impl Order {
    fn is_abroad(&self) -> bool {
        self.country != "BE"
    }

    fn prepare(&mut self) {
        self.currency = if self.is_abroad() { "USD" } else { "EUR" }.to_owned();
    }

    fn check(&mut self) -> Result<(), FieldError> {
        if self.price == 0 {
            return Err(FieldError::new("price", "nothing", "It cannot be free."));
        }
        self.price *= 100;
        Ok(())
    }
}

struct OrderWizard {
    state: Order,
}

#[wizard(state = Order)]
impl OrderWizard {
    #[step(routes = { "NL" => neighbour, key = "other", _ => customs })]
    fn country(&mut self, country: String) -> String {
        self.state.country = country.clone();
        country
    }

    #[step(when = Order::is_abroad, next = price)]
    fn customs(&mut self, number: String) {
        self.state.customs = Some(number);
    }

    /// Another branch: whoever passes `customs` over does not come here.
    #[step]
    fn neighbour(&mut self, _friendly: bool) {}

    /// The price in {{ currency }}?
    #[step(on_enter = Order::prepare, on_leave = Order::check)]
    fn price(&mut self, price: u32) {
        self.state.price = price;
    }

    #[step(can_skip, when = Order::is_abroad, otherwise = thanks, routes = { true => thanks, false => hurry })]
    fn express(&mut self, express: bool) -> bool {
        self.state.express = express;
        express
    }

    /// It will take its time.
    #[step(auto_advance)]
    fn hurry(&self) {}

    #[step]
    fn thanks(&self) {}
}

fn order() -> Definition {
    OrderWizard::definition(|state| OrderWizard { state }).unwrap()
}

#[test]
fn a_step_that_does_not_apply_leads_where_its_answer_would() {
    let mut visit = Visit::begin(&order());
    visit.answer(OrderWizard::COUNTRY, "BE".to_owned());
    assert_eq!(visit.stage(), "price");
    assert_eq!(visit.roadmap(), "+country -customs -neighbour *price express hurry thanks");
    assert_eq!(visit.state::<Order>().customs, None);
}

#[test]
fn a_step_that_applies_no_longer_keeps_its_answer_to_itself() {
    let mut visit = Visit::begin(&order());
    visit.answer(OrderWizard::COUNTRY, "US".to_owned()).answer(OrderWizard::CUSTOMS, "77".to_owned());
    assert_eq!(visit.state::<Order>().customs.as_deref(), Some("77"));
    visit.go_to(OrderWizard::COUNTRY).answer(OrderWizard::COUNTRY, "BE".to_owned());
    assert_eq!(visit.stage(), "price");
    assert_eq!(visit.state::<Order>().customs, None);
}

#[test]
fn the_state_is_prepared_when_the_walk_arrives() {
    for (country, currency) in [("BE", "EUR"), ("US", "USD")] {
        let mut visit = Visit::begin(&order());
        visit.answer(OrderWizard::COUNTRY, country.to_owned());
        if visit.stage() == "customs" {
            visit.answer(OrderWizard::CUSTOMS, "1".to_owned());
        }
        assert_eq!(visit.last.view.prompt.as_ref(), format!("The price in {currency}?"));
    }
}

#[test]
fn on_leave_may_keep_the_person() {
    let mut visit = Visit::begin(&order());
    visit.answer(OrderWizard::COUNTRY, "BE".to_owned()).answer(OrderWizard::PRICE, 0);
    assert_eq!((visit.kind(), visit.stage()), (Kind::Invalid, "price"));
    assert_eq!(visit.errors(), ["price: It cannot be free."]);
    visit.answer(OrderWizard::PRICE, 5);
    assert_eq!(visit.state::<Order>().price, 500);
    // Folding again does not add up.
    visit.back();
    assert_eq!(visit.state::<Order>().price, 500);
}

#[test]
fn without_an_answer_the_routes_give_way_to_otherwise() {
    // Passed over, for it does not apply.
    let mut visit = Visit::begin(&order());
    visit.answer(OrderWizard::COUNTRY, "BE".to_owned()).answer(OrderWizard::PRICE, 5);
    assert_eq!(visit.stage(), "thanks");

    // Skipped by the person.
    let mut visit = Visit::begin(&order());
    visit.answer(OrderWizard::COUNTRY, "US".to_owned()).answer(OrderWizard::CUSTOMS, "1".to_owned());
    visit.answer(OrderWizard::PRICE, 5).skip();
    assert_eq!(visit.stage(), "thanks");
    assert!(!visit.state::<Order>().express);

    // Skipping takes back an answer that was given before.
    visit.back().answer(OrderWizard::EXPRESS, true);
    assert!(visit.state::<Order>().express);
    visit.back().skip();
    assert!(!visit.state::<Order>().express);
}

#[test]
fn a_page_that_does_not_stop_says_its_prompt() {
    let mut visit = Visit::begin(&order());
    visit.answer(OrderWizard::COUNTRY, "US".to_owned()).answer(OrderWizard::CUSTOMS, "1".to_owned());
    visit.answer(OrderWizard::PRICE, 5).answer(OrderWizard::EXPRESS, false);
    assert_eq!(visit.stage(), "thanks");
    assert_eq!(visit.last.messages, ["It will take its time."]);
    visit.back();
    assert_eq!(visit.stage(), "express");
}

#[test]
fn the_other_branch_is_still_a_branch() {
    let mut visit = Visit::begin(&order());
    visit.answer(OrderWizard::COUNTRY, "NL".to_owned());
    assert_eq!(visit.stage(), "neighbour");
}
