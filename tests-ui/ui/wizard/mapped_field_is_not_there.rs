//! refused by the compiler
#![allow(unused)]

use stepflow_wizard::wizard;

#[derive(Default, serde::Serialize, serde::Deserialize)]
struct Stay {
    place: String,
    nights: u8,
}

struct Lodging {
    state: Stay,
}

#[wizard(state = Stay)]
impl Lodging {
    #[step]
    fn nights(&mut self, nights: u8) {}
}

impl From<Stay> for Lodging {
    fn from(state: Stay) -> Self {
        Self { state }
    }
}

#[derive(serde::Deserialize)]
struct Bed {
    seats: u8,
}

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step(subflow(wizard = Lodging, results = { nigths: seats }))] //~ mended: #[step(subflow(wizard = Lodging, results = { nights: seats }))]
    fn stay(&mut self, bed: Bed) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
