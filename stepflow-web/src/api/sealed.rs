//! Wizards whose state the caller keeps, as a sealed token.
//!
//! A token is for the definition and the person that it was made for, and for a while. What is submitted goes into the
//! store under the id of the wizard, so that it is taken once, whichever token of it comes back.

use axum::extract::State;
use axum::http::StatusCode;
use stepflow_wizard::store::{Created, NewWizard, SubmissionId, WizardId, WizardKey};
use stepflow_wizard::{Env, Kind, Outcome, StageView, Timestamp, Wizards, WizardsError, advance};

use super::Api;
use super::body::Body;
use super::caller::{At, Caller};
use super::idempotency::{self, IdempotencyKey};
use super::kept;
use super::problem::{Answer, Problem};
use super::wire::{AdvanceSealed, Advanced, Begin, Sealed, ViewSealed, WizardBody};
use crate::token::{self, Keys, Subject, TokenError};

/// One wizard, out of its token.
struct Opened {
    id: WizardId,
    state: stepflow_wizard::State,
    expires: Timestamp,
}

/// `POST /sealed/{name}`.
pub(super) async fn begin(
    State(api): State<Api>,
    caller: Caller,
    At(name): At<String>,
    Body(Begin {}): Body<Begin>,
) -> Answer {
    let sealing = Sealing::of(&api, &caller, &name)?;
    let wizards = sealing.wizards;
    let env = sealing.env;
    let initial = kept::initial(&api, &name, &caller);
    let outcome = wizards.definition().begin_with(initial, &env).map_err(|error| Problem::refused(&error))?;
    let id = token::random::<16>().map_err(|error| Problem::internal(&error))?;
    let body = sealing.advanced(WizardId::from_random(id), &outcome)?;
    Ok(caller.answer(StatusCode::CREATED, &body))
}

/// `POST /sealed/{name}/view`.
pub(super) async fn view(
    State(api): State<Api>,
    caller: Caller,
    At(name): At<String>,
    Body(body): Body<ViewSealed>,
) -> Answer {
    let sealing = Sealing::of(&api, &caller, &name)?;
    let opened = sealing.open(&body.token)?;
    let view = sealing.wizards.definition().view(&opened.state, &sealing.env);
    let view = view.map_err(|error| Problem::refused(&error))?;
    let wizard = sealing.wizard(opened.id, &opened.state, view, opened.expires)?;
    Ok(caller.answer(StatusCode::OK, &Sealed { token: body.token, wizard }))
}

/// `POST /sealed/{name}/advance`.
pub(super) async fn step(
    State(api): State<Api>,
    caller: Caller,
    At(name): At<String>,
    Body(body): Body<AdvanceSealed>,
) -> Answer {
    let sealing = Sealing::of(&api, &caller, &name)?;
    let opened = sealing.open(&body.token)?;
    let command = stepflow_wizard::Command::from(body.command);
    let definition = sealing.wizards.definition();
    let outcome = advance(definition, opened.state, command.clone(), &sealing.env);
    let outcome = outcome.map_err(|refused| Problem::refused(&refused.error))?;
    let answer = sealing.advanced(opened.id, &outcome)?;
    if outcome.kind == Kind::Invalid {
        let token = answer.token.clone();
        return Err(kept::wrong(&command, &outcome.errors).wizard(answer.wizard).token(token));
    }
    Ok(caller.answer(StatusCode::OK, &answer))
}

/// `POST /sealed/{name}/complete`.
pub(super) async fn complete(
    State(api): State<Api>,
    caller: Caller,
    At(name): At<String>,
    key: IdempotencyKey,
    Body(body): Body<ViewSealed>,
) -> Answer {
    let sealing = Sealing::of(&api, &caller, &name)?;
    let wizards = sealing.wizards;
    let opened = sealing.open(&body.token)?;
    let (id, state) = (opened.id.to_string(), &opened.state);
    let journey =
        wizards.definition().journey(state, &sealing.env).map_err(|error| Problem::refused(&error))?;
    if !state.is_completed() || !journey.complete {
        return Err(Problem::unfinished(&journey.open));
    }
    let submission = submission(opened.id, state)?;
    api.seen.note(&caller.owner()?, &key, &["sealed", &name, &id, &submission.to_string()])?;
    // One owner for each, so that a cap on what one owner may have does not count what others submitted.
    let owner = format!("sealed:{id}").parse().map_err(|error| Problem::internal(&error))?;
    let wizard = WizardKey { id: opened.id, owner };
    let new = NewWizard {
        key: wizard.clone(),
        wizard: name,
        state: state.to_json().map_err(|error| Problem::internal(&error))?,
        submission: Some(submission),
        lifetime: wizards.keeping().lifetime,
        caps: wizards.keeping().caps,
    };
    let created = wizards.store().create(&new).await;
    match created.map_err(|error| Problem::of(wizards, error.into()))? {
        Created::Added(_) | Created::Exists => {}
        Created::Full(cap) => return Err(Problem::of(wizards, WizardsError::TooMany(cap))),
    }
    let submitted = kept::submit(wizards, wizard, submission).await?;
    if submitted.submission != submission {
        return Err(Problem::of(wizards, WizardsError::Done(Box::new(submitted))));
    }
    Ok(kept::receipt(&submitted))
}

