//! An extractor that asks a service: what it sends, and what it makes of whatever comes back.

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use stepflow_wizard::extract::openai::{OpenAiBuilder, OpenAiError, OpenAiExtractor, Output};
use stepflow_wizard::extract::{ExtractError, Message, Turn, advance_text};
use stepflow_wizard::{Blueprint, Definition, Flow, Kind, Outcome, Refused, Stage, WizardError};

use super::server::{Reply, Server, completion, hangs_up};
use crate::kit::{env, map};

const KEY: &str = "sk-very-secret";
const TEXT: &str = "A Parrot called Rio, private matter 4711.";

fn vet() -> Definition {
    let patient = Stage::new("patient").prompt("Who is the patient?").schema(json!({
        "type": "object",
        "properties": {
            "species": { "type": "string", "enum": ["parrot", "greyhound"] },
            "name": { "type": "string", "default": "nobody" },
        },
        "required": ["species"],
    }));
    let flow = Flow::new("vet", vec![patient.to("done"), Stage::end("done")]);
    Definition::new(Blueprint::new(flow)).unwrap()
}

fn at(address: SocketAddr) -> OpenAiBuilder {
    OpenAiExtractor::at(format!("http://{address}/v1"))
        .key(KEY)
        .model("small")
        .direct()
        .waits(Duration::from_millis(1), Duration::from_millis(2))
}

async fn say(extractor: &OpenAiExtractor, message: impl Into<Message>) -> Result<Outcome, Box<Refused>> {
    let vet = vet();
    let state = vet.begin(&env(0)).unwrap().state;
    advance_text(&vet, state, message, extractor, &env(1)).await
}

fn fields(fields: Value) -> Reply {
    Reply::says(json!({ "fields": fields, "confidence": 0.95, "doubts": null }))
}

#[tokio::test]
async fn a_model_answers_in_the_form_that_it_is_given() {
    let server = Server::with([fields(json!({ "species": "parrot", "name": null }))]).await;
    let extractor = at(server.address).max_tokens(300).build().unwrap();
    let message = Message::new("the green one")
        .after([Turn::person("I have two birds"), Turn::wizard("Which of them?")]);
    let outcome = say(&extractor, message).await.unwrap();
    assert_eq!(outcome.kind, Kind::Completed);
    let found = outcome.extraction.unwrap();
    assert_eq!(found.said, map(json!({ "species": "parrot" })));
    assert_eq!(found.report, json!({ "usage": { "prompt_tokens": 9, "completion_tokens": 3 } }));

    let asked = &server.asked()[0];
    assert_eq!(asked.headers["authorization"], format!("Bearer {KEY}"));
    assert_eq!(asked.body["model"], "small");
    assert_eq!(asked.body["max_tokens"], 300);
    assert_eq!(
        asked.body["response_format"],
        json!({
            "type": "json_schema",
            "json_schema": {
                "name": "answers",
                "strict": true,
                "schema": {
                    "type": "object",
                    "properties": {
                        "fields": {
                            "type": "object",
                            "properties": {
                                "species": { "type": ["string", "null"], "enum": ["parrot", "greyhound", null] },
                                "name": { "type": ["string", "null"] },
                            },
                            "required": ["species", "name"],
                            "additionalProperties": false,
                        },
                        "confidence": { "type": "number" },
                        "doubts": { "type": ["string", "null"] },
                    },
                    "required": ["fields", "confidence", "doubts"],
                    "additionalProperties": false,
                },
            },
        })
    );
    // What people say is a document of its own.
    let said: Value = serde_json::from_str(asked.body["messages"][1]["content"].as_str().unwrap()).unwrap();
    assert_eq!(
        said,
        json!({
            "question": "Who is the patient?",
            "asked": "Which of them?",
            "earlier": ["I have two birds"],
            "message": "the green one",
        })
    );
    let instructions = asked.body["messages"][0]["content"].as_str().unwrap();
    assert!(!instructions.contains("green"));
}

#[tokio::test]
async fn services_that_know_no_schemas_are_told_in_words() {
    let server = Server::with([Reply::says(json!({ "species": "parrot", "name": "Rio" }))]).await;
    let extractor = at(server.address).output(Output::Object).build().unwrap();
    let outcome = say(&extractor, TEXT).await.unwrap();
    assert_eq!(outcome.kind, Kind::Completed);
    let asked = &server.asked()[0];
    assert_eq!(asked.body["response_format"], json!({ "type": "json_object" }));
    assert!(asked.body["messages"][0]["content"].as_str().unwrap().contains("\"fields\""));
}

