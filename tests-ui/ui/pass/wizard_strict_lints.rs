//! The strictest users see no warning from the code of a wizard.

#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unnameable_types,
    unused_qualifications,
    elided_lifetimes_in_paths,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unused_lifetimes,
    unused_results,
    variant_size_differences,
    let_underscore_drop,
    clippy::all,
    clippy::pedantic,
    clippy::nursery
)]
#![allow(unused_crate_dependencies, reason = "the package of the tests has more than this file uses")]
#![forbid(unsafe_code)]

/// Registrations.
pub mod registrations {
    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};
    use stepflow_wizard::{FieldError, wizard};

    /// What is known.
    #[derive(Debug, Default, Clone, Serialize, Deserialize)]
    pub struct Registration {
        /// Who.
        pub email: String,
    }

    impl Registration {
        const fn is_known(&self) -> bool {
            !self.email.is_empty()
        }

        fn prepare(&mut self) {
            self.email.clear();
        }

        fn check(&mut self) -> Result<(), FieldError> {
            if self.is_known() { Ok(()) } else { Err(FieldError::new("email", "required", "Who?")) }
        }
    }

    /// A plan.
    #[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
    pub enum Plan {
        /// Costs nothing.
        Free,
        /// Costs something.
        Team,
    }

    /// Signs up.
    #[derive(Debug, Default)]
    pub struct RegistrationWizard {
        /// What is known.
        pub state: Registration,
    }

    impl From<Registration> for RegistrationWizard {
        fn from(state: Registration) -> Self {
            Self { state }
        }
    }

    #[wizard(state = Registration, name = "registration")]
    impl RegistrationWizard {
        /// Who are you?
        ///
        /// # Errors
        ///
        /// For no address at all.
        #[step(on_enter = Registration::prepare, on_leave = Registration::check)]
        pub fn email(&mut self, email: String) -> Result<(), FieldError> {
            self.state.email = email;
            Ok(())
        }

        #[step(when = Registration::is_known, otherwise = summary, can_skip, skip_default = Plan::Free,
               routes = { Plan::Free => summary, Plan::Team => seats })]
        fn plan(&mut self, plan: Plan) -> Plan {
            self.state.email.push('!');
            plan
        }

        #[step(suggestions = ["2"])]
        pub(crate) fn seats(&mut self, seats: u8) {
            self.state.email.push(char::from(seats));
        }

        #[step(auto_advance)]
        fn summary(&self) {
            drop(self.state.clone());
        }
    }
}

fn main() {
    use registrations::RegistrationWizard;
    assert!(RegistrationWizard::definition(RegistrationWizard::from).is_ok());
    assert!(RegistrationWizard::graph().is_ok());
}
