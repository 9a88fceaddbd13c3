//! The workflows of the recorded traces, written with the macro.

use serde_json::Value;
use stepflow::{
    BoxError, ChildWorkflowError, ResumeError, RunContext, StaticWorkflow, WorkflowDefinition,
    WorkflowResult, workflow,
};

use crate::traces::format::{ChildCall, DecisionSpec};
use crate::traces::world::{Cue, Fault, Kind, Log, Setup, Stage, bear, go_on, start};

/// What a scripted body gives.
type Played = Result<Value, Fault>;
/// The same of a step whose output is the key of a route.
type Routed = Result<String, Fault>;

fn key(played: Played) -> Routed {
    Ok(played?.as_str().unwrap_or_default().to_owned())
}

/// The struct of a workflow: its state and, as its one dependency, what plays the scripts.
macro_rules! casts {
    ($($cast:ident)*) => {
        $(struct $cast { state: Log, cue: Cue })*
    };
}

casts! {
    CountWithoutKinds CtxProbe CtxRetry Estate Garden GardenGate GardenRetry GateOnly GateRetry
    GatedPair KilnFiring NetFamily ParcelSort ParcelSortFenced RouteRetry SeedGate
    SeedLeaf SeedRouted TideUpload TwoGates UnnamedSample ValveOpen
}

#[workflow(state = Log, name = "kiln_firing")]
impl KilnFiring {
    #[step]
    fn load_shelf(&mut self) -> Played {
        self.cue.play(&mut self.state, "load_shelf")
    }

    #[step]
    fn raise_heat(&mut self) -> Played {
        self.cue.play(&mut self.state, "raise_heat")
    }

    #[step]
    fn cool_down(&mut self) -> Played {
        self.cue.play(&mut self.state, "cool_down")
    }
}

#[workflow(state = Log)]
impl UnnamedSample {
    #[step]
    fn weigh(&mut self) -> Played {
        self.cue.play(&mut self.state, "weigh")
    }

    #[step]
    fn label(&mut self) -> Played {
        self.cue.play(&mut self.state, "label")
    }
}

#[workflow(state = Log, name = "ctx_probe")]
impl CtxProbe {
    #[step]
    fn peek(&mut self, ctx: &mut RunContext<'_>) -> Result<Value, BoxError> {
        self.cue.play_with(&mut self.state, ctx)
    }

    #[step(name = "second look")]
    fn peek_again(&mut self, ctx: &mut RunContext<'_>) -> Result<Value, BoxError> {
        self.cue.play_with(&mut self.state, ctx)
    }
}

#[workflow(state = Log, name = "ctx_retry")]
impl CtxRetry {
    #[step(retry(times = 1, when = timed_out))]
    fn knock(&mut self, ctx: &mut RunContext<'_>) -> Result<Value, BoxError> {
        self.cue.play_with(&mut self.state, ctx)
    }
}

fn timed_out(error: &BoxError) -> bool {
    error.downcast_ref::<Fault>().is_some_and(|fault| fault.kind == Kind::Timeout)
}

/// A step without a filter of its own retries what the workflow's names, one with a filter what its own
/// names; every other part is inherited by itself.
#[workflow(
    state = Log,
    name = "tide_upload",
    retry(times = 2, on = Fault { kind: Kind::Timeout | Kind::Throttled, .. }, delay = "250ms")
)]
impl TideUpload {
    #[step]
    fn inherit_all(&mut self) -> Played {
        self.cue.play(&mut self.state, "inherit_all")
    }

    #[step(retry(times = 1, on = Fault { kind: Kind::Corrupt, .. }, delay = "500ms"))]
    fn own_everything(&mut self) -> Played {
        self.cue.play(&mut self.state, "own_everything")
    }

    #[step(retry = 3)]
    fn only_count(&mut self) -> Played {
        self.cue.play(&mut self.state, "only_count")
    }

    #[step(retry(on = Fault { kind: Kind::Corrupt, .. }))]
    fn only_kinds(&mut self) -> Played {
        self.cue.play(&mut self.state, "only_kinds")
    }

    #[step(retry(delay = "0s"))]
    fn only_delay(&mut self) -> Played {
        self.cue.play(&mut self.state, "only_delay")
    }

    #[step(retry = 0)]
    fn never(&mut self) -> Played {
        self.cue.play(&mut self.state, "never")
    }

    #[step(retry(when = anything))]
    fn no_kinds(&mut self) -> Played {
        self.cue.play(&mut self.state, "no_kinds")
    }
}

fn anything(_: &Fault) -> bool {
    true
}

