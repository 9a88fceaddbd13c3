//! refusal: expected_subflow
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

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step(subflow = "Lodging")] //~ mended: #[step(subflow = Lodging)]
    fn stay(&mut self, stay: Stay) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
