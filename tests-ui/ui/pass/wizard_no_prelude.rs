//! The code of a wizard needs no prelude, and no name of the standard library.

#![no_implicit_prelude]
#![allow(dead_code)]

mod core {}
mod std {}
mod alloc {}
struct Option;
struct Some;
struct Result;
struct String;
struct Way;
struct Wizard;
trait Into {}
trait From {}
trait Iterator {}

enum Plan {
    Free,
    Team,
}

struct Registration {
    state: u32,
}

const VERSION: u32 = 3;

fn is_big(state: &u32) -> bool {
    *state > 1
}

fn prepare(state: &mut u32) {
    *state = 1;
}

fn check(_: &mut u32) -> ::core::result::Result<(), ::stepflow_wizard::FieldError> {
    ::core::result::Result::Ok(())
}

#[::stepflow_wizard::wizard(state = u32, version = VERSION, loops)]
impl Registration {
    /// Alone?
    #[stepflow_wizard::step(can_skip, skip_default = true, routes = { Plan::Free => END, Plan::Team => seats })]
    fn plan(&mut self, alone: bool) -> Plan {
        if alone { Plan::Free } else { Plan::Team }
    }

    #[::stepflow_wizard::step(when = is_big, on_enter = prepare, on_leave = check)]
    fn seats(&mut self, _seats: u8) -> ::core::result::Result<(), ::stepflow_wizard::FieldError> {
        ::core::result::Result::Ok(())
    }

    #[step(subflow(wizard = Letter, with = |state| Letter { state }), can_skip, otherwise = seats)]
    fn letter(&mut self, _letter: bool) {}

    #[step(routes = { "again" => plan, key = "other", _ => END })]
    fn name(&mut self, name: ::std::string::String) -> ::std::string::String {
        name
    }
}

struct Letter {
    state: bool,
}

#[::stepflow_wizard::wizard(state = bool)]
impl Letter {
    #[step]
    fn weekly(&mut self, weekly: bool) {
        self.state = weekly;
    }
}

fn main() {
    let wizard = Registration::definition(|state| Registration { state });
    if wizard.is_err() || Registration::graph().is_err() {
        ::core::panic!("the definition is refused");
    }
}
