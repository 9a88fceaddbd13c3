//! Routes, going back, another answer, and what is left of a branch that is no longer taken: nothing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use stepflow_wizard::{Command, Definition, EventKind, FieldError, Kind, wizard};

use super::Visit;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) email: String,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) enum Plan {
    #[default]
    Free,
    Team,
    Enterprise,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Company {
    pub(super) company: String,
    pub(super) seats: u32,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) enum Letter {
    Weekly,
    #[default]
    Never,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Registration {
    pub(super) name: String,
    pub(super) plan: Plan,
    pub(super) company: Option<Company>,
    pub(super) letter: Letter,
    pub(super) price: u32,
}

pub(super) struct RegistrationWizard {
    state: Registration,
    /// A service: what a seat costs.
    seat: u32,
}

#[wizard(state = Registration, name = "registration", version = 2)]
impl RegistrationWizard {
    /// Who are you?
    #[step(title = "Your account", suggestions = ["Ada"], sensitive = ["email"])]
    pub(super) fn account(&mut self, account: Account) -> Result<(), FieldError> {
        if !account.email.contains('@') {
            return Err(FieldError::new("email", "address", "Not an address."));
        }
        self.state.name = account.name;
        Ok(())
    }

    /// Which plan, {{ name }}?
    #[step(help = "Free is free.", routes = {
        Plan::Free => letter,
        key = "paid", Plan::Team | Plan::Enterprise => company,
    })]
    pub(super) fn plan(&mut self, plan: Plan) -> Plan {
        self.state.plan = plan;
        plan
    }

    #[step]
    pub(super) fn company(&mut self, company: Company) {
        self.state.price = self.price(company.seats);
        self.state.company = Some(company);
    }

    #[step(can_skip, skip_default = Letter::Never)]
    pub(super) fn letter(&mut self, letter: Letter) {
        self.state.letter = letter;
    }

    /// {{ name }} pays {{ price }}.
    #[step(can_go_back = true)]
    pub(super) fn summary(&self) {}

    fn price(&self, seats: u32) -> u32 {
        self.seat * seats
    }
}

pub(super) fn registration() -> Definition {
    RegistrationWizard::definition(|state| RegistrationWizard { state, seat: 9 }).unwrap()
}

pub(super) fn ada() -> Account {
    Account { name: "Ada".to_owned(), email: "ada@example.org".to_owned() }
}

pub(super) fn engines() -> Company {
    Company { company: "Engines".to_owned(), seats: 12 }
}

#[test]
fn a_whole_visit() {
    let mut visit = Visit::begin(&registration());
    assert_eq!(visit.last.view.title.as_ref(), "Your account");
    assert_eq!(visit.last.view.prompt.as_ref(), "Who are you?");
    assert_eq!(visit.last.view.suggestions.len(), 1);
    assert!(!visit.last.view.can_go_back);

    visit.answer(RegistrationWizard::ACCOUNT, ada());
    assert_eq!((visit.kind(), visit.stage()), (Kind::Moved, "plan"));
    assert_eq!(visit.last.view.prompt.as_ref(), "Which plan, Ada?");
    assert_eq!(visit.last.view.help.as_deref(), Some("Free is free."));
    assert_eq!(visit.last.view.title.as_ref(), "Plan");

    visit.answer(RegistrationWizard::PLAN, Plan::Team).answer(RegistrationWizard::COMPANY, engines());
    assert_eq!(visit.stage(), "letter");
    visit.answer(RegistrationWizard::LETTER, Letter::Weekly);
    assert_eq!(visit.last.view.prompt.as_ref(), "Ada pays 108.");
    visit.read_on();

    assert_eq!(visit.kind(), Kind::Completed);
    assert!(visit.last.events.iter().any(|event| event.kind == EventKind::Completed));
    let expected = Registration {
        name: "Ada".to_owned(),
        plan: Plan::Team,
        company: Some(engines()),
        letter: Letter::Weekly,
        price: 108,
    };
    assert_eq!(visit.state::<Registration>(), expected);
}

#[test]
fn another_branch_leaves_nothing_of_the_first() {
    let mut visit = Visit::begin(&registration());
    visit.answer(RegistrationWizard::ACCOUNT, ada());
    visit.answer(RegistrationWizard::PLAN, Plan::Team).answer(RegistrationWizard::COMPANY, engines());
    assert_eq!(visit.state::<Registration>().price, 108);

    visit.back().back();
    assert_eq!(visit.stage(), "plan");
    assert_eq!(visit.last.view.values["plan"], "Team");
    visit.answer(RegistrationWizard::PLAN, Plan::Free);
    assert_eq!(visit.stage(), "letter");
    let state: Registration = visit.state();
    assert_eq!((state.price, state.company, state.plan), (0, None, Plan::Free));

    // The answer waits for the case that the branch is taken again.
    assert_eq!(visit.last.state.answer(RegistrationWizard::COMPANY).unwrap(), Some(engines()));
    visit.back().answer(RegistrationWizard::PLAN, Plan::Enterprise);
    assert_eq!(visit.state::<Registration>().price, 108);
}