#[workflow(state = Log, name = "count_without_kinds", retry = 3)]
impl CountWithoutKinds {
    #[step]
    fn push_block(&mut self) -> Played {
        self.cue.play(&mut self.state, "push_block")
    }
}

#[workflow(state = Log, name = "net_family")]
impl NetFamily {
    #[step(retry(times = 2, on = Fault { kind: Kind::Net | Kind::NetReset, .. }))]
    fn dial(&mut self) -> Played {
        self.cue.play(&mut self.state, "dial")
    }
}

#[workflow(state = Log, name = "parcel_sort")]
impl ParcelSort {
    #[step(routes = { "small" => chute, "large" => dock, "lost" => END })]
    fn scan(&mut self) -> Routed {
        key(self.cue.play(&mut self.state, "scan"))
    }

    #[step]
    fn chute(&mut self) -> Played {
        self.cue.play(&mut self.state, "chute")
    }

    #[step]
    fn dock(&mut self) -> Played {
        self.cue.play(&mut self.state, "dock")
    }
}

#[workflow(state = Log, name = "parcel_sort_fenced")]
impl ParcelSortFenced {
    #[step(routes = { "small" => chute, "large" => dock })]
    fn scan(&mut self) -> Routed {
        key(self.cue.play(&mut self.state, "scan"))
    }

    #[step(routes = { "done" => END })]
    fn chute(&mut self) -> Routed {
        key(self.cue.play(&mut self.state, "chute"))
    }

    #[step]
    fn dock(&mut self) -> Played {
        self.cue.play(&mut self.state, "dock")
    }
}

#[workflow(state = Log, name = "route_retry", retry(times = 1, on = Fault { kind: Kind::Timeout, .. }))]
impl RouteRetry {
    #[step(routes = { "left" => left_arm })]
    fn choose(&mut self) -> Routed {
        key(self.cue.play(&mut self.state, "choose"))
    }

    #[step]
    fn left_arm(&mut self) -> Played {
        self.cue.play(&mut self.state, "left_arm")
    }
}

#[workflow(state = Log, name = "valve_open")]
impl ValveOpen {
    #[step]
    fn inspect(&mut self) -> Played {
        self.cue.play(&mut self.state, "inspect")
    }

    #[step(approval(message = "Open the main valve?", metadata = { badge: "operator", tier: 2 }))]
    fn open_valve(&mut self) -> Played {
        self.cue.play(&mut self.state, "open_valve")
    }

    #[step]
    fn log_flow(&mut self) -> Played {
        self.cue.play(&mut self.state, "log_flow")
    }
}

#[workflow(state = Log, name = "gate_only")]
impl GateOnly {
    #[step(approval)]
    fn lift_gate(&mut self) -> Played {
        self.cue.play(&mut self.state, "lift_gate")
    }
}

#[workflow(state = Log, name = "gate_retry", retry(times = 1, on = Fault { kind: Kind::Timeout, .. }))]
impl GateRetry {
    #[step(approval)]
    fn lift_gate(&mut self) -> Played {
        self.cue.play(&mut self.state, "lift_gate")
    }
}

#[workflow(state = Log, name = "two_gates")]
impl TwoGates {
    #[step]
    fn prepare(&mut self) -> Played {
        self.cue.play(&mut self.state, "prepare")
    }

    #[step(approval)]
    fn first_key(&mut self) -> Played {
        self.cue.play(&mut self.state, "first_key")
    }

    #[step]
    fn turn(&mut self) -> Played {
        self.cue.play(&mut self.state, "turn")
    }

    #[step(approval)]
    fn second_key(&mut self) -> Played {
        self.cue.play(&mut self.state, "second_key")
    }

    #[step]
    fn launch(&mut self) -> Played {
        self.cue.play(&mut self.state, "launch")
    }
}

#[workflow(state = Log, name = "seed_leaf")]
impl SeedLeaf {
    #[step]
    fn soak(&mut self) -> Played {
        self.cue.play(&mut self.state, "soak")
    }

    #[step]
    fn sprout(&mut self) -> Played {
        self.cue.play(&mut self.state, "sprout")
    }
}

#[workflow(state = Log, name = "seed_gate")]
impl SeedGate {
    #[step(approval)]
    fn unlock(&mut self) -> Played {
        self.cue.play(&mut self.state, "unlock")
    }
}

#[workflow(state = Log, name = "seed_routed")]
impl SeedRouted {
    #[step(routes = { "halt" => END, "on" => grow })]
    fn split(&mut self) -> Routed {
        key(self.cue.play(&mut self.state, "split"))
    }

