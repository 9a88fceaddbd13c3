//! Generated code needs no prelude, and no name of the standard library.

#![no_implicit_prelude]
#![allow(dead_code)]

mod core {}
mod std {}
mod alloc {}
struct Option;
struct Some;
struct Result;
struct String;
struct Step;
struct Workflow;
trait Into {}
trait Iterator {}

#[derive(::serde::Serialize)]
enum Verdict {
    Approve,
    Deny,
}

struct Refund {
    state: u32,
}

const TIMES: u32 = 1;
const DELAY: ::core::time::Duration = ::core::time::Duration::from_nanos(1);

#[::stepflow::workflow(state = u32, version = TIMES, retry(times = TIMES, delay = DELAY))]
impl Refund {
    /// Decides.
    #[stepflow::step(routes = { Verdict::Approve => pay, Verdict::Deny => END })]
    fn decide(&mut self) -> Verdict {
        if self.state == 0 { Verdict::Approve } else { Verdict::Deny }
    }

    #[::stepflow::step(approval(metadata = { a: [1, 2], b: { c: true } }), routes = { "a" => name })]
    fn pay(&mut self, _ctx: &mut ::stepflow::RunContext<'_>) -> &'static str {
        "a"
    }

    #[step(retry(on = ::core::fmt::Error))]
    fn name(&mut self) -> ::core::result::Result<u8, ::core::fmt::Error> {
        ::core::result::Result::Ok(1)
    }
}

struct Agent {
    state: u32,
}

const VISITS: u32 = 2;

#[::stepflow::workflow(state = u32, max_visits = VISITS, retry(budget = DELAY, timeouts = false))]
impl Agent {
    #[step(after = DELAY, timeout = DELAY, on_failure = END)]
    async fn ask(&mut self, _ctx: &mut ::stepflow::RunContext<'_>) -> ::core::result::Result<u8, ::core::fmt::Error> {
        ::core::result::Result::Ok(1)
    }

    #[step(routes = { "again" => ask, key = "other", _ => END })]
    async fn judge(&self) -> &'static str {
        "done"
    }
}

fn main() {
    ::core::mem::drop(Agent { state: 1 }.run());
    let result = Refund { state: 1 }.run();
    if !result.is_succeeded() {
        ::core::panic!("the run failed");
    }
}
