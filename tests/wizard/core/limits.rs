//! How much is allowed.

use serde_json::{Value, json};
use stepflow_wizard::{
    Blueprint, Call, Command, Extracted, Flow, Input, Limit, Limits, Settings, Stage, WizardError,
};

use crate::kit::{Session, map};

fn session(limits: Limits) -> Session {
    let stages = vec![Stage::new("a").to("b"), Stage::new("b").to("a")];
    let settings = Settings { limits, ..Settings::default() };
    Session::with(Blueprint { settings, ..Blueprint::new(Flow::new("wizard", stages)) })
}

fn deep(levels: usize) -> Value {
    (1..levels).fold(json!(1), |inner, _| json!([inner]))
}

#[test]
fn what_is_too_large_is_refused_with_the_name_of_the_limit() {
    let mut session = session(Limits { items: 1, ..Limits::default() });
    let many: stepflow_wizard::Map = (0..201).map(|key| (format!("k{key}"), json!(1))).collect();
    let submit = |value| Command::Submit(Input::Map(map(value)));
    let cases: Vec<(Limit, Call)> = vec![
        (Limit::InputKeys, Command::Submit(Input::Map(many)).into()),
        (Limit::InputBytes, submit(json!({ "x": "y".repeat(65 * 1024) })).into()),
        (Limit::InputDepth, submit(json!({ "x": deep(9) })).into()),
        (Limit::Word, submit(json!({ "k".repeat(300): 1 })).into()),
        (Limit::Word, Command::GoTo("s".repeat(300).into()).into()),
        (Limit::Word, Call::from(Command::Skip).with_id("i".repeat(300))),
        (Limit::Text, Command::Submit(Input::Text("t".repeat(9000))).into()),
        (Limit::InputDepth, Command::SaveDraft(map(json!({ "x": deep(9) }))).into()),
        (
            Limit::InputBytes,
            Command::Submit(Input::Extracted(Box::new(Extracted::new([("x", "y".repeat(65 * 1024))], 1.0))))
                .into(),
        ),
    ];
    for (expected, call) in cases {
        let error = session.refused(call);
        let WizardError::LimitExceeded { limit, .. } = error else { panic!("{error}") };
        assert_eq!(limit, expected);
    }
    assert_eq!(session.submit(json!({ "x": deep(7) })).view.stage.as_ref(), "b");
}

#[test]
fn all_answers_together_are_limited() {
    let mut session = session(Limits { answer_bytes: 1000, ..Limits::default() });
    session.submit(json!({ "x": "y".repeat(600) }));
    let error = session.refused(Command::submit([("z", "y".repeat(600))]));
    assert!(matches!(error, WizardError::LimitExceeded { limit: Limit::Answers, .. }));
}

#[test]
fn history_log_and_ids_forget_the_oldest() {
    let mut session = session(Limits { history: 5, log: 3, commands: 2, ..Limits::default() });
    for index in 0..20 {
        session.call(Call::from(Command::submit([("x", index)])).with_id(format!("call {index}")));
    }
    assert_eq!(session.history().len(), 5);
    assert_eq!(session.state.log().len(), 3);
    let repeated = session.call(Call::from(Command::Skip).with_id("call 19"));
    assert_eq!(repeated.kind, stepflow_wizard::Kind::Repeated);
    assert!(session.state.to_json().unwrap().len() < 2500);
}
