//! A registration on the web: an account, a plan, a company for teams, a newsletter that may be skipped, a page to check
//! everything, and a reference at the end.
//!
//! `cargo run --example registration_web`, and open the link that it prints. Without a terminal it walks through its own
//! pages once, and ends.

use std::error::Error;
use std::io::IsTerminal as _;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepflow_web::{Shell, WizardOptions, wizard_router};
use stepflow_wizard::store::MemoryWizards;
use stepflow_wizard::{FieldError, Receipt, Wizards, wizard};
use tower::ServiceExt as _;

/// Whom we write to.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Account {
    /// As we should call you.
    #[schemars(length(min = 1, max = 80))]
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

/// What is known at the end.
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

fn pages() -> Result<Router, Box<dyn Error>> {
    let definition = RegistrationWizard::definition(|state| RegistrationWizard { state })?;
    let wizards = Wizards::builder(definition, MemoryWizards::new())
        .on_submit(|submission| async move {
            // Here the customer would be written to a database, under the submission's id.
            println!("Registered: {}", serde_json::Value::Object(submission.data));
            Ok(Receipt::new(format!("REG-{}", &submission.id.to_string()[..8])))
        })
        .build();
    let shell = Shell::new("Registration").htmx();
    let options = WizardOptions::new(shell).submit_text("Register").show_progress().save_and_return();
    Ok(wizard_router(wizards, options))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let pages = pages()?;
    if std::io::stdin().is_terminal() {
        stepflow_web::serve(pages).await?;
        return Ok(());
    }
    println!("There is no terminal, so a rehearsed visitor walks through the pages.");
    let mut visitor = Visitor { pages, cookies: Vec::new() };
    let page = visitor.get("/account").await?;
    let refused = visitor.post("/account", &page, "name=Ada&email=").await?;
    assert!(refused.contains("There is a problem"), "{refused}");
    visitor.post("/account", &page, "name=Ada&email=ada%40example.org").await?;
    let page = visitor.get("/plan").await?;
    visitor.post("/plan", &page, "plan=Team").await?;
    let page = visitor.get("/company").await?;
    visitor.post("/company", &page, "company=Analytical+Engines&seats=3").await?;
    let page = visitor.get("/letter").await?;
    visitor.post("/letter", &page, "_action=skip").await?;
    let page = visitor.get("/check").await?;
    assert!(page.contains("Analytical Engines"), "{page}");
    visitor.post("/submit", &page, "").await?;
    let page = visitor.get("/done").await?;
    assert!(page.contains("REG-"), "{page}");
    println!("All pages are there.");
    Ok(())
}

/// A browser of few words.
struct Visitor {
    pages: Router,
    cookies: Vec<String>,
}

impl Visitor {
    async fn get(&mut self, path: &str) -> Result<String, Box<dyn Error>> {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Sends what a form on this page holds, with these answers.
    async fn post(&mut self, path: &str, page: &str, answers: &str) -> Result<String, Box<dyn Error>> {
        let field = |name: &str| {
            let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\""))?;
            rest.split('"').next()
        };
        let hidden =
            ["_token", "_run", "_seen"].map(|name| format!("{name}={}", field(name).unwrap_or_default()));
        let body = Body::from(format!("{}&{answers}", hidden.join("&")));
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, body).await
    }

    async fn send(
        &mut self,
        request: axum::http::request::Builder,
        body: Body,
    ) -> Result<String, Box<dyn Error>> {
        let mut request = request
            .header(header::HOST, "localhost")
            .header(header::COOKIE, self.cookies.join("; "))
            .body(body)?;
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 50_000))));
        let response = self.pages.clone().oneshot(request).await?;
        let status = response.status();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str()?.split(';').next().unwrap_or_default().to_owned();
            let name = pair.split('=').next().unwrap_or_default().to_owned();
            self.cookies.retain(|known| known.split('=').next() != Some(&name));
            self.cookies.push(pair);
        }
        let page = response.into_body().collect().await?.to_bytes();
        let known =
            [StatusCode::OK, StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY].contains(&status);
        assert!(known, "{status}: {}", String::from_utf8_lossy(&page));
        Ok(String::from_utf8_lossy(&page).into_owned())
    }
}
