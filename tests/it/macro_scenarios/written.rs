//! The workflows of the recorded traces, written with the macro: once with blocking steps, once with async
//! ones.

use serde_json::Value;
use stepflow::{
    BoxError, ChildWorkflowError, ResumeError, RunContext, StaticWorkflow, WorkflowDefinition,
    WorkflowResult, workflow,
};

use crate::traces::format::{ChildCall, DecisionSpec};
use crate::traces::world::{
    Cue, Ending, Fault, Kind, Log, Setup, Stage, Way, bear, bear_awaiting, go_on, go_on_awaiting, start,
    start_awaiting,
};

/// What a scripted body gives.
type Played = Result<Value, Fault>;
/// The same of a step whose output is the key of a route.
type Routed = Result<String, Fault>;

fn key(played: Played) -> Routed {
    Ok(played?.as_str().unwrap_or_default().to_owned())
}

fn timed_out(error: &BoxError) -> bool {
    error.downcast_ref::<Fault>().is_some_and(|fault| fault.kind == Kind::Timeout)
}

fn anything(_: &Fault) -> bool {
    true
}

fn child_failed(error: &BoxError) -> bool {
    error.is::<ChildWorkflowError>()
}

/// The struct of a workflow: its state and, as its one dependency, what plays the scripts.
macro_rules! casts {
    ($($cast:ident)*) => {
        $(pub(super) struct $cast { pub(super) state: Log, pub(super) cue: Cue })*
    };
}

