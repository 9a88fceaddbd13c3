//! The OpenAPI document, made of the same table as the routes, so that neither is without the other.

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, on};
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use super::Api;
use super::wire::ProblemBody;

/// Routes, and their description.
pub(super) struct Table {
    router: Router<Api>,
    paths: Map<String, Value>,
    names: Vec<String>,
    title: String,
    sent: SchemaGenerator,
    answered: SchemaGenerator,
}

/// One thing that can be asked for.
pub(super) struct Operation {
    method: Method,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    idempotent: bool,
    request: Option<Describe>,
    answers: Vec<(u16, &'static str, Option<Describe>)>,
    problems: &'static [u16],
}

type Describe = fn(&mut SchemaGenerator) -> Schema;

impl Operation {
    pub(super) fn get(path: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self::new(Method::GET, path, id, summary)
    }

    pub(super) fn post(path: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self::new(Method::POST, path, id, summary)
    }

    pub(super) fn delete(path: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self::new(Method::DELETE, path, id, summary)
    }

    fn new(method: Method, path: &'static str, id: &'static str, summary: &'static str) -> Self {
        let (request, answers, problems) = (None, Vec::new(), &[][..]);
        Self { method, path, id, summary, idempotent: false, request, answers, problems }
    }

    /// It takes a body of this type.
    pub(super) fn takes<T: JsonSchema>(mut self) -> Self {
        self.request = Some(SchemaGenerator::subschema_for::<T>);
        self
    }

    /// It demands an `Idempotency-Key`.
    pub(super) fn once(self) -> Self {
        Self { idempotent: true, ..self }
    }

    /// It may be answered like this.
    pub(super) fn answers<T: JsonSchema>(mut self, status: u16, what: &'static str) -> Self {
        self.answers.push((status, what, Some(SchemaGenerator::subschema_for::<T>)));
        self
    }

    /// It may be answered without a body.
    pub(super) fn answers_nothing(mut self, status: u16, what: &'static str) -> Self {
        self.answers.push((status, what, None));
        self
    }

    /// It may be refused with these statuses, beside those that everything may be refused with.
    pub(super) fn problems(self, problems: &'static [u16]) -> Self {
        Self { problems, ..self }
    }
}

impl Table {
    pub(super) fn new<'a>(title: &str, names: impl Iterator<Item = &'a str>) -> Self {
        let settings = || SchemaSettings::draft2020_12().with(own);
        Self {
            router: Router::new(),
            paths: Map::new(),
            names: names.map(str::to_owned).collect(),
            title: title.to_owned(),
            sent: settings().for_deserialize().into_generator(),
            answered: settings().for_serialize().into_generator(),
        }
    }

    /// A route, with its description.
    pub(super) fn on<H, T>(mut self, operation: Operation, handler: H) -> Self
    where
        H: Handler<T, Api>,
        T: 'static,
    {
        let filter = match operation.method {
            Method::DELETE => MethodFilter::DELETE,
            Method::POST => MethodFilter::POST,
            _ => MethodFilter::GET,
        };
        self.router = self.router.route(operation.path, on(filter, handler));
        let method = operation.method.as_str().to_lowercase();
        let path = operation.path;
        let described = self.describe(operation);
        let path = self.paths.entry(path).or_insert_with(|| json!({}));
        if let Value::Object(path) = path {
            path.insert(method, described);
        }
        self
    }

    /// The router, and the document.
    pub(super) fn finish(mut self) -> (Router<Api>, Value) {
        let mut schemas = self.sent.take_definitions(true);
        schemas.extend(self.answered.take_definitions(true));
        let document = json!({
            "openapi": "3.1.0",
            "info": {
                "title": self.title,
                "version": env!("CARGO_PKG_VERSION"),
                "description": DESCRIPTION,
            },
            "paths": self.paths,
            "components": { "schemas": schemas },
        });
        let router = self
            .router
            .fallback(super::definition::nothing)
            .method_not_allowed_fallback(super::definition::wrong_method);
        (router, document)
    }

    fn describe(&mut self, operation: Operation) -> Value {
        let mut described = json!({
            "operationId": operation.id,
            "summary": operation.summary,
            "parameters": self.parameters(&operation),
        });
        if let Some(request) = operation.request {
            let schema = request(&mut self.sent);
            described["requestBody"] =
                json!({ "required": true, "content": { "application/json": { "schema": schema } } });
        }
        let mut responses = Map::new();
        for (status, what, answer) in operation.answers {
            let mut response = json!({ "description": what });
            if let Some(answer) = answer {
                let schema = answer(&mut self.answered);
                response["content"] = json!({ "application/json": { "schema": schema } });
            }
            responses.insert(status.to_string(), response);
        }
        let problem = self.answered.subschema_for::<ProblemBody>();
        let problem = json!({ "application/problem+json": { "schema": problem } });
        for status in operation.problems {
            let what = reason(*status);
            responses.insert(status.to_string(), json!({ "description": what, "content": problem }));
        }
        let what = "Refused: by what guards the service, for its limits, or because something failed here";
        responses.insert("default".to_owned(), json!({ "description": what, "content": problem }));
        described["responses"] = Value::Object(responses);
        described
    }

    fn parameters(&self, operation: &Operation) -> Vec<Value> {
        let in_path = |name: &str, schema: Value, what: &str| json!({ "name": name, "in": "path", "required": true, "schema": schema, "description": what });
        let in_header = |name: &str, required: bool, schema: Value, what: &str| json!({ "name": name, "in": "header", "required": required, "schema": schema, "description": what });
        let mut parameters = Vec::new();
        if operation.path.contains("{name}") {
            parameters.push(in_path(
                "name",
                json!({ "type": "string", "enum": self.names }),
                "The name of the wizard's definition.",
            ));
        }
        if operation.path.contains("{id}") {
            let schema = json!({ "type": "string", "pattern": "^[0-9a-f]{32}$" });
            parameters.push(in_path("id", schema, "The wizard's id."));
        }
        if operation.idempotent {
            let schema = json!({ "type": "string", "pattern": r#"^"[!#-\[\]-~]{1,253}"$"# });
            let what = "Names this submission: a text in quotes. Sent again, the answer is the same.";
            parameters.push(in_header("Idempotency-Key", true, schema, what));
        }
        if operation.method != Method::GET {
            let what = "For callers with cookies: what the last answer brought in the header of this name.";
            parameters.push(in_header("X-CSRF-Token", false, json!({ "type": "string" }), what));
        }
        parameters
    }
}

const DESCRIPTION: &str = "Wizards: a caller is led through stages that need answers. Begin one, answer the stage that is \
    current, and submit what is answered to its end. Whatever is refused is told as a problem document (RFC 9457).";

fn own(settings: &mut SchemaSettings) {
    settings.definitions_path = "/components/schemas".into();
    settings.meta_schema = None;
}

fn reason(status: u16) -> &'static str {
    match status {
        400 => "It cannot be read",
        404 => "There is no such wizard, or it is somebody else's",
        409 => {
            "The wizard is not as the caller believes, or is busy; where it helps, the answer has it as it is saved"
        }
        410 => "The wizard is over its time",
        413 => "It is more than is allowed",
        415 => "The body is not JSON",
        422 => "Something about the answer or the command is wrong, with the place of each mistake",
        429 => "Too many wizards are open",
        503 => "Not now: it can be sent again",
        _ => "Refused",
    }
}
