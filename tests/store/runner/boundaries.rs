//! A run that is broken off at any of its boundaries ends as if it had not been: the core alone, over
//! workflows of every shape.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;
use stepflow::engine::{Boundary, Position};
use stepflow::{
    Answer, ApprovalDecision, ApprovalDefinition, Blocking, BlockingWorkflow, Clock, DefinitionRef, Effect,
    Journal, Onward, RetrySettings, RouteDefinition, Run, RunContext, SaveFuture, SavedRun, Settlement,
    StepDefinition, StepOutcome, Target, Timestamp, Workflow, WorkflowDefinition, WorkflowEvent, load_state,
    save_state,
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_run_may_be_broken_off_anywhere(tape in prop::collection::vec(any::<u8>(), 4..200), hooked in any::<bool>()) {
        let definition = Author { tape: tape.clone().into_iter() }.definition();
        prop_assume!(definition.check().is_ok());
        let world = World { definition: Arc::new(definition), tape: tape.into(), hooked };
        let whole = world.carry_out(None);
        prop_assert!(whole.boundaries > 0);
        for at in 0..whole.boundaries {
            for before in [true, false] {
                let broken = world.carry_out(Some(Break { at, before }));
                prop_assert_eq!(&broken.end, &whole.end, "broken off at {}, before it was saved: {}", at, before);
            }
        }
    }
}

/// Where a run is broken off: at which boundary, and whether before that is saved or after.
#[derive(Debug, Clone, Copy)]
struct Break {
    at: usize,
    before: bool,
}

/// How a run came out.
#[derive(Debug)]
struct Ending {
    /// The state and the whole record.
    end: (Value, Value),
    boundaries: usize,
}

struct World {
    definition: Arc<WorkflowDefinition>,
    tape: Arc<[u8]>,
    hooked: bool,
}

impl World {
    /// Carries a run out, going on from what was saved whenever it is broken off or waits for a person.
    fn carry_out(&self, broken: Option<Break>) -> Ending {
        let kept = Kept::new(&self.definition, broken);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut in_memory = None;
        loop {
            let (saved, answer, state) = kept.read(self);
            if matches!(saved.head().position(), Position::Finished) {
                let record = serde_json::to_value(saved.into_record(&self.definition).unwrap()).unwrap();
                let end = (serde_json::to_value(state).unwrap(), record);
                // What is read back is what the process knew that saw the end of it.
                assert!(in_memory.is_none_or(|known| known == end));
                return Ending { end, boundaries: kept.0.lock().unwrap().boundaries };
            }
            let workflow =
                Scripted { definition: Arc::clone(&self.definition), tape: Arc::clone(&self.tape), state };
            let mut run = Run::new(workflow).clock(Noon);
            if self.hooked {
                run = run.on_event(|_: &WorkflowEvent<'_>| ());
            }
            let result = runtime.block_on(run.run_saved(saved, answer, kept.clone())).unwrap();
            in_memory = result.map(|result| {
                (serde_json::to_value(&result.state).unwrap(), serde_json::to_value(result.record()).unwrap())
            });
        }
    }

    /// Chance, but the same for the same question.
    fn draw(tape: &[u8], question: &str) -> u8 {
        let digest =
            question.bytes().fold(17_usize, |digest, byte| digest.wrapping_mul(31) ^ usize::from(byte));
        tape[digest % tape.len()].wrapping_add(digest as u8)
    }
}

/// What a store would keep.
#[derive(Clone)]
struct Kept(Arc<Mutex<Texts>>);

struct Texts {
    head: String,
    visits: Vec<String>,
    state: String,
    boundaries: usize,
    broken: Option<Break>,
}

impl Kept {
    fn new(definition: &WorkflowDefinition, broken: Option<Break>) -> Self {
        let saved = SavedRun::begin(definition, "r1".parse().unwrap(), Noon.now());
        let (head, state) = (saved.head().to_json().unwrap(), save_state(&Trail::new()).unwrap());
        Self(Arc::new(Mutex::new(Texts { head, visits: vec![], state, boundaries: 0, broken })))
    }

