//! The wizard: what is asked, in which order, and what becomes of the answers.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepflow_wizard::{FieldError, wizard};

/// Whom we write to.
#[derive(Debug, Serialize, Deserialize, JsonSchema, Validate)]
pub(crate) struct Account {
    /// As we should call you.
    #[garde(length(min = 1, max = 80))]
    name: String,
    /// Where we reach you.
    #[garde(custom(is_address))]
    email: String,
}

/// What a customer pays for.
#[derive(Debug, Default, Clone, Copy, Serialize, Deserialize, JsonSchema)]
pub(crate) enum Plan {
    #[default]
    Free,
    Team,
}

/// Who pays for a team.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Company {
    /// As it stands on the invoice.
    company: String,
    /// You included.
    seats: u32,
}

/// How often we write.
#[derive(Debug, Default, Clone, Copy, Serialize, Deserialize, JsonSchema)]
pub(crate) enum Letter {
    Weekly,
    Monthly,
    #[default]
    Never,
}

/// What is known at the end.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Registration {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) plan: Plan,
    pub(crate) company: Option<Company>,
    pub(crate) letter: Letter,
}

/// Signs a new customer up.
pub(crate) struct RegistrationWizard {
    state: Registration,
}

impl From<Registration> for RegistrationWizard {
    fn from(state: Registration) -> Self {
        Self { state }
    }
}

#[wizard(state = Registration, name = "registration")]
impl RegistrationWizard {
    /// Who are you?
    #[step(title = "Your account")]
    fn account(&mut self, account: Account) {
        self.state.name = account.name;
        self.state.email = account.email;
    }

    /// Alone or together, {{ name }}?
    #[step(title = "Your plan", routes = { Plan::Free => letter, Plan::Team => company })]
    fn plan(&mut self, plan: Plan) -> Plan {
        self.state.plan = plan;
        plan
    }

    /// Who pays?
    #[step(title = "Your company")]
    fn company(&mut self, company: Company) -> Result<(), FieldError> {
        if company.seats < 2 {
            return Err(FieldError::new("seats", "too_few", "a team has at least two seats"));
        }
        self.state.company = Some(company);
        Ok(())
    }

    /// How often may we write to {{ email }}?
    #[step(title = "Our letter", can_skip, skip_default = Letter::Never)]
    fn letter(&mut self, letter: Letter) {
        self.state.letter = letter;
    }

    /// {{ name }} <{{ email }}>, plan {{ plan }}{% if company %} for {{ company.company }}, {{ company.seats }} seats{% endif %}, letter {{ letter }}.
    #[step(title = "Is all this right?")]
    fn summary(&self) {}
}

fn is_address(address: &str, _: &()) -> garde::Result {
    match address.split_once('@') {
        Some((person, place)) if !person.is_empty() && place.contains('.') => Ok(()),
        _ => Err(garde::Error::new("is not an address like `ada@example.org`")),
    }
}
