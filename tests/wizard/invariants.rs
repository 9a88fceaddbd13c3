//! What holds whatever the definition, and whatever is asked for (I1 to I10).

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use stepflow_wizard::{
    Blueprint, Call, Collect, Command, Definition, EventKind, Extracted, Flow, Input, Kind, Map, Settings,
    Skip, Stage, StageKind, State, SubflowCall, Transition, Trigger, advance,
};

use crate::kit::env;

const FIELDS: [&str; 3] = ["p", "q", "r"];

/// A wizard of a few stages that ask for `p`, `q` and `r`, lead anywhere, stop or not, collect, call another flow.
#[derive(Debug, Clone)]
struct Wizard {
    stages: Vec<Draft>,
    filled: bool,
    keep: bool,
}

fn wizards() -> impl Strategy<Value = Wizard> {
    (vec(stages(), 1..6), any::<bool>(), any::<bool>()).prop_map(|(stages, filled, keep)| Wizard {
        stages,
        filled,
        keep,
    })
}

impl Wizard {
    fn definition(self) -> Definition {
        let count = self.stages.len();
        let drafts = self.stages.into_iter().enumerate();
        let mut stages: Vec<Stage> = drafts.map(|(at, draft)| draft.stage(at, count)).collect();
        stages.push(Stage::end("end"));
        let inner = Flow::new(
            "inner",
            vec![
                asks("i0", &["p"], true).transition(when("i1", "data.get('p')")).to("fin"),
                asks("i1", &["q"], true).to("fin"),
                Stage::end("fin"),
            ],
        );
        let settings = Settings {
            auto_advance_filled: self.filled,
            keep_subflow_on_back: self.keep,
            ..Settings::default()
        };
        let flow = Flow::new("wizard", stages).subflow(inner);
        Definition::new(Blueprint { settings, ..Blueprint::new(flow) }).unwrap()
    }
}

#[derive(Debug, Clone)]
struct Draft {
    kind: u8,
    fields: Vec<usize>,
    required: bool,
    can_skip: bool,
    overwrite: bool,
    ways: Vec<(usize, usize, bool)>,
}

fn stages() -> impl Strategy<Value = Draft> {
    (
        0_u8..10,
        proptest::sample::subsequence(vec![0_usize, 1, 2], 0..=3),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        vec((0_usize..8, 0_usize..6, proptest::bool::weighted(0.15)), 1..4),
    )
        .prop_map(|(kind, fields, required, can_skip, overwrite, ways)| Draft {
            kind,
            fields,
            required,
            can_skip,
            overwrite,
            ways,
        })
}

impl Draft {
    fn stage(self, at: usize, count: usize) -> Stage {
        let name = format!("s{at}");
        let fields: Vec<&str> = self.fields.iter().map(|field| FIELDS[*field]).collect();
        let base = match self.kind {
            0 | 1 => Stage::message(name, "Passing."),
            2 => Stage {
                kind: StageKind::Collect(Collect::new("items")),
                ..asks(&name, &fields, self.required)
            },
            3 => Stage::new(name),
            _ => asks(&name, &fields, self.required),
        };
        let default = self.overwrite.then(|| map(json!({ "p": true })));
        let base = Stage {
            can_skip: self.can_skip,
            skip: Skip { default, overwrite: self.overwrite },
            when: if self.kind == 9 {
                stepflow_wizard::Guard::Expression("not data.get('r')".parse().unwrap())
            } else {
                stepflow_wizard::Guard::Always
            },
            ..base
        };
        self.ways.iter().fold(base, |stage, (to, condition, calls)| {
            let target = if *to >= count { "end".to_owned() } else { format!("s{to}") };
            let transition = if *calls {
                Transition::into_subflow(
                    SubflowCall::new("inner").pass("r", "p").take("q", "r").returning_to(target),
                )
            } else {
                Transition::to(target)
            };
            let condition = [
                "true",
                "data.get('p')",
                "not data.get('q')",
                "has('r')",
                "data['p'] and data['q']",
                "bank('items').count() > 1",
            ][*condition];
            stage.transition(transition.when(condition).unwrap())
        })
    }
}

fn asks(name: &str, fields: &[&str], required: bool) -> Stage {
    let properties: Map =
        fields.iter().map(|field| ((*field).to_owned(), json!({ "type": "boolean" }))).collect();
    let required = if required { fields } else { &[] };
    Stage::new(name).schema(json!({ "type": "object", "properties": properties, "required": required }))
}