    fn read(&self, world: &World) -> (SavedRun, Option<Answer>, Trail) {
        let texts = self.0.lock().unwrap();
        let visits = texts.visits.iter().map(String::as_str);
        let saved = SavedRun::from_json("r1".parse().unwrap(), &texts.head, visits).unwrap();
        let answer = match saved.head().position() {
            Position::Begun { .. } => Some(Answer::Settled(Settlement::DidNotHappen)),
            Position::Paused { .. } => {
                let pause = saved.head().pause().unwrap();
                let gate = format!("{} {} {}", pause.step_name(), pause.visit(), pause.asking());
                let approved = !World::draw(&world.tape, &gate).is_multiple_of(3);
                let decision = if approved { ApprovalDecision::approve() } else { ApprovalDecision::deny() };
                Some(Answer::Decided(decision.by("noor")))
            }
            _ => None,
        };
        (saved, answer, load_state(&texts.state).unwrap())
    }
}

impl Journal<Trail> for Kept {
    fn save(&mut self, boundary: &Boundary<'_>, state: &Trail) -> SaveFuture {
        let mut texts = self.0.lock().unwrap();
        let at = texts.boundaries;
        let broken = texts.broken.take_if(|broken| broken.at == at);
        if broken.is_none_or(|broken| !broken.before) {
            texts.boundaries += 1;
            texts.head = boundary.head_json().unwrap();
            texts.state = save_state(state).unwrap();
            if let (Some(visit), Some(json)) = (boundary.visit(), boundary.visit_json()) {
                let kept = visit.sequence().unwrap() as usize - 1;
                texts.visits.truncate(kept);
                texts.visits.push(json.unwrap());
            }
        }
        let onward = if broken.is_some() { Onward::Stop } else { Onward::GoOn };
        Box::pin(async move { Ok(onward) })
    }
}

/// Which bodies came to their end, in order.
type Trail = Vec<String>;

/// Does what chance says of each attempt, and the same in every process.
struct Scripted {
    definition: Arc<WorkflowDefinition>,
    tape: Arc<[u8]>,
    state: Trail,
}

impl Workflow for Scripted {
    type State = Trail;
    type Mode = Blocking;

    fn definition(&self) -> DefinitionRef {
        Arc::clone(&self.definition).into()
    }

    fn state(&self) -> &Trail {
        &self.state
    }

    fn into_state(self) -> Trail {
        self.state
    }
}

impl BlockingWorkflow for Scripted {
    fn run_step(&mut self, step: usize, ctx: &mut RunContext<'_>) -> StepOutcome {
        let attempt = format!("{} {} {}", ctx.step_name(), ctx.visit(), ctx.attempt());
        let drawn = World::draw(&self.tape, &attempt);
        if drawn.is_multiple_of(4) {
            return StepOutcome::failed(format!("{attempt} failed"));
        }
        self.state.push(attempt.clone());
        let outcome = StepOutcome::succeeded(attempt);
        match &*self.definition.steps[step].routes {
            [] => outcome,
            routes => outcome.routed(routes[usize::from(drawn) / 4 % routes.len()].key.clone()),
        }
    }
}

/// It is always noon, so that two runs differ by nothing but what they do.
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_709_208_000).unwrap()
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}

/// Writes definitions; every choice is a byte, so that a failing one shrinks.
struct Author {
    tape: std::vec::IntoIter<u8>,
}

impl Author {
    fn pick(&mut self, from: usize) -> usize {
        usize::from(self.tape.next().unwrap_or_default()) % from
    }

    fn definition(&mut self) -> WorkflowDefinition {
        let count = 1 + self.pick(5);
        let steps: Vec<StepDefinition> = (0..count).map(|step| self.step(step, count)).collect();
        WorkflowDefinition { max_visits: Some(3), steps: steps.into(), ..WorkflowDefinition::new("any", &[]) }
    }

    fn step(&mut self, step: usize, count: usize) -> StepDefinition {
        let retry = RetrySettings { times: Some(self.pick(3) as u32), ..RetrySettings::INHERIT };
        let routes: Vec<RouteDefinition> = match self.pick(3) {
            0 => ["left", "right"].map(|key| RouteDefinition::new(key, self.target(count))).into(),
            _ => vec![],
        };
        let next = (routes.is_empty() && self.pick(4) == 0).then(|| self.target(count));
        let on_failure = (self.pick(3) == 0).then(|| self.target(count));
        let approval = (self.pick(3) == 0).then(|| {
            let on_deny = (self.pick(2) == 0).then(|| self.target(count));
            ApprovalDefinition { on_deny, ..ApprovalDefinition::BLANK }
        });
        let effect = if self.pick(3) == 0 { Effect::Once } else { Effect::Repeatable };
        let name = format!("step{step}").into();
        StepDefinition {
            name,
            retry,
            routes: routes.into(),
            next,
            on_failure,
            approval,
            effect,
            ..StepDefinition::BLANK
        }
    }

    fn target(&mut self, count: usize) -> Target {
        match self.pick(count + 1) {
            end if end == count => Target::End,
            step => Target::Step(step),
        }
    }
}