/// What tokens are made and read with, for one caller and one wizard.
struct Sealing<'a> {
    wizards: &'a Wizards,
    keys: &'a Keys,
    env: Env,
    purpose: String,
}

impl<'a> Sealing<'a> {
    fn of(api: &'a Api, caller: &Caller, name: &str) -> Result<Self, Problem> {
        let wizards = api.of(name)?;
        let keys = api.options.sealed.as_ref().ok_or_else(Problem::not_found)?;
        let env = wizards.env().map_err(|error| Problem::of(wizards, error))?;
        let person = caller.visitor.principal().map(|principal| principal.id()).unwrap_or_default();
        Ok(Self { wizards, keys, env, purpose: format!("wizard {name}\nof {person}") })
    }

    fn open(&self, token: &str) -> Result<Opened, Problem> {
        let opened = self.keys.open(&self.purpose, self.env.now, token).map_err(|error| unopened(&error))?;
        if opened.subject.definition != self.wizards.definition().fingerprint().to_string() {
            return Err(changed());
        }
        let text = std::str::from_utf8(&opened.payload).map_err(|error| Problem::internal(&error))?;
        let state =
            stepflow_wizard::State::from_json(text).map_err(|error| Problem::unusable(&error.into()))?;
        let id = opened.subject.run.parse().map_err(|error| Problem::internal(&error))?;
        Ok(Opened { id, state, expires: opened.expires })
    }

    fn seal(&self, id: WizardId, state: &stepflow_wizard::State) -> Result<(String, Timestamp), Problem> {
        let expires = self.expires(state);
        let subject = Subject::new(self.purpose.as_str())
            .definition(self.wizards.definition().fingerprint().to_string())
            .run(id.to_string())
            .revision(state.rev());
        let json = state.to_json().map_err(|error| Problem::internal(&error))?;
        match self.keys.seal(&subject, expires, json.as_bytes()) {
            Ok(token) => Ok((token, expires)),
            Err(TokenError::TooLarge) => Err(too_large()),
            Err(error) => Err(Problem::internal(&error)),
        }
    }

    fn advanced(&self, id: WizardId, outcome: &Outcome) -> Result<Advanced, Problem> {
        let (token, expires) = self.seal(id, &outcome.state)?;
        let wizard = self.wizard(id, &outcome.state, outcome.view.clone(), expires)?;
        let mut advanced = Advanced::of(outcome, wizard);
        advanced.token = Some(token);
        Ok(advanced)
    }

    fn wizard(
        &self,
        id: WizardId,
        state: &stepflow_wizard::State,
        view: StageView,
        expires: Timestamp,
    ) -> Result<WizardBody, Problem> {
        let submission = state.is_completed().then(|| submission(id, state)).transpose()?;
        let submission = submission.map(|submission| submission.to_string());
        Ok(WizardBody::sealed(self.wizards, id.to_string(), state, view, submission, expires))
    }

    /// As wizards in the store: so long after the last answer, and never longer than so long after the first.
    fn expires(&self, state: &stepflow_wizard::State) -> Timestamp {
        let lifetime = self.wizards.keeping().lifetime;
        let idle = self.env.now.checked_add(lifetime.idle).unwrap_or(Timestamp::MAX);
        let absolute = state.started_at().checked_add(lifetime.absolute).unwrap_or(Timestamp::MAX);
        idle.min(absolute)
    }
}

/// The same for the same answers of the same wizard, and another one for others.
fn submission(id: WizardId, state: &stepflow_wizard::State) -> Result<SubmissionId, Problem> {
    let json = state.to_json().map_err(|error| Problem::internal(&error))?;
    let [bits @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] =
        idempotency::digest(&["submission", &id.to_string(), &json]);
    Ok(SubmissionId::from_random(bits))
}

fn unopened(error: &TokenError) -> Problem {
    match error {
        TokenError::Expired { .. } => Problem::expired(),
        _ => Problem::new(StatusCode::BAD_REQUEST, "token", "The token is not valid here").at(
            "/token",
            "token",
            "Send the token of the last answer as it was, to the wizard and as the person that it was made for.",
        ),
    }
}

fn changed() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "unusable",
        "What is saved cannot be used any more, because the wizard has changed; begin another one",
    )
}

fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "limit-exceeded",
        "The answers are more than a token can carry",
    )
}