/// The workflows, with steps of the kind that is handed in. The macro lets both families stand in one text.
macro_rules! family {
    ($family:ident: [$($fn:tt)*], $play:ident, $play_with:ident, [$($later:tt)*]) => {
        mod $family {
            use super::*;

            casts! {
                CountWithoutKinds CtxProbe CtxRetry Estate Garden GardenGate GardenRetry GateOnly GateRetry
                GatedPair KilnFiring NetFamily ParcelSort ParcelSortFenced RouteRetry SeedGate
                SeedLeaf SeedRouted TideUpload TwoGates UnnamedSample ValveOpen
            }

            #[workflow(state = Log, name = "kiln_firing")]
            impl KilnFiring {
                #[step]
                $($fn)* load_shelf(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "load_shelf")$($later)*
                }

                #[step]
                $($fn)* raise_heat(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "raise_heat")$($later)*
                }

                #[step]
                $($fn)* cool_down(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "cool_down")$($later)*
                }
            }

            #[workflow(state = Log)]
            impl UnnamedSample {
                #[step]
                $($fn)* weigh(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "weigh")$($later)*
                }

                #[step]
                $($fn)* label(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "label")$($later)*
                }
            }

            #[workflow(state = Log, name = "ctx_probe")]
            impl CtxProbe {
                #[step]
                $($fn)* peek(&mut self, ctx: &mut RunContext<'_>) -> Result<Value, BoxError> {
                    self.cue.$play_with(&mut self.state, ctx)$($later)*
                }

                #[step(name = "second look")]
                $($fn)* peek_again(&mut self, ctx: &mut RunContext<'_>) -> Result<Value, BoxError> {
                    self.cue.$play_with(&mut self.state, ctx)$($later)*
                }
            }

            #[workflow(state = Log, name = "ctx_retry")]
            impl CtxRetry {
                #[step(retry(times = 1, when = timed_out))]
                $($fn)* knock(&mut self, ctx: &mut RunContext<'_>) -> Result<Value, BoxError> {
                    self.cue.$play_with(&mut self.state, ctx)$($later)*
                }
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
                $($fn)* inherit_all(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "inherit_all")$($later)*
                }

                #[step(retry(times = 1, on = Fault { kind: Kind::Corrupt, .. }, delay = "500ms"))]
                $($fn)* own_everything(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "own_everything")$($later)*
                }

                #[step(retry = 3)]
                $($fn)* only_count(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "only_count")$($later)*
                }

                #[step(retry(on = Fault { kind: Kind::Corrupt, .. }))]
                $($fn)* only_kinds(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "only_kinds")$($later)*
                }

                #[step(retry(delay = "0s"))]
                $($fn)* only_delay(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "only_delay")$($later)*
                }

                #[step(retry = 0)]
                $($fn)* never(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "never")$($later)*
                }

                #[step(retry(when = anything))]
                $($fn)* no_kinds(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "no_kinds")$($later)*
                }
            }

            #[workflow(state = Log, name = "count_without_kinds", retry = 3)]
            impl CountWithoutKinds {
                #[step]
                $($fn)* push_block(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "push_block")$($later)*
                }
            }

            #[workflow(state = Log, name = "net_family")]
            impl NetFamily {
                #[step(retry(times = 2, on = Fault { kind: Kind::Net | Kind::NetReset, .. }))]
                $($fn)* dial(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "dial")$($later)*
                }
            }

            #[workflow(state = Log, name = "parcel_sort")]
            impl ParcelSort {
                #[step(routes = { "small" => chute, "large" => dock, "lost" => END })]
                $($fn)* scan(&mut self) -> Routed {
                    key(self.cue.$play(&mut self.state, "scan")$($later)*)
                }

                #[step]
                $($fn)* chute(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "chute")$($later)*
                }

                #[step]
                $($fn)* dock(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "dock")$($later)*
                }
            }

            #[workflow(state = Log, name = "parcel_sort_fenced")]
            impl ParcelSortFenced {
                #[step(routes = { "small" => chute, "large" => dock })]
                $($fn)* scan(&mut self) -> Routed {
                    key(self.cue.$play(&mut self.state, "scan")$($later)*)
                }

                #[step(routes = { "done" => END })]
                $($fn)* chute(&mut self) -> Routed {
                    key(self.cue.$play(&mut self.state, "chute")$($later)*)
                }

                #[step]
                $($fn)* dock(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "dock")$($later)*
                }
            }

            #[workflow(state = Log, name = "route_retry", retry(times = 1, on = Fault { kind: Kind::Timeout, .. }))]
            impl RouteRetry {
                #[step(routes = { "left" => left_arm })]
                $($fn)* choose(&mut self) -> Routed {
                    key(self.cue.$play(&mut self.state, "choose")$($later)*)
                }

                #[step]
                $($fn)* left_arm(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "left_arm")$($later)*
                }
            }

            #[workflow(state = Log, name = "valve_open")]
            impl ValveOpen {
                #[step]
                $($fn)* inspect(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "inspect")$($later)*
                }

                #[step(approval(message = "Open the main valve?", metadata = { badge: "operator", tier: 2 }))]
                $($fn)* open_valve(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "open_valve")$($later)*
                }

                #[step]
                $($fn)* log_flow(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "log_flow")$($later)*
                }
            }

            #[workflow(state = Log, name = "gate_only")]
            impl GateOnly {
                #[step(approval)]
                $($fn)* lift_gate(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "lift_gate")$($later)*
                }
            }

            #[workflow(state = Log, name = "gate_retry", retry(times = 1, on = Fault { kind: Kind::Timeout, .. }))]
            impl GateRetry {
                #[step(approval)]
                $($fn)* lift_gate(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "lift_gate")$($later)*
                }
            }

            #[workflow(state = Log, name = "two_gates")]
            impl TwoGates {
                #[step]
                $($fn)* prepare(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "prepare")$($later)*
                }

                #[step(approval)]
                $($fn)* first_key(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "first_key")$($later)*
                }

                #[step]
                $($fn)* turn(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "turn")$($later)*
                }

                #[step(approval)]
                $($fn)* second_key(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "second_key")$($later)*
                }

                #[step]
                $($fn)* launch(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "launch")$($later)*
                }
            }

            #[workflow(state = Log, name = "seed_leaf")]
            impl SeedLeaf {
                #[step]
                $($fn)* soak(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "soak")$($later)*
                }

                #[step]
                $($fn)* sprout(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "sprout")$($later)*
                }
            }

            #[workflow(state = Log, name = "seed_gate")]
            impl SeedGate {
                #[step(approval)]
                $($fn)* unlock(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "unlock")$($later)*
                }
            }

            #[workflow(state = Log, name = "seed_routed")]
            impl SeedRouted {
                #[step(routes = { "halt" => END, "on" => grow })]
                $($fn)* split(&mut self) -> Routed {
                    key(self.cue.$play(&mut self.state, "split")$($later)*)
                }

                #[step]
                $($fn)* grow(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "grow")$($later)*
                }
            }

            #[workflow(state = Log, name = "garden")]
            impl Garden {
                #[step]
                $($fn)* prep(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "prep")$($later)*
                }

                #[step]
                $($fn)* delegate(&mut self, ctx: &mut RunContext<'_>) -> Result<Value, BoxError> {
                    self.cue.$play_with(&mut self.state, ctx)$($later)*
                }

                #[step]
                $($fn)* wrap_up(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "wrap_up")$($later)*
                }
            }

            #[workflow(state = Log, name = "garden_gate")]
            impl GardenGate {
                #[step(approval)]
                $($fn)* delegate(&mut self, ctx: &mut RunContext<'_>) -> Result<Value, BoxError> {
                    self.cue.$play_with(&mut self.state, ctx)$($later)*
                }

                #[step]
                $($fn)* wrap_up(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "wrap_up")$($later)*
                }
            }

            #[workflow(state = Log, name = "garden_retry")]
            impl GardenRetry {
                #[step(retry(times = 1, when = child_failed))]
                $($fn)* delegate(&mut self, ctx: &mut RunContext<'_>) -> Result<Value, BoxError> {
                    self.cue.$play_with(&mut self.state, ctx)$($later)*
                }
            }

            #[workflow(state = Log, name = "estate")]
            impl Estate {
                #[step]
                $($fn)* hire(&mut self, ctx: &mut RunContext<'_>) -> Result<Value, BoxError> {
                    self.cue.$play_with(&mut self.state, ctx)$($later)*
                }

                #[step]
                $($fn)* settle(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "settle")$($later)*
                }
            }

            #[workflow(state = Log, name = "gated_pair")]
            impl GatedPair {
                #[step(approval = "m")]
                $($fn)* one(&mut self) -> Played {
                    self.cue.$play(&mut self.state, "one")$($later)*
                }

                #[step(approval, routes = { "k" => END })]
                $($fn)* two(&mut self) -> Routed {
                    key(self.cue.$play(&mut self.state, "two")$($later)*)
                }
            }
        }
    };
}

