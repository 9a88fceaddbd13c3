//! Typed wizards, written by hand.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stepflow_wizard::typed::{self, Wizard};
use stepflow_wizard::{
    AnswerModel, Blueprint, Command, Definition, DefinitionErrors, FieldError, Flow, Kind, Map, Rejection,
    Stage, StageKind, SubflowCall, Transition, Way,
};

use crate::kit::{Session, env, map};

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Registration {
    name: String,
    plan: String,
    vat: Option<String>,
    nights: u64,
    seen: Vec<String>,
}

struct RegistrationWizard {
    state: Registration,
    taken: &'static str,
}

fn text(answer: &Map, field: &str) -> Result<String, Rejection> {
    let value = answer.get(field).and_then(Value::as_str);
    value.map(str::to_owned).ok_or_else(|| FieldError::new(field, "type", "Must be a text.").into())
}

impl Wizard for RegistrationWizard {
    type State = Registration;

    fn blueprint() -> Result<Blueprint, DefinitionErrors> {
        let stages = vec![
            Stage::new("account").to("plan"),
            Stage { can_skip: true, ..Stage::new("plan") }
                .transition(Transition::to("company").key("Pro"))
                .transition(Transition::to("stay").key("Free")),
            Stage::new("company").to("stay"),
            Stage { kind: StageKind::Subflow(SubflowCall::new("stay")), ..Stage::new("stay") }.to("END"),
            Stage::end("END"),
        ];
        let lodging = Flow {
            answers: AnswerModel::PerStage,
            behaviour: Some(typed::behaviour(|state| StayWizard { state })),
            ..Flow::new("stay", vec![Stage::new("nights").to("END"), Stage::end("END")])
        };
        let flow = Flow { answers: AnswerModel::PerStage, ..Flow::new("registration", stages) };
        Ok(Blueprint::new(flow.subflow(lodging)))
    }

    fn state(&self) -> &Registration {
        &self.state
    }

    fn relevant(&self, stage: &str) -> bool {
        stage != "company" || self.state.name != "Nobody"
    }

    fn enter(&mut self, stage: &str) {
        self.state.seen.push(stage.to_owned());
    }

    fn take(&mut self, stage: &str, answer: &Map) -> Result<Way, Rejection> {
        match stage {
            "account" => {
                self.state.name = text(answer, "name")?;
                if self.state.name == self.taken {
                    return Err(FieldError::new("name", "taken", "This name is taken.").into());
                }
                Ok(Way::to("plan"))
            }
            "plan" => {
                self.state.plan = text(answer, "plan")?;
                Ok(if self.state.plan == "pro" {
                    Way::to("company").by("Pro")
                } else {
                    Way::to("stay").by("Free")
                })
            }
            "company" => {
                self.state.vat = Some(text(answer, "vat")?);
                Ok(Way::to("stay"))
            }
            _ => {
                self.state.nights = answer.get("nights").and_then(Value::as_u64).unwrap_or_default();
                Ok(Way::to("END"))
            }
        }
    }

    fn skip(&mut self, _stage: &str) -> Result<Way, Rejection> {
        Ok(Way::to("stay"))
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Stay {
    nights: u64,
}

struct StayWizard {
    state: Stay,
}

impl Wizard for StayWizard {
    type State = Stay;

    fn blueprint() -> Result<Blueprint, DefinitionErrors> {
        Ok(Blueprint::new(Flow::new("stay", Vec::new())))
    }

    fn state(&self) -> &Stay {
        &self.state
    }

    fn take(&mut self, _stage: &str, answer: &Map) -> Result<Way, Rejection> {
        self.state.nights = answer.get("nights").and_then(Value::as_u64).ok_or("Say how many.")?;
        Ok(Way::to("END"))
    }
}

fn session() -> Session {
    Session::begin(&typed::definition(|state| RegistrationWizard { state, taken: "root" }).unwrap())
}

fn folded(session: &Session) -> Registration {
    session.definition.fold(&session.state, &session.env()).unwrap()
}

#[test]
fn the_state_is_folded_over_the_answers() {
    let mut session = session();
    session.submit(json!({ "name": "Ada" }));
    session.submit(json!({ "plan": "pro" }));
    assert_eq!(session.state.stage(), "company");
    session.submit(json!({ "vat": "X1" }));
    assert_eq!((session.state.flow(), session.state.stage()), ("stay", "nights"));
    assert_eq!(session.submit(json!({ "nights": 3 })).kind, Kind::Completed);
    let registration = folded(&session);
    assert_eq!((registration.vat.as_deref(), registration.nights), (Some("X1"), 3));
    assert_eq!(registration.seen, ["account", "plan", "company", "stay"]);
}

#[test]
fn a_changed_branch_leaves_nothing_behind() {
    let mut session = session();
    session.submit(json!({ "name": "Ada" }));
    session.submit(json!({ "plan": "pro" }));
    session.submit(json!({ "vat": "X1" }));
    session.go_to("plan");
    session.submit(json!({ "plan": "free" }));
    session.submit(json!({ "nights": 1 }));
    assert_eq!(folded(&session).vat, None);
}

#[test]
fn a_step_that_refuses_an_answer_says_why_and_keeps_it_to_be_mended() {
    let mut session = session();
    let outcome = session.submit(json!({ "name": "root" }));
    assert_eq!(outcome.kind, Kind::Invalid);
    assert_eq!(outcome.errors[0].to_string(), "name: This name is taken.");
    assert_eq!(outcome.view.values, map(json!({ "name": "root" })));
    assert_eq!(
        folded(&session),
        Registration { seen: vec!["account".to_owned()], ..Registration::default() }
    );
}

#[test]
fn an_answer_is_replaced_as_a_whole() {
    let mut session = session();
    session.submit(json!({ "name": "Ada", "nick": "A" }));
    session.back();
    session.submit(json!({ "name": "Ada" }));
    assert_eq!(session.state.page("account").unwrap().answers(), &map(json!({ "name": "Ada" })));
}

#[test]
fn a_skipped_step_and_one_that_does_not_apply_lead_where_the_code_says() {
    let mut session = session();
    session.submit(json!({ "name": "Ada" }));
    session.skip();
    assert_eq!(session.state.stage(), "nights");

    let mut session = self::session();
    session.submit(json!({ "name": "Nobody" }));
    session.submit(json!({ "plan": "pro" }));
    assert_eq!(session.state.stage(), "nights");
    assert_eq!(session.back().view.stage.as_ref(), "plan", "a step that is a flow is gone back past");
}

#[test]
fn going_back_from_after_a_flow_and_changing_it() {
    let mut session = session();
    session.submit(json!({ "name": "Ada" }));
    session.submit(json!({ "plan": "free" }));
    session.submit(json!({ "nights": 3 }));
    assert_eq!(session.back().view.stage.as_ref(), "plan");
    let outcome = session.submit(json!({ "plan": "free" }));
    assert_eq!(outcome.view.values, map(json!({ "nights": 3 })));
    session.submit(json!({ "nights": 5 }));
    assert_eq!(folded(&session).nights, 5);
}

#[test]
fn initial_fields_are_put_on_top_of_the_default_state() {
    let definition: Definition = typed::definition(|state| RegistrationWizard { state, taken: "" }).unwrap();
    let mut session = Session::begin_with(&definition, json!({ "plan": "gift" }));
    session.submit(json!({ "name": "Ada" }));
    session.skip();
    assert_eq!(folded(&session).plan, "gift");
    assert!(definition.begin_with(map(json!({ "nights": "many" })), &env(0)).is_err());
    let _ = Command::Done;
}