/// What a service replies, what becomes of it, and how often it is asked.
#[tokio::test]
async fn whatever_a_service_replies_has_a_name() {
    let good = || fields(json!({ "species": "parrot" }));
    let message = |message: Value, finish: &str| Reply::Json(completion(message, finish));
    let limited = |wait| Reply::Fails(429, Some(("retry-after", wait)), json!({}));
    for (name, replies, expected, times) in [
        ("a good answer", vec![good()], "Completed", 1),
        (
            "an unsure answer",
            vec![Reply::says(json!({ "fields": { "species": "parrot" }, "confidence": 0.3 }))],
            "Confirm",
            1,
        ),
        (
            "a doubt",
            vec![Reply::says(
                json!({ "fields": { "species": "parrot" }, "confidence": 1, "doubts": "or two?" }),
            )],
            "Confirm",
            1,
        ),
        (
            "fields of its own",
            vec![fields(json!({ "species": "parrot", "goto": "done", "_signal": "x" }))],
            "Completed",
            1,
        ),
        ("a value that is none", vec![fields(json!({ "species": "zebra" }))], "Incomplete", 1),
        ("the wrong type", vec![fields(json!({ "species": ["parrot"] }))], "Incomplete", 1),
        ("nothing found", vec![fields(json!({}))], "Incomplete", 1),
        (
            "text around JSON",
            vec![Reply::Says(
                "Sure:\n```json\n{\"fields\":{\"species\":\"parrot\"},\"confidence\":1}\n```".into(),
            )],
            "Confirm",
            1,
        ),
        (
            "content in parts",
            vec![message(
                json!({ "content": [{ "type": "text", "text": "{\"fields\":{\"species\":\"parrot\"},\"confidence\":1}" }] }),
                "stop",
            )],
            "Completed",
            1,
        ),
        ("no JSON", vec![Reply::Says("A parrot, I think.".into())], "Malformed: it is no JSON", 1),
        (
            "half JSON",
            vec![Reply::Says("{\"fields\": {\"species\": \"par".into())],
            "Malformed: it is no JSON",
            1,
        ),
        ("a list", vec![Reply::Says("[1]".into())], "Malformed: it is no JSON object", 1),
        (
            "another form",
            vec![Reply::says(json!({ "answer": 42 }))],
            "Malformed: it does not have the form that was asked for",
            1,
        ),
        (
            "fields that are no object",
            vec![Reply::says(json!({ "fields": "parrot" }))],
            "Malformed: its `fields` are no object",
            1,
        ),
        ("no completion", vec![Reply::Text("<html>Welcome</html>")], "Malformed: it is no completion", 1),
        ("no choice", vec![Reply::Json(json!({ "choices": [] }))], "Malformed: it has no choice", 1),
        ("no text", vec![message(json!({ "content": null }), "stop")], "Malformed: it has no text", 1),
        (
            "a refusal",
            vec![message(json!({ "content": null, "refusal": "I cannot help with that." }), "stop")],
            "Refused",
            1,
        ),
        ("a filter", vec![message(json!({ "content": "" }), "content_filter")], "Refused", 1),
        ("an answer cut off", vec![message(json!({ "content": "{\"fie" }), "length")], "Truncated", 1),
        ("a huge answer", vec![Reply::Bytes(70_000)], "TooLarge: 65536", 1),
        ("a wrong key", vec![Reply::fails(401)], "Denied: 401", 1),
        (
            "an unknown model",
            vec![Reply::Fails(404, None, json!({ "error": { "code": "model_not_found", "message": KEY } }))],
            "Status: 404 model_not_found",
            1,
        ),
        (
            "an error that repeats the text",
            vec![Reply::Fails(400, None, json!({ "error": { "code": TEXT } }))],
            "Status: 400",
            1,
        ),
        (
            "an empty purse",
            vec![Reply::Fails(429, None, json!({ "error": { "code": "insufficient_quota" } }))],
            "Status: 429 insufficient_quota",
            1,
        ),
        ("too many requests, then good", vec![limited("0"), good()], "Completed", 2),
        ("too many requests, for long", vec![limited("3600")], "RateLimited: Some(3600s)", 1),
        (
            "too many requests, for ever",
            vec![limited("0"), limited("0"), limited("0")],
            "RateLimited: Some(0ns)",
            3,
        ),
        ("an error, then good", vec![Reply::fails(500), Reply::fails(503), good()], "Completed", 3),
        (
            "errors",
            vec![Reply::fails(500), Reply::fails(502), Reply::fails(504)],
            "Status: 504 server_error",
            3,
        ),
        (
            "a way elsewhere",
            vec![Reply::Fails(307, Some(("location", "http://127.0.0.1:1/")), json!({}))],
            "Status: 307",
            1,
        ),
    ] {
        let server = Server::with(replies).await;
        let extractor = at(server.address).answer_bytes(65_536).build().unwrap();
        let told = match say(&extractor, TEXT).await {
            Ok(outcome) => format!("{:?}", outcome.kind),
            Err(refused) => short(*refused),
        };
        assert_eq!(told, expected, "{name}");
        assert_eq!(server.asked().len(), times, "{name}");
    }
}

