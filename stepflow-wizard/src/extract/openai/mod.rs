//! Asking a language model: any service that speaks the chat protocol of OpenAI.
//!
//! The model is asked for an answer in the form of a JSON Schema, made from that of the stage. What the person wrote is
//! handed over as a JSON document, apart from the instructions, so that no text can end its own quotation. Whatever the
//! model says is validated by the wizard like a form, so that instructions hidden in a text lead nowhere further than
//! the fields of the stage.
//!
//! Errors, and what is printed of an extractor with `{:?}`, hold neither the key nor anything a person wrote.

mod builder;
mod http;
mod instructions;
mod key;
mod reply;
mod strict;

use std::fmt;

use serde_json::{Map, Value, json};

pub use self::builder::{OpenAiBuilder, OpenAiError};
use self::http::Service;
use self::reply::Completion;
use super::{ExtractError, ExtractFuture, Extraction, ExtractionRequest, Extractor};

/// An extractor that asks a language model, over the chat protocol of OpenAI.
///
/// It needs tokio, with its timers and I/O switched on.
///
/// ```
/// use std::time::Duration;
///
/// use stepflow_wizard::extract::openai::OpenAiExtractor;
///
/// let extractor = OpenAiExtractor::at("http://localhost:11434/v1")
///     .model("llama3.2")
///     .timeout(Duration::from_secs(20))
///     .build()?;
/// # drop(extractor);
/// # Ok::<(), stepflow_wizard::extract::openai::OpenAiError>(())
/// ```
#[derive(Clone)]
pub struct OpenAiExtractor {
    service: Service,
    model: String,
    output: Output,
    max_tokens: Option<u32>,
}

/// How the model is told what form its answer must have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// The service is told that the answer is JSON; the form stands in the instructions. For services that know no
    /// schemas.
    Object,
    /// The service holds the model to a schema, strictly where the stage's own schema can be said so.
    #[default]
    Schema,
}

impl OpenAiExtractor {
    /// An extractor at the address of a service, such as `https://api.openai.com/v1`.
    pub fn at(base_url: impl Into<String>) -> OpenAiBuilder {
        OpenAiBuilder::new(base_url.into())
    }

    /// What the service is sent.
    fn body(&self, request: &ExtractionRequest) -> Value {
        let fields = strict::fields(&request.schema);
        let form = strict::form(&fields.schema);
        let said = json!({
            "question": request.prompt,
            "asked": request.asked,
            "earlier": request.earlier,
            "message": request.text,
        });
        let mut instructions = instructions::TEXT.to_owned();
        let format = match self.output {
            Output::Schema => json!({
                "type": "json_schema",
                "json_schema": { "name": "answers", "strict": fields.strict, "schema": form },
            }),
            Output::Object => {
                instructions.push_str(instructions::FORM);
                instructions.push_str(&form.to_string());
                json!({ "type": "json_object" })
            }
        };
        let mut body = json!({
            "model": request.model.as_deref().unwrap_or(&self.model),
            "messages": [
                { "role": "system", "content": instructions },
                { "role": "user", "content": said.to_string() },
            ],
            "response_format": format,
        });
        if let Some(most) = self.max_tokens {
            body["max_tokens"] = most.into();
        }
        body
    }

    async fn ask(&self, request: &ExtractionRequest) -> Result<Extraction, ExtractError> {
        let reply = self.service.post(&self.body(request)).await?;
        let completion: Completion = serde_json::from_slice(&reply).map_err(|source| {
            ExtractError::Malformed { reason: "it is no completion", source: Some(source) }
        })?;
        let usage = completion.usage();
        let mut found = reply::read(completion, &request.schema)?;
        found.report = Value::Object(Map::from_iter([("usage".to_owned(), usage)]));
        Ok(found)
    }
}

impl Extractor for OpenAiExtractor {
    fn extract<'a>(&'a self, request: &'a ExtractionRequest) -> ExtractFuture<'a> {
        Box::pin(self.ask(request))
    }
}

impl fmt::Debug for OpenAiExtractor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAiExtractor")
            .field("service", &self.service)
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}