fn when(target: &str, condition: &str) -> Transition {
    Transition::to(target).when(condition).unwrap()
}

fn map(value: Value) -> Map {
    crate::kit::map(value)
}

/// Anything that can be asked for, sensible or not.
fn commands() -> impl Strategy<Value = Command> {
    let value = prop_oneof![
        6 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => Just(json!("yes")),
    ];
    let key = prop_oneof![10 => proptest::sample::select(FIELDS.to_vec()), 1 => Just("_x"), 1 => Just("zz")];
    let fields = vec((key, value), 0..4)
        .prop_map(|fields| fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map>());
    let stage =
        proptest::sample::select(vec!["s0", "s1", "s2", "s3", "s4", "end", "i0", "i1", "fin", "nowhere"]);
    prop_oneof![
        12 => fields.clone().prop_map(|fields| Command::Submit(Input::Map(fields))),
        2 => (fields.clone(), 0.0..1.0).prop_map(|(fields, confidence)| {
            Command::Submit(Input::Extracted(Box::new(Extracted::new(fields, confidence))))
        }),
        1 => Just(Command::Submit(Input::Text("hello".to_owned()))),
        4 => proptest::option::of(fields.clone()).prop_map(|draft| Command::Back { draft }),
        2 => Just(Command::Skip),
        1 => Just(Command::Restart),
        3 => stage.prop_map(|stage| Command::GoTo(stage.into())),
        1 => fields.clone().prop_map(Command::SaveDraft),
        2 => fields.prop_map(Command::AddItem),
        1 => Just(Command::Done),
        1 => Just(Command::RemoveItem("000000000000".into())),
    ]
}

/// One call; what holds for every call is checked.
fn step(definition: &Definition, state: State, command: Command, seconds: i64) -> State {
    let env = env(seconds);
    let before = state.to_json().unwrap();
    let forward = matches!(command, Command::Submit(_));
    let outcome = match advance(definition, state.clone(), command.clone(), &env) {
        Ok(outcome) => outcome,
        Err(refused) => {
            // I1
            assert_eq!(refused.state.to_json().unwrap(), before, "{}", refused.error);
            return refused.state;
        }
    };
    // I7
    assert_eq!(advance(definition, state, command, &env).unwrap(), outcome);
    let next = outcome.state;
    assert_eq!(definition.view(&next, &env).unwrap(), outcome.view);
    // I2
    let json = next.to_json().unwrap();
    let read = State::from_json(&json).unwrap();
    assert_eq!(read.to_json().unwrap(), json);
    assert_eq!(read, next);
    // I3
    for frame in next.frames() {
        assert!(definition.stage(frame.flow(), frame.stage()).is_some());
    }
    // I6
    for frame in next.frames() {
        for stage in &definition.flow(frame.flow()).unwrap().stages {
            let Some(page) = frame.page(&stage.name) else { continue };
            let keys = page.answers().keys().chain(page.followed().map(|(key, _)| key));
            assert!(keys.into_iter().all(|key| !key.starts_with('_')));
        }
    }
    // I8
    let passed = outcome.events.iter().filter(|event| event.kind == EventKind::AutoAdvanced).count();
    assert!(passed <= definition.settings().limits.auto_advance);
    // I4
    if next.is_completed() {
        assert_eq!(next.depth(), 0);
        assert_eq!(definition.stage("", next.stage()).unwrap().kind, StageKind::End);
        let journey = definition.journey(&next, &env).unwrap();
        assert!(journey.complete && &*journey.open == next.stage());
        for step in &journey.steps {
            complete_step(definition, step, &journey.data);
        }
        assert_eq!(outcome.view.progress, 1.0);
    }
    assert!((0.0..=1.0).contains(&outcome.view.progress));
    // I5
    let moved =
        outcome.moved.as_ref().filter(|moved| moved.trigger == Trigger::UserInput && moved.from != moved.to);
    let within = !outcome
        .events
        .iter()
        .any(|event| matches!(event.kind, EventKind::SubflowPushed { .. } | EventKind::SubflowPopped { .. }));
    if let (Some(moved), true, true) = (moved, forward, within) {
        let asks = definition.stage(next.flow(), &moved.from).unwrap().asks();
        let back = advance(definition, next.clone(), Command::back(), &env).unwrap();
        if asks
            && outcome.kind != Kind::Invalid
            && !outcome.diagnostics.iter().any(|one| one.code == stepflow_wizard::DiagnosticCode::Reopened)
        {
            assert_eq!(back.state.stage(), &*moved.from, "back from {}", next.stage());
        }
    }
    next
}

