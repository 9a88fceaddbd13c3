//! What is wrong with a definition, and what is doubtful.

use serde_json::json;
use stepflow_wizard::{
    Blueprint, ChangedDefinition, Command, Corrupt, Definition, DefinitionCode, Difference, Flow, Settings,
    Stage, State, SubflowCall, Task, Transition, WarningCode, WizardError, advance,
};

use crate::kit::{Session, asks, env, when};

fn errors(stages: Vec<Stage>) -> Vec<(String, DefinitionCode)> {
    let errors = Definition::new(Blueprint::new(Flow::new("wizard", stages))).unwrap_err();
    errors.errors.into_iter().map(|error| (error.path, error.code)).collect()
}

#[test]
fn every_mistake_has_its_place() {
    let call = SubflowCall::new("nowhere").returning_to("lost");
    let stages = vec![
        Stage { start: true, ..Stage::new("a") }.to("b").to("c"),
        Stage { start: true, tasks: vec![Task::new("t"), Task::new("t")], ..Stage::new("b") }
            .transition(Transition::into_subflow(call)),
        Stage::new("b").schema(json!("no schema")),
        Stage::new("_hidden"),
        Stage::end("end").to("a"),
    ];
    let found = errors(stages);
    let expected = [
        ("stages", DefinitionCode::SeveralStarts),
        ("stages[2].name", DefinitionCode::Duplicate),
        ("stages[0].transitions[1].target", DefinitionCode::UnknownStage),
        ("stages[1].tasks[1].id", DefinitionCode::Duplicate),
        ("stages[1].transitions[0].subflow.network", DefinitionCode::UnknownSubflow),
        ("stages[1].transitions[0].subflow.return_stage", DefinitionCode::UnknownStage),
        ("stages[2].schema", DefinitionCode::InvalidSchema),
        ("stages[3].name", DefinitionCode::InvalidName),
        ("stages[4].transitions", DefinitionCode::EndWithTransitions),
    ];
    for (path, code) in expected {
        assert!(found.contains(&(path.to_owned(), code)), "{path} {code:?} is not among {found:?}");
    }
    assert_eq!(found.len(), expected.len());
    assert_eq!(errors(Vec::new())[0].1, DefinitionCode::Missing);
}

#[test]
fn sub_flow_names_stay_where_they_are() {
    let flow = Flow::new("wizard", vec![Stage::end("done")])
        .subflow(Flow::new("../other", vec![Stage::end("done")]));
    let errors = Definition::new(Blueprint::new(flow)).unwrap_err().errors;
    assert_eq!(errors[0].code, DefinitionCode::InvalidName);
}

#[test]
fn a_flow_without_a_marked_start_begins_at_the_first_stage() {
    let stages = vec![Stage::new("a").prompt("?").to("done"), Stage::end("done")];
    let definition = Definition::new(Blueprint::new(Flow::new("wizard", stages))).unwrap();
    assert_eq!(definition.start_stage(), "a");
    assert_eq!(definition.warnings()[0].code, WarningCode::ImplicitStart);
}

#[test]
fn doubts_are_told() {
    let stages = vec![
        Stage { start: true, ..asks("a", "age", "integer") }
            .prompt("Hello {name}")
            .transition(when("b", "data.get('aeg') > 3"))
            .transition(Transition::to("b").priority(5))
            .transition(Transition::to("c").priority(0)),
        asks("b", "b", "integer"),
        asks("c", "c", "integer").to("done").to("b"),
        asks("lost", "lost", "integer").to("done"),
        Stage::new("silent").to("done"),
        Stage::end("done"),
    ];
    let definition = Definition::new(Blueprint::new(Flow::new("wizard", stages))).unwrap();
    let codes: Vec<_> = definition.warnings().iter().map(|warning| warning.code).collect();
    for code in [
        WarningCode::SingleBraces,
        WarningCode::Reordered,
        WarningCode::DeadEnd,
        WarningCode::Shadowed,
        WarningCode::Unreachable,
        WarningCode::NothingToShow,
    ] {
        assert!(codes.contains(&code), "{code:?} is not among {:?}", definition.warnings());
    }
    let stages = vec![
        Stage { start: true, ..asks("a", "age", "integer") }
            .prompt("?")
            .transition(when("done", "data.get('aeg') > 3")),
        Stage::end("done"),
    ];
    let definition = Definition::new(Blueprint::new(Flow::new("wizard", stages))).unwrap();
    let [warning] = definition.warnings() else { panic!("{:?}", definition.warnings()) };
    assert_eq!(warning.code, WarningCode::NobodySets);
    assert!(warning.message.ends_with("did you mean `age`?"), "{warning}");
}

