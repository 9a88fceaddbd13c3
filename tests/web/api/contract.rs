//! The OpenAPI document, and whether answers are as it says.

use std::cell::RefCell;
use std::collections::BTreeSet;

use axum::http::HeaderMap;
use serde_json::Value;

/// The document, and which of its operations were asked for.
pub(crate) struct Contract {
    document: Value,
    used: RefCell<BTreeSet<String>>,
}

impl Contract {
    pub(crate) fn new(document: Value) -> Self {
        assert_eq!(document["openapi"], "3.1.0");
        Self { document, used: RefCell::default() }
    }

    /// The operations that were asked for, and all there are.
    pub(crate) fn coverage(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let paths = self.document["paths"].as_object().unwrap().values();
        let operations = paths.flat_map(|path| path.as_object().unwrap().values());
        let all = operations.map(|operation| operation["operationId"].as_str().unwrap().to_owned()).collect();
        (self.used.borrow().clone(), all)
    }

    /// What was sent and what came back are as the document says; what it does not know was refused.
    pub(crate) fn check(
        &self,
        method: &str,
        path: &str,
        sent: Option<&Value>,
        status: u16,
        headers: &HeaderMap,
        body: &str,
    ) {
        let kind = headers.get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
        let Some((template, operation)) = self.operation(method, path) else {
            assert!(
                matches!(status, 404 | 405),
                "{method} {path} is not described, and was answered with {status}"
            );
            let problem = serde_json::from_str(body).unwrap();
            self.validate("/components/schemas/Problem", &problem, &format!("{method} {path} {status}"));
            return;
        };
        self.used.borrow_mut().insert(operation["operationId"].as_str().unwrap().to_owned());
        let what = format!("{method} {template} {status}");
        let base = format!("/paths/{}/{}", escape(template), method.to_lowercase());
        if let Some(sent) = sent.filter(|_| status < 300) {
            self.validate(&format!("{base}/requestBody/content/application~1json/schema"), sent, &what);
        }
        let responses = operation["responses"].as_object().unwrap();
        let named = status.to_string();
        let named = if responses.contains_key(&named) { named } else { "default".to_owned() };
        assert!(named != "default" || status >= 400, "{what} is not described");
        let Some(content) = responses[&named].get("content") else {
            assert_eq!(body, "", "{what}");
            return;
        };
        let kind = kind.unwrap();
        assert!(content.get(&kind).is_some(), "{what}: {kind} is not described\n{body}");
        let answer = serde_json::from_str(body).unwrap();
        self.validate(&format!("{base}/responses/{named}/content/{}/schema", escape(&kind)), &answer, &what);
    }

    fn operation(&self, method: &str, path: &str) -> Option<(&str, &Value)> {
        let path = path.strip_prefix("/api")?;
        let fits = |template: &str| {
            let (template, path): (Vec<_>, Vec<_>) =
                (template.split('/').collect(), path.split('/').collect());
            template.len() == path.len()
                && template.iter().zip(&path).all(|(name, part)| name.starts_with('{') || name == part)
        };
        let (template, operations) =
            self.document["paths"].as_object().unwrap().iter().find(|(template, _)| fits(template))?;
        Some((template, operations.get(method.to_lowercase())?))
    }

    /// The schema at this place of the document, where its references can be followed.
    fn validate(&self, pointer: &str, value: &Value, what: &str) {
        let schema = self.document.pointer(pointer).unwrap_or_else(|| panic!("{what}: no {pointer}"));
        let mut schema = schema.clone();
        schema["components"] = self.document["components"].clone();
        let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let errors: Vec<_> =
            schema.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{what}: {errors:#?}\n{value:#}");
    }
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