    #[step]
    fn grow(&mut self) -> Played {
        self.cue.play(&mut self.state, "grow")
    }
}

#[workflow(state = Log, name = "garden")]
impl Garden {
    #[step]
    fn prep(&mut self) -> Played {
        self.cue.play(&mut self.state, "prep")
    }

    #[step]
    fn delegate(&mut self, ctx: &mut RunContext<'_>) -> Result<Value, BoxError> {
        self.cue.play_with(&mut self.state, ctx)
    }

    #[step]
    fn wrap_up(&mut self) -> Played {
        self.cue.play(&mut self.state, "wrap_up")
    }
}

#[workflow(state = Log, name = "garden_gate")]
impl GardenGate {
    #[step(approval)]
    fn delegate(&mut self, ctx: &mut RunContext<'_>) -> Result<Value, BoxError> {
        self.cue.play_with(&mut self.state, ctx)
    }

    #[step]
    fn wrap_up(&mut self) -> Played {
        self.cue.play(&mut self.state, "wrap_up")
    }
}

#[workflow(state = Log, name = "garden_retry")]
impl GardenRetry {
    #[step(retry(times = 1, when = child_failed))]
    fn delegate(&mut self, ctx: &mut RunContext<'_>) -> Result<Value, BoxError> {
        self.cue.play_with(&mut self.state, ctx)
    }
}

fn child_failed(error: &BoxError) -> bool {
    error.is::<ChildWorkflowError>()
}

#[workflow(state = Log, name = "estate")]
impl Estate {
    #[step]
    fn hire(&mut self, ctx: &mut RunContext<'_>) -> Result<Value, BoxError> {
        self.cue.play_with(&mut self.state, ctx)
    }

    #[step]
    fn settle(&mut self) -> Played {
        self.cue.play(&mut self.state, "settle")
    }
}

#[workflow(state = Log, name = "gated_pair")]
impl GatedPair {
    #[step(approval = "m")]
    fn one(&mut self) -> Played {
        self.cue.play(&mut self.state, "one")
    }

    #[step(approval, routes = { "k" => END })]
    fn two(&mut self) -> Routed {
        key(self.cue.play(&mut self.state, "two"))
    }
}

/// Does something with the type of a recorded workflow.
macro_rules! with_cast {
    ($key:expr, $cast:ident => $do:expr) => {
        with_cast!(@ $key, $cast, $do;
            "UnnamedSample" UnnamedSample, "count_without_kinds" CountWithoutKinds, "ctx_probe" CtxProbe,
            "ctx_retry" CtxRetry, "estate" Estate, "garden" Garden, "garden_gate" GardenGate,
            "garden_retry" GardenRetry, "gate_only" GateOnly, "gate_retry" GateRetry,
            "gated_pair" GatedPair, "kiln_firing" KilnFiring, "net_family" NetFamily,
            "parcel_sort" ParcelSort, "parcel_sort_fenced" ParcelSortFenced, "route_retry" RouteRetry,
 "seed_gate" SeedGate, "seed_leaf" SeedLeaf,
            "seed_routed" SeedRouted, "tide_upload" TideUpload, "two_gates" TwoGates,
            "valve_open" ValveOpen)
    };
    (@ $key:expr, $cast:ident, $do:expr; $($name:literal $type:ident),*) => {
        match $key {
            $($name => { type $cast = $type; $do })*
            other => panic!("`{other}` is not written with the macro"),
        }
    };
}

/// The definition that the macro made.
pub(super) fn definition(key: &str) -> &'static WorkflowDefinition {
    with_cast!(key, Cast => Cast::DEFINITION)
}

pub(super) struct WrittenStage;

impl Stage for WrittenStage {
    fn run(&self, cue: Cue, setup: &Setup) -> WorkflowResult<Log> {
        with_cast!(&*cue.key, Cast => start(Cast { state: Log::default(), cue }, setup))
    }

    fn resume(
        &self,
        cue: Cue,
        paused: WorkflowResult<Log>,
        decision: &DecisionSpec,
        setup: &Setup,
    ) -> Result<WorkflowResult<Log>, ResumeError<Log>> {
        with_cast!(&*cue.key, Cast => go_on(paused, |state| Cast { state, cue }, decision, setup))
    }

    fn child(
        &self,
        cue: Cue,
        ctx: &mut RunContext<'_>,
        call: &ChildCall,
    ) -> Result<WorkflowResult<Log>, ChildWorkflowError> {
        let world = cue.world.clone();
        with_cast!(&*cue.key, Cast => bear(Cast { state: Log::default(), cue }, ctx, call, &world))
    }
}