/// The error in short; no error may hold the key or what was written.
fn short(refused: Refused) -> String {
    assert_eq!(refused.state.rev(), 0);
    let mut told = format!("{refused} {refused:?}").replace(&format!("{:?}", refused.state), "");
    let mut source = Error::source(&refused.error);
    while let Some(error) = source {
        told.push_str(&format!(" {error} {error:?}"));
        source = error.source();
    }
    for secret in [KEY, TEXT, "4711"] {
        assert!(!told.contains(secret), "{told}");
    }
    let WizardError::Extraction(error) = refused.error else { panic!("{told}") };
    match error {
        ExtractError::Denied { status } => format!("Denied: {status}"),
        ExtractError::Malformed { reason, .. } => format!("Malformed: {reason}"),
        ExtractError::RateLimited { retry_after } => format!("RateLimited: {retry_after:?}"),
        ExtractError::Refused => "Refused".to_owned(),
        ExtractError::Status { status, code } => {
            format!("Status: {status} {}", code.unwrap_or_default()).trim().to_owned()
        }
        ExtractError::TimedOut { .. } => "TimedOut".to_owned(),
        ExtractError::TooLarge { allowed } => format!("TooLarge: {allowed}"),
        ExtractError::Truncated => "Truncated".to_owned(),
        ExtractError::Unreachable(_) => "Unreachable".to_owned(),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn a_service_that_does_not_answer_is_not_waited_for() {
    let server = Server::with([Reply::Never, Reply::Never]).await;
    let extractor = at(server.address).timeout(Duration::from_millis(30)).retries(1).build().unwrap();
    assert_eq!(short(*say(&extractor, TEXT).await.unwrap_err()), "TimedOut");
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_service_that_hangs_up_is_not_reached() {
    let whole = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"choices\"";
    for bytes in [b"".as_slice(), b"nonsense\r\n\r\n", whole] {
        let extractor = at(hangs_up(bytes).await).build().unwrap();
        assert_eq!(short(*say(&extractor, TEXT).await.unwrap_err()), "Unreachable");
    }
    // Nobody listens there at all.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    assert_eq!(short(*say(&at(address).build().unwrap(), TEXT).await.unwrap_err()), "Unreachable");
}

#[test]
fn what_cannot_work_is_refused_before_anything_is_sent() {
    let refused = |builder: OpenAiBuilder| builder.build().unwrap_err().to_string();
    let usual = || OpenAiExtractor::at("https://models.example/v1").model("small").key(KEY);
    usual().build().unwrap();
    usual().root_certificates(certificate()).build().unwrap();
    assert_eq!(
        refused(OpenAiExtractor::at("https://models.example/v1")),
        "no model is named; say `.model(…)`"
    );
    for address in ["models", "ftp://models.example", "https://user:word@models.example/v1"] {
        let error = OpenAiExtractor::at(address).model("small").build().unwrap_err();
        assert!(matches!(error, OpenAiError::Address { .. }), "{address}");
        assert!(!error.to_string().contains("word@"));
    }
    let plain = || OpenAiExtractor::at("http://models.example/v1").model("small").key(KEY);
    assert!(matches!(plain().build(), Err(OpenAiError::Plain)));
    plain().plain_http().build().unwrap();
    for local in ["http://localhost:1/v1", "http://127.0.0.1:1", "http://[::1]:1/v1/"] {
        OpenAiExtractor::at(local).model("small").build().unwrap();
    }
    assert!(matches!(usual().key("line\nbreak").build(), Err(OpenAiError::Key)));
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(matches!(
        usual().root_certificates(broken).build(),
        Err(OpenAiError::Certificate { number: 1, .. })
    ));
    let told = format!("{:?} {:?}", usual(), usual().build().unwrap());
    assert!(!told.contains(KEY), "{told}");
}

fn certificate() -> String {
    rcgen::generate_simple_self_signed(["models.example".to_owned()]).unwrap().cert.pem()
}