family!(blocking: [fn], play, play_with, []);
family!(awaiting: [async fn], play_later, play_with_later, [.await]);

/// Does something with the type of a recorded workflow.
macro_rules! with_cast {
    ($key:expr, $family:ident::$cast:ident => $do:expr) => {
        with_cast!(@ $key, $family, $cast, $do;
            "UnnamedSample" UnnamedSample, "count_without_kinds" CountWithoutKinds, "ctx_probe" CtxProbe,
            "ctx_retry" CtxRetry, "estate" Estate, "garden" Garden, "garden_gate" GardenGate,
            "garden_retry" GardenRetry, "gate_only" GateOnly, "gate_retry" GateRetry,
            "gated_pair" GatedPair, "kiln_firing" KilnFiring, "net_family" NetFamily,
            "parcel_sort" ParcelSort, "parcel_sort_fenced" ParcelSortFenced, "route_retry" RouteRetry,
 "seed_gate" SeedGate, "seed_leaf" SeedLeaf,
            "seed_routed" SeedRouted, "tide_upload" TideUpload, "two_gates" TwoGates,
            "valve_open" ValveOpen)
    };
    (@ $key:expr, $family:ident, $cast:ident, $do:expr; $($name:literal $type:ident),*) => {
        match $key {
            $($name => { type $cast = $family::$type; $do })*
            other => panic!("`{other}` is not written with the macro"),
        }
    };
}

/// The definition that the macro made of blocking steps, and of async ones.
pub(super) fn definitions(key: &str) -> [&'static WorkflowDefinition; 2] {
    [with_cast!(key, blocking::Cast => Cast::DEFINITION), with_cast!(key, awaiting::Cast => Cast::DEFINITION)]
}

pub(super) struct WrittenStage;

impl Stage for WrittenStage {
    fn run(&self, cue: Cue, setup: &Setup) -> WorkflowResult<Log> {
        let (key, state) = (cue.key.clone(), Log::default());
        match cue.way {
            Way::Awaiting => with_cast!(&*key, awaiting::Cast => start_awaiting(Cast { state, cue }, setup)),
            _ => with_cast!(&*key, blocking::Cast => start(Cast { state, cue }, setup)),
        }
    }

    fn resume(
        &self,
        cue: Cue,
        paused: WorkflowResult<Log>,
        decision: &DecisionSpec,
        setup: &Setup,
    ) -> Result<WorkflowResult<Log>, ResumeError<Log>> {
        let key = cue.key.clone();
        match cue.way {
            Way::Awaiting => with_cast!(&*key, awaiting::Cast => {
                go_on_awaiting(paused, |state| Cast { state, cue }, decision, setup)
            }),
            _ => with_cast!(&*key, blocking::Cast => {
                go_on(paused, |state| Cast { state, cue }, decision, setup)
            }),
        }
    }

    fn child<'c>(&self, cue: Cue, ctx: &'c mut RunContext<'_>, call: &'c ChildCall) -> Ending<'c> {
        let (key, world, state) = (cue.key.clone(), cue.world.clone(), Log::default());
        match cue.way {
            Way::Awaiting => with_cast!(&*key, awaiting::Cast => {
                bear_awaiting(Cast { state, cue }, ctx, call, &world)
            }),
            _ => with_cast!(&*key, blocking::Cast => bear(Cast { state, cue }, ctx, call, &world)),
        }
    }
}
