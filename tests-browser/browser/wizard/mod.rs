//! A registration: an account, a plan, a company for teams, and a letter that may be skipped.

mod accessible;
mod journeys;
mod keyboard;
mod rules;
mod screens;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use stepflow_store::SqliteStore;
use stepflow_web::{Link, Shell, WizardOptions, wizard_router};
use stepflow_wizard::{FieldError, Receipt, Wizards, wizard};
use tempfile::TempDir;

use crate::lab::{Browser, Site};

/// Whom we write to.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Account {
    /// As we should call you.
    #[schemars(length(min = 2, max = 80))]
    name: String,
    #[schemars(email)]
    email: String,
    phone: Option<String>,
}

/// What a customer pays for.
#[derive(Default, Clone, Copy, Serialize, Deserialize, JsonSchema)]
enum Plan {
    /// For one person, for ever.
    #[default]
    Free,
    /// For two and more.
    Team,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Company {
    company: String,
    /// You included.
    seats: u32,
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
enum Letter {
    Weekly,
    Monthly,
    #[default]
    Never,
}

#[derive(Default, Serialize, Deserialize)]
struct Registration {
    name: String,
    email: String,
    plan: Plan,
    company: Option<Company>,
    letter: Letter,
}

struct RegistrationWizard {
    state: Registration,
}

#[wizard(state = Registration, name = "registration")]
impl RegistrationWizard {
    #[step(title = "Who are you?")]
    fn account(&mut self, account: Account) {
        self.state.name = account.name;
        self.state.email = account.email;
    }

    #[step(title = "Which plan do you want?", routes = { Plan::Free => letter, Plan::Team => company })]
    fn plan(&mut self, plan: Plan) -> Plan {
        self.state.plan = plan;
        plan
    }

    #[step(title = "Who pays?")]
    fn company(&mut self, company: Company) -> Result<(), FieldError> {
        if company.seats < 2 {
            return Err(FieldError::new("seats", "too_few", "A team has at least two seats."));
        }
        self.state.company = Some(company);
        Ok(())
    }

    #[step(title = "How often may we write to you?", can_skip, skip_default = Letter::Never)]
    fn letter(&mut self, letter: Letter) {
        self.state.letter = letter;
    }
}

/// The registration, served out of a database of its own.
struct Registrations {
    site: Site,
    taken: Arc<Mutex<Vec<Value>>>,
    requests: Arc<Mutex<Vec<Asked>>>,
    _folder: TempDir,
}

/// What a browser asked of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    method: String,
    path: String,
    by_htmx: bool,
}

impl Registrations {
    /// As people see it who have no scripts.
    async fn plain() -> Self {
        Self::serve(|options| options, Shell::new("Registration")).await
    }

    /// With htmx on the pages.
    async fn htmx() -> Self {
        Self::serve(|options| options, Shell::new("Registration").htmx()).await
    }

    async fn serve(options: impl Fn(WizardOptions) -> WizardOptions, shell: Shell) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("registrations.db")).unwrap();
        let definition = RegistrationWizard::definition(|state| RegistrationWizard { state }).unwrap();
        let taken = Arc::<Mutex<Vec<Value>>>::default();
        let customers = Arc::clone(&taken);
        let wizards = Wizards::builder(definition, store.wizards().await.unwrap())
            .on_submit(move |submission| {
                customers.lock().unwrap().push(Value::Object(submission.data));
                async { Ok(Receipt::new("REG-1")) }
            })
            .build();
        let shell = shell.help(Link::new("/help", "Get help"));
        let own = WizardOptions::new(shell).submit_text("Register").show_progress().save_and_return();
        let requests = Arc::<Mutex<Vec<Asked>>>::default();
        let router = noted(wizard_router(wizards, options(own)), Arc::clone(&requests));
        let site = Site::serve(router).await;
        Self { site, taken, requests, _folder: folder }
    }

    /// Signs the browser in and brings it to the first page.
    async fn enter(&self, browser: &Browser) {
        self.site.sign_in(browser).await;
        browser.arrives("Who are you?").await;
    }

    fn taken(&self) -> Vec<Value> {
        self.taken.lock().unwrap().clone()
    }

    /// What browsers asked since this was last called, but for files.
    fn asked(&self) -> Vec<Asked> {
        let mut asked = std::mem::take(&mut *self.requests.lock().unwrap());
        asked.retain(|asked| !asked.path.starts_with("/_assets/") && asked.path != "/favicon.ico");
        asked
    }
}

fn noted(router: Router, requests: Arc<Mutex<Vec<Asked>>>) -> Router {
    router.layer(from_fn(move |request: Request, next: Next| {
        requests.lock().unwrap().push(Asked {
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            by_htmx: request.headers().get("hx-request").is_some_and(|value| value == "true"),
        });
        next.run(request)
    }))
}

/// Answers the first page.
async fn introduce(browser: &Browser) {
    browser.fill("Name", "Ada").await;
    browser.fill("Email", "ada@example.org").await;
    browser.press("Continue").await;
    browser.arrives("Which plan do you want?").await;
}

/// Answers all pages, and comes to the one where they are checked.
async fn answer_all(browser: &Browser) {
    introduce(browser).await;
    browser.choose("Team").await;
    browser.press("Continue").await;
    browser.arrives("Who pays?").await;
    browser.fill("Company", "Analytical Engines").await;
    browser.fill("Seats", "3").await;
    browser.press("Continue").await;
    browser.arrives("How often may we write to you?").await;
    browser.press("Skip this question").await;
    browser.arrives("Check your answers").await;
}

/// What is submitted after that.
fn all_answers() -> Value {
    serde_json::json!({
        "name": "Ada", "email": "ada@example.org", "plan": "Team",
        "company": { "company": "Analytical Engines", "seats": 3 }, "letter": "Never",
    })
}