#[test]
fn a_changed_answer_counts_from_where_it_was_given() {
    let mut visit = Visit::begin(&registration());
    visit.answer(RegistrationWizard::ACCOUNT, ada());
    visit.answer(RegistrationWizard::PLAN, Plan::Team).answer(RegistrationWizard::COMPANY, engines());
    visit.go_to(RegistrationWizard::ACCOUNT);
    assert_eq!(visit.last.view.values["name"], "Ada");

    let grace = Account { name: "Grace".to_owned(), ..ada() };
    visit.answer(RegistrationWizard::ACCOUNT, grace);
    let state: Registration = visit.state();
    assert_eq!((state.name.as_str(), state.price), ("Grace", 108));
}

#[test]
fn a_step_may_refuse_an_answer() {
    let mut visit = Visit::begin(&registration());
    visit.answer(RegistrationWizard::ACCOUNT, Account { email: "ada".to_owned(), ..ada() });
    assert_eq!(visit.kind(), Kind::Invalid);
    assert_eq!(visit.errors(), ["email: Not an address."]);
    assert_eq!(visit.stage(), "account");
    assert_eq!(visit.state::<Registration>(), Registration::default());
    // What was typed is still there, and no answer.
    assert_eq!(visit.last.view.values["name"], "Ada");
    assert_eq!(visit.last.state.answer(RegistrationWizard::ACCOUNT).unwrap(), None);
}

#[test]
fn progress_and_roadmap_follow_the_way() {
    let mut visit = Visit::begin(&registration());
    assert_eq!(visit.roadmap(), "*account plan company letter summary");
    let mut progress = visit.last.view.progress;
    assert_eq!(progress, 0.0);

    visit.answer(RegistrationWizard::ACCOUNT, ada()).answer(RegistrationWizard::PLAN, Plan::Free);
    assert_eq!(visit.roadmap(), "+account +plan -company *letter summary");
    assert!(visit.last.view.progress > progress);
    progress = visit.last.view.progress;

    visit.skip();
    assert_eq!(visit.roadmap(), "+account +plan -company ~letter *summary");
    assert!(visit.last.view.progress > progress);
    visit.read_on();
    assert_eq!(visit.last.view.progress, 1.0);
}

#[test]
fn a_skipped_step_has_its_default_for_an_answer_whatever_was_said_before() {
    let mut visit = Visit::begin(&registration());
    visit.answer(RegistrationWizard::ACCOUNT, ada()).answer(RegistrationWizard::PLAN, Plan::Free);
    visit.answer(RegistrationWizard::LETTER, Letter::Weekly);
    assert_eq!(visit.state::<Registration>().letter, Letter::Weekly);

    visit.back().skip();
    assert_eq!((visit.kind(), visit.stage()), (Kind::Moved, "summary"));
    assert_eq!(visit.state::<Registration>().letter, Letter::Never);
    assert_eq!(visit.last.state.answer(RegistrationWizard::LETTER).unwrap(), Some(Letter::Never));

    // An answer that is given after all counts again.
    visit.back().answer(RegistrationWizard::LETTER, Letter::Weekly);
    assert_eq!(visit.state::<Registration>().letter, Letter::Weekly);
}

#[test]
fn the_graph_shows_every_way() {
    let graph = RegistrationWizard::graph().unwrap();
    let keys: Vec<_> = graph.edges.iter().filter_map(|edge| edge.route_key.as_deref()).collect();
    assert_eq!(keys, ["Free", "paid"]);
    assert_eq!(graph.nodes.len(), 6);
    assert_eq!(graph, registration().graph());
    assert!(registration().warnings().is_empty(), "{:?}", registration().warnings());
}

#[test]
fn the_definition_says_what_the_block_says() {
    let wizard = registration();
    assert_eq!((wizard.name(), wizard.version()), ("registration", "2"));
    let account = wizard.stage("", "account").unwrap();
    assert!(account.sensitive.contains("email"));
    assert_eq!(RegistrationWizard::ACCOUNT.name(), "account");
    // Steps stay methods, and helpers are left alone.
    let mut plain = RegistrationWizard { state: Registration::default(), seat: 2 };
    plain.company(engines());
    assert_eq!((plain.state.price, plain.price(1)), (24, 2));
}

#[test]
fn restart_and_cancel_work_as_for_any_wizard() {
    let mut visit = Visit::begin(&registration());
    visit.answer(RegistrationWizard::ACCOUNT, ada()).tell(Command::Restart);
    assert_eq!(visit.stage(), "account");
    assert_eq!(visit.state::<Registration>(), Registration::default());
    visit.tell(Command::Cancel);
    assert_eq!(visit.kind(), Kind::Cancelled);
}

#[test]
fn fields_nobody_asked_for_do_not_come_in() {
    let mut visit = Visit::begin(&registration());
    visit.submit(json!({ "name": "Ada", "email": "a@b", "price": 0, "plan": "Team" }));
    assert_eq!(visit.state::<Registration>().plan, Plan::Free);
}
