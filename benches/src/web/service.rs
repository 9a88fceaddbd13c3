//! What is visited: a wizard's pages, and a bare handler that answers the same bytes.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{Html, Redirect};
use axum::routing::get;
use serde_json::json;
use stepflow::testing::ManualClock;
use stepflow_web::{Security, Shell, WizardOptions, wizard_router};
use stepflow_wizard::store::{Lifetime, MemoryWizards};
use stepflow_wizard::{Blueprint, Definition, Flow, Keeping, Stage, Wizards};
use tokio::net::TcpListener;

use super::browser::Browser;
use super::{stop, visits};

/// Where a service is, and the clock that it goes by.
pub(super) struct Service {
    pub(super) address: SocketAddr,
    pub(super) clock: ManualClock,
}

/// The pages of a wizard, behind all that guards them.
pub(super) async fn wizard() -> Service {
    let clock = ManualClock::new();
    let keeping = Keeping {
        receipts: Duration::from_secs(60),
        expired_for: Duration::ZERO,
        lifetime: Lifetime { idle: Duration::from_secs(600), ..Lifetime::default() },
        ..Keeping::default()
    };
    let store = MemoryWizards::new().clock(clock.clone());
    let wizards = Wizards::builder(definition(), store).keeping(keeping).clock(clock.clone()).build();
    let security = Security::new().clock(clock.clone());
    let options = WizardOptions::new(Shell::new("Tea")).submit_text("Order").security(security);
    let address = serve(wizard_router(wizards, options)).await;
    Service { address, clock }
}

/// A handler that answers the pages of that wizard, and knows nothing of them.
pub(super) async fn bare(wizard: &Service) -> SocketAddr {
    let mut pages = BTreeMap::new();
    let mut browser = Browser::at(wizard.address).await;
    visits::visit(&mut browser, |path, page| {
        pages.insert(path.to_owned(), page.to_owned());
    })
    .await;
    let router = Router::new().route("/{page}", get(show).post(lead_on)).with_state(Arc::new(pages));
    serve(router).await
}

type Pages = Arc<BTreeMap<String, String>>;

async fn show(State(pages): State<Pages>, Path(page): Path<String>) -> Html<String> {
    Html(pages.get(&page).cloned().unwrap_or_default())
}

async fn lead_on(Path(page): Path<String>, body: String) -> Redirect {
    let next = visits::after(&page);
    // What was sent is read, and no more.
    if body.is_empty() { Redirect::to("/one") } else { Redirect::to(&format!("/{next}")) }
}

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap_or_else(|error| stop("no port", &error));
    let address = listener.local_addr().unwrap_or_else(|error| stop("no address", &error));
    tokio::spawn(async move {
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).await.unwrap_or_else(|error| stop("not served", &error));
    });
    address
}

/// Three questions.
fn definition() -> Definition {
    let question = |name: &str| {
        let field = json!({ "type": "string", "title": "An answer", "minLength": 1, "maxLength": 40 });
        Stage::new(name).prompt("What will it be?").schema(
            json!({ "type": "object", "properties": { "answer": field, "remark": { "type": "string" } }, "required": ["answer"] }),
        )
    };
    let stages = vec![
        question("one").to("two"),
        question("two").to("three"),
        question("three").to("END"),
        Stage::end("END"),
    ];
    Definition::new(Blueprint::new(Flow::new("tea", stages)))
        .unwrap_or_else(|error| stop("no wizard", &error))
}
