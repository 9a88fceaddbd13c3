//! The crate of wizards may stand behind another path.

use crate::vendor::forms::{FieldError, wizard as form};

mod vendor {
    pub mod forms {
        pub use ::stepflow_wizard::*;
    }
}

/// A module in the way of a path that is not absolute.
mod stepflow_wizard {}

struct Survey {
    state: u32,
}

#[form(state = u32, crate = crate::vendor::forms)]
impl Survey {
    #[step]
    fn age(&mut self, age: u32) -> Result<(), FieldError> {
        self.state = age;
        Ok(())
    }

    #[crate::vendor::forms::step(routes = { true => END, false => why })]
    fn content(&mut self, content: bool) -> bool {
        content
    }

    #[step]
    fn why(&mut self, text: String) {
        self.state += text.len() as u32;
    }
}

fn main() {
    let survey = Survey::definition(|state| Survey { state }).unwrap();
    assert_eq!(survey.name(), "Survey");
}