#[test]
fn texts_do_not_change_the_fingerprint_and_ways_do() {
    let base = || vec![asks("a", "a", "integer").to("b"), Stage::new("b").to("done"), Stage::end("done")];
    let print = |stages| Definition::new(Blueprint::new(Flow::new("wizard", stages))).unwrap().fingerprint();
    let mut texts = base();
    texts[0].prompt = "Now with a prompt".into();
    texts[1].label = Some("B".into());
    texts[0].schema = Some(std::sync::Arc::new(json!({
        "type": "object", "properties": { "a": { "type": "integer", "description": "more" } }, "required": ["a"],
    })));
    assert_eq!(print(base()), print(texts));
    let mut ways = base();
    ways[1].transitions = vec![when("done", "has('a')")];
    let mut fields = base();
    fields[0] = asks("a", "a", "number").to("b");
    let mut skips = base();
    skips[1].can_skip = true;
    for changed in [ways, fields, skips] {
        assert_ne!(print(base()), print(changed));
    }
}

fn changed(changed: ChangedDefinition) -> (Session, Definition) {
    let old = vec![
        asks("name", "name", "string").to("age"),
        asks("age", "age", "integer").to("city"),
        asks("city", "city", "string").to("done"),
        Stage::end("done"),
    ];
    let new = vec![
        asks("name", "name", "string").to("mail"),
        asks("mail", "mail", "string").to("city"),
        asks("city", "city", "string").to("done"),
        Stage::end("done"),
    ];
    let settings = Settings { changed, ..Settings::default() };
    let new = Definition::new(Blueprint { settings, ..Blueprint::new(Flow::new("wizard", new)) }).unwrap();
    let mut session = Session::of(old);
    session.submit(json!({ "name": "Ada" }));
    session.submit(json!({ "age": 36 }));
    (session, new)
}

#[test]
fn a_state_of_a_changed_definition_is_refused_and_the_error_says_why() {
    let (session, new) = changed(ChangedDefinition::Refuse);
    let refused = advance(&new, session.state.clone(), Command::Skip, &env(9)).unwrap_err();
    let WizardError::DefinitionChanged(Difference::StageRemoved { stage }) = &refused.error else {
        panic!("{}", refused.error)
    };
    assert_eq!(&**stage, "age");
    assert_eq!(refused.state, session.state);
}

#[test]
fn or_it_is_carried_over() {
    let (session, new) = changed(ChangedDefinition::Migrate);
    let mut session = Session { definition: new, ..session };
    let outcome = session.submit(json!({ "mail": "ada@example.com" }));
    assert_eq!(outcome.view.stage.as_ref(), "city");
    assert_eq!(session.data(), json!({ "name": "Ada", "mail": "ada@example.com" }));
    assert_eq!(session.back().view.stage.as_ref(), "mail");
}

#[test]
fn what_is_no_state_is_refused_with_its_place() {
    let good = Session::of(vec![Stage::new("a").to("done"), Stage::end("done")]);
    let json = good.state.to_json().unwrap();
    let place = |text: &str| {
        let Corrupt { place, .. } = State::from_json(text).unwrap_err();
        place
    };
    assert_eq!(place(&json.replace("\"format\":1", "\"format\":9")), "format");
    assert_eq!(place(&json.replace("\"status\":\"active\"", "\"status\":\"asleep\"")), "status");
    assert_eq!(place(&json.replace("\"progress\":0.0", "\"progress\":7.0")), "progress");
    assert_eq!(place(&json.replace("\"stage\":\"a\"", "\"stage\":null")), "frames[0].stage");
    let hidden =
        json.replace("\"stage\":\"a\",", "\"stage\":\"a\",\"pages\":{\"a\":{\"answers\":{\"_x\":1}}},");
    assert_eq!(place(&hidden), "frames[0].pages.a._x");
    assert!(serde_json::from_str::<State>(&hidden).is_err());

    let ghost = State::from_json(&json.replace("\"stage\":\"a\"", "\"stage\":\"ghost\"")).unwrap();
    let refused = advance(&good.definition, ghost, Command::Skip, &env(1)).unwrap_err();
    assert!(matches!(refused.error, WizardError::StageNotFound(_)));
    let early = State::from_json(&json.replace("\"status\":\"active\"", "\"status\":\"completed\"")).unwrap();
    let refused = advance(&good.definition, early, Command::Restart, &env(1)).unwrap_err();
    assert!(matches!(refused.error, WizardError::Corrupt(_)));
}
