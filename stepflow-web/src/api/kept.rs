//! Wizards that are kept on the server.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use serde_json::Value;
use stepflow_wizard::compat::AdvanceResult;
use stepflow_wizard::store::{SubmissionId, WizardKey};
use stepflow_wizard::{Call, Command, Definition, Env, Kind, Map, Session, Submitted, Wizards, WizardsError};

use super::Api;
use super::body::Body;
use super::caller::{At, Caller};
use super::idempotency::IdempotencyKey;
use super::problem::{Answer, Problem};
use super::wire::{Advance, Advanced, Answers, Begin, Complete, FieldProblem, Original, Receipt, WizardBody};
use crate::RotateSession;

/// `POST /wizards/{name}`.
pub(super) async fn begin(
    State(api): State<Api>,
    caller: Caller,
    At(name): At<String>,
    Body(Begin {}): Body<Begin>,
) -> Answer {
    let wizards = api.of(&name)?;
    let begun = wizards.begin(&caller.owner()?, initial(&api, &name, &caller)).await;
    let begun = begun.map_err(|error| Problem::of(wizards, error))?;
    tell(&begun);
    let wizard = shown(wizards, &begun.session)?;
    let mut response = caller.answer(StatusCode::CREATED, &Advanced::of(&begun.outcome, wizard));
    let path = format!("/wizards/{}/{}", encoded(&name), begun.session.key().id);
    if let Ok(location) = HeaderValue::from_str(&caller.mount.path(&path)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// `GET /wizards/{name}/{id}`.
pub(super) async fn show(
    State(api): State<Api>,
    caller: Caller,
    At((name, id)): At<(String, String)>,
) -> Answer {
    let wizards = api.of(&name)?;
    let key = caller.key(&id)?;
    let body = match wizards.load(&key).await {
        Ok(session) => shown(wizards, &session)?,
        Err(WizardsError::Done(submitted)) => {
            let revision = revision(wizards, &key).await?;
            WizardBody::done(wizards, id, revision, &submitted)
        }
        Err(error) => return Err(Problem::of(wizards, error)),
    };
    Ok(caller.answer(StatusCode::OK, &body))
}

/// `GET /wizards/{name}/{id}/answers`.
pub(super) async fn answers(
    State(api): State<Api>,
    caller: Caller,
    At((name, id)): At<(String, String)>,
) -> Answer {
    let wizards = api.of(&name)?;
    let session = wizards.load(&caller.key(&id)?).await.map_err(|error| Problem::of(wizards, error))?;
    let journey = wizards.journey(&session).map_err(|error| Problem::refused(&error))?;
    Ok(caller.answer(StatusCode::OK, &Answers::of(session.revision(), journey)))
}

/// `POST /wizards/{name}/{id}/advance`.
pub(super) async fn advance(
    State(api): State<Api>,
    caller: Caller,
    At((name, id)): At<(String, String)>,
    Body(body): Body<Advance>,
) -> Answer {
    let wizards = api.of(&name)?;
    let advanced = carry_out(wizards, &caller.key(&id)?, body).await?;
    let wizard = shown(wizards, &advanced.session)?;
    Ok(caller.answer(StatusCode::OK, &Advanced::of(&advanced.outcome, wizard)))
}

/// `POST /wizards/{name}/{id}/advance/original`.
pub(super) async fn advance_as_original(
    State(api): State<Api>,
    caller: Caller,
    At((name, id)): At<(String, String)>,
    Body(body): Body<Advance>,
) -> Answer {
    let wizards = api.of(&name)?;
    let advanced = carry_out(wizards, &caller.key(&id)?, body).await?;
    let at = advanced.session.state().entered_at();
    let result = AdvanceResult::of(wizards.definition(), &advanced.outcome, &Env::at(at));
    let result = result.map_err(|error| Problem::refused(&error))?;
    let result = serde_json::to_value(result).map_err(|error| Problem::internal(&error))?;
    let Value::Object(mut result) = result else { return Err(Problem::internal(&std::fmt::Error)) };
    erase(wizards.definition(), &mut result);
    Ok(caller.answer(StatusCode::OK, &Original { revision: advanced.session.revision(), result }))
}

/// `POST /wizards/{name}/{id}/complete`.
pub(super) async fn complete(
    State(api): State<Api>,
    caller: Caller,
    At((name, id)): At<(String, String)>,
    key: IdempotencyKey,
    Body(body): Body<Complete>,
) -> Answer {
    let wizards = api.of(&name)?;
    let wizard = caller.key(&id)?;
    let submission: SubmissionId = body.submission.parse().map_err(|_| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-command", "The wizard cannot be submitted")
            .at(
                "/submission",
                "pattern",
                "The name of a submission has 32 hexadecimal digits; the wizard shows it.",
            )
    })?;
    // First that it is the caller's: the key is about what they can see.
    match wizards.load(&wizard).await {
        Ok(_) | Err(WizardsError::Done(_) | WizardsError::Completing) => {}
        Err(error) => return Err(Problem::of(wizards, error)),
    }
    api.seen.note(&wizard.owner, &key, &["kept", &name, &id, &body.submission])?;
    let submitted = submit(wizards, wizard, submission).await?;
    if submitted.submission != submission {
        return Err(Problem::of(wizards, WizardsError::Done(Box::new(submitted))));
    }
    Ok(receipt(&submitted))
}

/// `DELETE /wizards/{name}/{id}`.
pub(super) async fn delete(
    State(api): State<Api>,
    caller: Caller,
    At((name, id)): At<(String, String)>,
) -> Answer {
    let wizards = api.of(&name)?;
    let key = caller.key(&id)?;
    match wizards.load(&key).await {
        // The receipt is what says that it was submitted.
        Err(error @ WizardsError::Done(_)) => return Err(Problem::of(wizards, error)),
        // What cannot be read any more can be deleted.
        Ok(_) | Err(WizardsError::Unusable(_)) => {}
        Err(error) => return Err(Problem::of(wizards, error)),
    }
    wizards.delete(&key).await.map_err(|error| Problem::of(wizards, error))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What is known of the caller.
pub(super) fn initial(api: &Api, name: &str, caller: &Caller) -> Map {
    api.options.initial.as_ref().map(|initial| initial(name, &caller.visitor)).unwrap_or_default()
}

/// Submits, and goes on with that when the caller hangs up.
pub(super) async fn submit(
    wizards: &Wizards,
    key: WizardKey,
    submission: SubmissionId,
) -> Result<Submitted, Problem> {
    let own = wizards.clone();
    let submitting = tokio::spawn(async move { own.complete(&key, submission).await });
    let submitted = submitting.await.map_err(|error| Problem::internal(&error))?;
    submitted.map_err(|error| Problem::of(wizards, error))
}

/// The same, byte for byte, however often it is asked for. The session goes on under another id.
pub(super) fn receipt(submitted: &Submitted) -> Response {
    (Extension(RotateSession), Json(Receipt::from(submitted))).into_response()
}

/// What is wrong with what a caller answered, at the place where they did.
pub(super) fn wrong(command: &Command, errors: &[stepflow_wizard::FieldError]) -> Problem {
    let base = match command {
        Command::AddItem(_) | Command::EditItem { .. } | Command::Submit(_) => "/command/values",
        _ => "/command",
    };
    Problem::invalid(FieldProblem::of(errors, base))
}

async fn carry_out(
    wizards: &Wizards,
    key: &WizardKey,
    body: Advance,
) -> Result<stepflow_wizard::Advanced, Problem> {
    let command = Command::from(body.command);
    let mut call = Call::from(command.clone());
    if let Some(id) = body.call_id {
        if id.is_empty() || id.len() > 255 {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Err(Problem::new(status, "invalid-command", "The command cannot be carried out").at(
                "/call_id",
                "length",
                "The id of a call has 1 to 255 bytes.",
            ));
        }
        call = call.with_id(id);
    }
    let advanced = wizards.advance(key, body.revision, call).await;
    let advanced = advanced.map_err(|error| Problem::of(wizards, error))?;
    tell(&advanced);
    if advanced.outcome.kind == Kind::Invalid {
        return Err(wrong(&command, &advanced.outcome.errors).wizard(shown(wizards, &advanced.session)?));
    }
    Ok(advanced)
}

fn shown(wizards: &Wizards, session: &Session) -> Result<WizardBody, Problem> {
    WizardBody::of(wizards, session).map_err(|error| Problem::refused(&error))
}

/// The revision of a wizard that was submitted.
async fn revision(wizards: &Wizards, key: &WizardKey) -> Result<u64, Problem> {
    let stored = wizards.store().load(key).await;
    let stored = stored.map_err(|error| Problem::of(wizards, error.into()))?;
    stored.map(|stored| stored.revision).ok_or_else(Problem::not_found)
}

/// What hooks complained of concerns whoever runs the service.
fn tell(advanced: &stepflow_wizard::Advanced) {
    for error in &advanced.hook_errors {
        let error: &(dyn std::error::Error + 'static) = error;
        tracing::warn!(error, wizard = %advanced.session.key().id, "a hook failed; what is saved stands");
    }
}

/// Sensitive fields are not shown, wherever they stand.
fn erase(definition: &Definition, result: &mut Map) {
    let names = definition.sensitive_fields();
    let places = ["state", "metadata", "extraction"];
    for place in places.iter().filter_map(|place| result.get_mut(*place).map(|_| *place)).collect::<Vec<_>>()
    {
        if let Some(value) = result.get_mut(place) {
            forget(value, &names);
        }
    }
}

fn forget(value: &mut Value, names: &std::collections::BTreeSet<&str>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| forget(item, names)),
        Value::Object(fields) => {
            fields.retain(|name, _| !names.contains(name.as_str()));
            fields.values_mut().for_each(|value| forget(value, names));
        }
        _ => {}
    }
}

/// A name as one part of an address.
fn encoded(name: &str) -> String {
    percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC).to_string()
}
