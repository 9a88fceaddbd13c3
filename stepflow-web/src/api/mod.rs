//! Wizards as JSON, for programs, and for user interfaces that draw themselves.

mod body;
mod caller;
mod definition;
mod idempotency;
mod kept;
mod openapi;
mod options;
mod problem;
mod routes;
mod sealed;
mod wire;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use serde_json::Value;
use stepflow_wizard::Wizards;

pub use self::options::ApiOptions;
use self::problem::Problem;

/// Wizards as JSON, as a router to be mounted anywhere; `/api` is where most people look.
///
/// | Request | What it does |
/// |---|---|
/// | `GET /openapi.json` | describes all of this, in OpenAPI 3.1 |
/// | `GET /wizards` | names the wizards that are served |
/// | `GET /wizards/{name}` | describes one: its stages, their schemas, its graph |
/// | `POST /wizards/{name}` | begins one |
/// | `GET /wizards/{name}/{id}` | shows it as it is saved |
/// | `GET /wizards/{name}/{id}/answers` | shows the way that its answers lead |
/// | `POST /wizards/{name}/{id}/advance` | carries out a command |
/// | `POST /wizards/{name}/{id}/advance/original` | the same, answered in the fifteen fields of the original |
/// | `POST /wizards/{name}/{id}/complete` | submits it, once |
/// | `DELETE /wizards/{name}/{id}` | deletes it with its answers |
///
/// With [`ApiOptions::sealed`] there are also `POST /sealed/{name}`, `…/view`, `…/advance` and `…/complete`, where the
/// caller keeps the state, as a sealed token.
///
/// Whatever is refused is told as a problem document (RFC 9457), and nothing was changed by it. A wizard belongs to whom
/// [`Visitor::owner`](crate::Visitor::owner) names; to everybody else it is not there. Programs that keep cookies send the
/// header `X-CSRF-Token` with what every answer brings in the header of the same name.
///
/// ```
/// use axum::Router;
/// use serde_json::json;
/// use stepflow_web::{ApiOptions, api_router};
/// use stepflow_wizard::store::MemoryWizards;
/// use stepflow_wizard::{Blueprint, Definition, Flow, Stage, Wizards};
///
/// let kind = json!({ "type": "object", "properties": { "kind": { "enum": ["green", "black"] } }, "required": ["kind"] });
/// let flow = Flow::new("tea", vec![Stage::new("kind").schema(kind).to("done"), Stage::end("done")]);
/// let teas = Wizards::new(Definition::new(Blueprint::new(flow))?, MemoryWizards::new());
///
/// let app: Router = Router::new().nest("/api", api_router([teas], ApiOptions::new()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn api_router(wizards: impl IntoIterator<Item = Wizards>, options: ApiOptions) -> Router {
    let wizards: BTreeMap<String, Wizards> =
        wizards.into_iter().map(|wizards| (wizards.definition().name().to_owned(), wizards)).collect();
    let security = options.security.clone();
    let (router, document) = routes::routes(&options, wizards.keys().map(String::as_str)).finish();
    let seen = idempotency::Seen::new(options.idempotency_keys);
    security.wrap(router.with_state(Api(Arc::new(Shared { wizards, options, document, seen }))))
}

/// What the handlers share.
#[derive(Clone)]
struct Api(Arc<Shared>);

struct Shared {
    wizards: BTreeMap<String, Wizards>,
    options: ApiOptions,
    /// The description of all this.
    document: Value,
    seen: idempotency::Seen,
}

impl std::ops::Deref for Api {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Api {
    fn of(&self, name: &str) -> Result<&Wizards, Problem> {
        self.wizards.get(name).ok_or_else(Problem::not_found)
    }
}