/// A stage that was answered on the way to the end has all that it requires.
fn complete_step(definition: &Definition, step: &stepflow_wizard::JourneyStep, data: &Map) {
    if step.standing != stepflow_wizard::Standing::Completed {
        return;
    }
    let stage = definition.stage("", &step.stage).unwrap();
    if !matches!(stage.kind, StageKind::Question) {
        return;
    }
    let required = stage.schema.iter().filter_map(|schema| schema["required"].as_array().cloned()).flatten();
    for field in required {
        let field = field.as_str().unwrap();
        let value = step.answers.get(field).filter(|value| !value.is_null()).or_else(|| data.get(field));
        assert!(value.is_some_and(Value::is_boolean), "`{field}` of `{}`", step.stage);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn i1_to_i8_every_call_keeps_the_invariants(wizard in wizards(), commands in vec(commands(), 0..24)) {
        let definition = wizard.definition();
        let mut state = definition.begin(&env(0)).unwrap().state;
        for (seconds, command) in commands.into_iter().enumerate() {
            state = step(&definition, state, command, seconds as i64);
        }
    }

    #[test]
    fn i10_what_the_walk_reaches_can_be_gone_to_and_nothing_else(
        wizard in wizards(),
        commands in vec(commands(), 0..16),
    ) {
        let definition = wizard.definition();
        let mut state = definition.begin(&env(0)).unwrap().state;
        for (seconds, command) in commands.into_iter().enumerate() {
            state = match advance(&definition, state, command, &env(seconds as i64)) {
                Ok(outcome) => outcome.state,
                Err(refused) => refused.state,
            };
        }
        if state.status() != stepflow_wizard::Status::Cancelled {
            let journey = definition.journey(&state, &env(99)).unwrap();
            for stage in &definition.main().stages {
                let outcome = advance(&definition, state.clone(), Command::GoTo(stage.name.clone()), &env(99)).unwrap();
                let refused = outcome.diagnostics.iter().any(|one| one.code == stepflow_wizard::DiagnosticCode::NavigationRefused);
                prop_assert_eq!(journey.reaches(&stage.name), !refused, "{}", stage.name);
            }
        }
    }

    #[test]
    fn i9_two_sessions_never_observe_each_other(
        wizard in wizards(),
        one in vec(commands(), 0..12),
        two in vec(commands(), 0..12),
        turns in vec(any::<bool>(), 0..24),
    ) {
        let definition = wizard.definition();
        let run = |commands: &[Command]| {
            let mut state = definition.begin(&env(0)).unwrap().state;
            for command in commands {
                state = carry(&definition, state, command);
            }
            state
        };
        let begun = definition.begin(&env(0)).unwrap().state;
        let (mut first, mut second) = ((begun.clone(), one.iter()), (begun, two.iter()));
        for turn in turns.into_iter().chain([true; 24].into_iter().chain([false; 24])) {
            let side = if turn { &mut first } else { &mut second };
            if let Some(command) = side.1.next() {
                side.0 = carry(&definition, side.0.clone(), command);
            }
        }
        prop_assert_eq!(first.0, run(&one));
        prop_assert_eq!(second.0, run(&two));
    }

    #[test]
    fn no_text_makes_from_json_panic(text in ".{0,400}") {
        let _ = State::from_json(&text);
    }

    #[test]
    fn a_damaged_state_is_refused_or_used_without_harm(
        wizard in wizards(),
        commands in vec(commands(), 0..8),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let definition = wizard.definition();
        let mut state = definition.begin(&env(0)).unwrap().state;
        for command in &commands {
            state = carry(&definition, state, command);
        }
        let mut json = state.to_json().unwrap().into_bytes();
        let place = at.index(json.len());
        json[place] = byte;
        if let Some(damaged) = String::from_utf8(json).ok().and_then(|json| State::from_json(&json).ok()) {
            for command in [Command::submit([("p", true)]), Command::back(), Command::Skip, Command::GoTo("s0".into()), Command::Restart] {
                let _ = advance(&definition, damaged.clone(), Call::from(command), &env(5));
            }
        }
    }
}

fn carry(definition: &Definition, state: State, command: &Command) -> State {
    match advance(definition, state, command.clone(), &env(1)) {
        Ok(outcome) => outcome.state,
        Err(refused) => refused.state,
    }
}
