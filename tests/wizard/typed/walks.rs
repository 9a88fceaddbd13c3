//! Whatever somebody does: the typed state is that of the answers on the way, and nothing else.

use proptest::prelude::*;
use stepflow_wizard::{Command, Kind, StageHandle, State};

use super::branches::{
    Account, Company, Letter, Plan, Registration, RegistrationWizard, ada, engines, registration,
};
use super::{Visit, env};

/// One thing that a person may do.
#[derive(Debug, Clone)]
enum Deed {
    Account(bool),
    Plan(Plan),
    Company(u32),
    Letter(Letter),
    Back,
    Skip,
    ReadOn,
    Restart,
    GoTo(&'static str),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        any::<bool>().prop_map(Deed::Account),
        prop_oneof![Just(Plan::Free), Just(Plan::Team), Just(Plan::Enterprise)].prop_map(Deed::Plan),
        (0..50_u32).prop_map(Deed::Company),
        prop_oneof![Just(Letter::Weekly), Just(Letter::Never)].prop_map(Deed::Letter),
        Just(Deed::Back),
        Just(Deed::Skip),
        Just(Deed::ReadOn),
        Just(Deed::Restart),
        prop_oneof![Just("account"), Just("plan"), Just("company"), Just("letter"), Just("summary")]
            .prop_map(Deed::GoTo),
    ]
}

fn command(deed: &Deed) -> Command {
    fn submit<A: serde::Serialize>(step: StageHandle<A>, answer: A) -> Command {
        step.submit(&answer).unwrap()
    }
    match *deed {
        Deed::Account(sound) => {
            let email = if sound { "ada@example.org" } else { "ada" };
            submit(RegistrationWizard::ACCOUNT, Account { email: email.to_owned(), ..ada() })
        }
        Deed::Plan(plan) => submit(RegistrationWizard::PLAN, plan),
        Deed::Company(seats) => submit(RegistrationWizard::COMPANY, Company { seats, ..engines() }),
        Deed::Letter(letter) => submit(RegistrationWizard::LETTER, letter),
        Deed::Back => Command::back(),
        Deed::Skip => Command::Skip,
        Deed::ReadOn => Command::submit(stepflow_wizard::Map::new()),
        Deed::Restart => Command::Restart,
        Deed::GoTo(stage) => Command::GoTo(stage.into()),
    }
}

/// What a person would write down who reads the answers from the top.
fn read_from_the_top(state: &State) -> Registration {
    let mut registration = Registration::default();
    let Ok(Some(account)) = state.answer(RegistrationWizard::ACCOUNT) else { return registration };
    registration.name = account.name;
    let Ok(Some(plan)) = state.answer(RegistrationWizard::PLAN) else { return registration };
    registration.plan = plan;
    if plan != Plan::Free {
        let Ok(Some(company)) = state.answer(RegistrationWizard::COMPANY) else { return registration };
        registration.price = 9 * company.seats;
        registration.company = Some(company);
    }
    let Ok(Some(letter)) = state.answer(RegistrationWizard::LETTER) else { return registration };
    registration.letter = letter;
    registration
}

proptest! {
    #[test]
    fn the_state_is_that_of_the_answers_on_the_way(deeds in proptest::collection::vec(deed(), 0..30)) {
        let wizard = registration();
        let mut state = Visit::begin(&wizard).last.state;
        for deed in &deeds {
            // A refused call gives the state back, unchanged.
            let before = state.to_json().unwrap();
            state = match stepflow_wizard::advance(&wizard, state, command(deed), &env()) {
                Ok(outcome) => {
                    prop_assert!(outcome.kind != Kind::Completed || outcome.state.is_completed());
                    outcome.state
                }
                Err(refused) => {
                    prop_assert_eq!(refused.state.to_json().unwrap(), before);
                    refused.state
                }
            };
            let folded: Registration = wizard.fold(&state, &env()).unwrap();
            prop_assert_eq!(folded, read_from_the_top(&state));
        }
    }
}
