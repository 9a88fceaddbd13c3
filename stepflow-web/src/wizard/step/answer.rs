//! `POST /{step}`: what a person sent, what becomes of it, and where that leads.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;
use stepflow_wizard::{
    AnswerModel, Call, Cause, Command, Env, EventKind, FieldError, FieldErrors, Input, Kind, Map, Name,
    Outcome, Session, StageKind, State, WizardError, WizardsError, advance,
};

use super::action::{Action, is_strange};
use super::draw::Drawn;
use super::{needs_check, whereto};
use crate::Fields;
use crate::form::{Field, Posted, decode};
use crate::wizard::ask::Ask;
use crate::wizard::find::Found;
use crate::wizard::look::{self, Look};
use crate::wizard::{Stay, check, digest, stale, trouble};

/// How often a call is tried again when somebody else saved in between.
const TRIES: usize = 4;

pub(in crate::wizard) async fn post(ask: Ask, fields: Fields) -> Response {
    let Some((flow, stage)) = ask.app.at(ask.param("step")) else { return trouble::not_found(&ask) };
    let (flow, stage) = (Arc::clone(flow), Arc::clone(&stage.name));
    respond(&ask, Some((flow, stage)), Posted::from(&fields)).await
}

/// `POST /next`, as the original has it: an answer to the step where the wizard is.
pub(in crate::wizard) async fn next(ask: Ask, fields: Fields) -> Response {
    respond(&ask, None, Posted::from(&fields)).await
}

/// `POST /back`, as the original has it.
pub(in crate::wizard) async fn back(ask: Ask, fields: Fields) -> Response {
    let mut posted = Posted::from(&fields);
    posted.0.retain(|(name, _)| name != "_action");
    posted.0.push(("_action".to_owned(), "back".to_owned()));
    respond(&ask, None, posted).await
}

async fn respond(ask: &Ask, step: Option<(Name, Name)>, posted: Posted) -> Response {
    let strange = posted.0.iter().any(|(name, _)| is_strange(name));
    let Some(action) = Action::read(posted.one("_action")).filter(|_| !strange) else {
        return trouble::malformed(ask);
    };
    for _ in 0..TRIES {
        match answer(ask, step.as_ref(), &posted, &action).await {
            Ok(Some(response)) => return response,
            Ok(None) => {}
            Err(error) => return trouble::of(ask, &error),
        }
    }
    trouble::unavailable(ask)
}

/// Carries one form out. `None` where somebody else saved in between.
async fn answer(
    ask: &Ask,
    step: Option<&(Name, Name)>,
    posted: &Posted,
    action: &Action,
) -> Result<Option<Response>, WizardsError> {
    let session = match ask.find_named(posted.one("_run").unwrap_or_default()).await? {
        Found::Open(session) => *session,
        Found::None => ask.begin().await?,
        Found::Expired => return Ok(Some(trouble::expired(ask))),
        Found::Completing(_) | Found::Done(..) => return Ok(Some(trouble::submitted_already(ask))),
    };
    let env = ask.app.wizards.env()?;
    let current = (Name::from(session.state().flow()), Name::from(session.state().stage()));
    let (flow, stage) = step.unwrap_or(&current);
    let looked = look::at(&ask.app.wizards, session.state().clone(), flow, stage, &env);
    let Some(look) = looked.map_err(WizardsError::Unusable)? else {
        let place = whereto(&ask.app, session.state(), &env).map_err(WizardsError::Unusable)?;
        return Ok(Some(ask.to(&place)));
    };
    let sent =
        Sent { ask, posted, session: &session, look: &look, env, id: digest::of_posted(stage, posted) };
    let old = posted.one("_seen").is_some_and(|seen| seen != digest::of_view(&look.view));
    if sent.is_repeated() {
        let place = whereto(&ask.app, session.state(), &env).map_err(WizardsError::Unusable)?;
        return Ok(Some(ask.to(&place)));
    }
    if old && !matches!(action, Action::RemoveItem(_) | Action::Cancel) {
        return Ok(Some(stale::page(ask, &session, &look, posted)));
    }
    let response = sent.carry_out(action).await?;
    Ok(response.map(|response| ask.remember(session.key().id, response)))
}

/// A form, with the wizard that it is about.
struct Sent<'a> {
    ask: &'a Ask,
    posted: &'a Posted,
    session: &'a Session,
    look: &'a Look,
    env: Env,
    /// The same form twice is one call.
    id: String,
}

/// What is to be done, and whether it leaves the step.
struct Plan {
    commands: Vec<Command>,
    /// Where it leads, where that is not the step that is current then.
    then: Option<String>,
    values: Map,
}

impl Plan {
    fn new(commands: Vec<Command>, values: Map) -> Self {
        Self { commands, then: None, values }
    }

    fn then(self, place: impl Into<String>) -> Self {
        Self { then: Some(place.into()), ..self }
    }
}

impl Sent<'_> {
    fn is_repeated(&self) -> bool {
        let probe = Call::from(Command::SaveDraft(Map::new())).with_id(self.id.as_str());
        let probed = advance(self.ask.app.definition(), self.session.state().clone(), probe, &self.env);
        probed.is_ok_and(|outcome| outcome.kind == Kind::Repeated)
    }

    async fn carry_out(&self, action: &Action) -> Result<Option<Response>, WizardsError> {
        let fields = self.ask.fields(&self.look.view);
        let posted = self.posted.clone().compact(&fields);
        let unknown = decode::unknown(&fields, self.posted);
        if unknown > 0 {
            tracing::debug!(stage = %self.look.view.stage, unknown, "fields were sent that nobody asked for");
        }
        let values = self.values(&fields, &posted);
        let answers = matches!(action, Action::Next | Action::AddItem);
        if answers && let Err(errors) = self.validate(&values).await {
            return self.refuse(&posted, &errors.0).await.map(Some);
        }
        let plan = self.plan(action, &fields, values);
        let mut outcome = match self.try_all(&plan) {
            Ok(outcome) => outcome,
            Err(error) => return Ok(Some(trouble::refused(self.ask, &error))),
        };
        if let Some(errors) = self.errors(action, &outcome, &fields) {
            return self.refuse(&posted, &errors).await.map(Some);
        }
        if self.posted.one("_return") == Some("check") && plan.then.is_none() {
            outcome = self.back_to_check(outcome);
        }
        match self.hooks(&outcome, &plan.values).await {
            Ok(()) => {}
            Err(Stay::Errors(errors)) => return self.refuse(&posted, &errors.0).await.map(Some),
            Err(Stay::Page(page)) => return Ok(Some(self.instead(&posted, page))),
            Err(Stay::Failed(error)) => {
                tracing::warn!(stage = %self.look.view.stage, %error, "a hook failed");
                return Ok(Some(self.ask.not_loaded(self.look, &error)));
            }
        }
        let confirms = outcome.kind == Kind::Confirm;
        let saved = match self.ask.app.wizards.save(self.session, outcome).await {
            Ok(saved) => saved,
            Err(WizardsError::Stale { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        for error in &saved.hook_errors {
            tracing::warn!(%error, "a hook failed");
        }
        if let Some(place) = plan.then {
            return Ok(Some(self.ask.to(&place)));
        }
        self.lead_on(&saved.session, confirms).await.map(Some)
    }

    /// To the step that is current now, to the check page, or on to the end.
    async fn lead_on(&self, session: &Session, confirms: bool) -> Result<Response, WizardsError> {
        let (app, state) = (&self.ask.app, session.state());
        if state.is_completed() {
            let journey = app.wizards.journey(session).map_err(WizardsError::Unusable)?;
            if needs_check(app, &journey) {
                return Ok(self.ask.to("/check"));
            }
            return Ok(check::send(self.ask, session).await);
        }
        let mut place = format!("/{}", app.address(state.flow(), state.stage()));
        if confirms {
            place.push_str("?confirm=1");
        } else if self.posted.one("_return") == Some("check") {
            place.push_str("?return=check");
        }
        Ok(self.ask.to(&place))
    }

    /// The answer that was sent. What is secret and was left empty stays as it was.
    fn values(&self, fields: &[Field], posted: &Posted) -> Map {
        let decoded = decode(fields, posted);
        let mut values = decoded.values;
        let flow = self.ask.app.definition().flow(&self.look.view.flow);
        let flat = flow.is_some_and(|flow| flow.answers == AnswerModel::Flat);
        let saved = self.look.state.page(&self.look.view.stage);
        for name in decoded.blank {
            let field = fields.iter().find(|field| field.name == name);
            let secret = field.is_some_and(|field| field.sensitive);
            let kept = saved.and_then(|page| page.answers().get(&name)).filter(|_| secret);
            let default = field.and_then(|field| field.default.as_ref());
            match kept.or(default) {
                Some(value) => _ = values.insert(name, value.clone()),
                // Where answers are given bit by bit, a field that is not named stays as it was.
                None if flat => _ = values.insert(name, Value::Null),
                None => {}
            }
        }
        values
    }

    fn plan(&self, action: &Action, fields: &[Field], values: Map) -> Plan {
        let view = &self.look.view;
        let collects = matches!(view.kind, StageKind::Collect(_));
        let asks = !matches!(view.kind, StageKind::Message) && !fields.is_empty();
        let own = format!("/{}", self.ask.app.address(&view.flow, &view.stage));
        let draft = || {
            let mut draft = values.clone();
            draft.retain(|_, value| !value.is_null());
            draft
        };
        match action {
            Action::Next if collects && is_blank(&values) => Plan::new(vec![Command::Done], values),
            Action::Next if collects => Plan::new(vec![self.put(values.clone()), Command::Done], values),
            Action::Next => {
                let given = if asks { values.clone() } else { Map::new() };
                Plan::new(vec![Command::Submit(Input::Map(given))], values)
            }
            Action::AddItem => Plan::new(vec![self.put(values.clone())], values).then(own),
            Action::RemoveItem(id) => {
                Plan::new(vec![Command::RemoveItem(id.as_str().into())], Map::new()).then(own)
            }
            Action::Skip => Plan::new(vec![Command::Skip], Map::new()),
            Action::Back => {
                let draft = Some(draft()).filter(|draft| asks && !collects && !draft.is_empty());
                Plan::new(vec![Command::Back { draft }], Map::new())
            }
            Action::Save | Action::Cancel if !asks || collects => Plan::new(Vec::new(), Map::new()),
            Action::Save | Action::Cancel => Plan::new(vec![Command::SaveDraft(draft())], Map::new()),
            Action::AddRow(name) => {
                let mut draft = draft();
                add_row(&mut draft, name);
                Plan::new(vec![Command::SaveDraft(draft)], Map::new()).then(own)
            }
            Action::RemoveRow(name) => {
                let mut left = self.posted.clone();
                let within = format!("{name}/");
                left.0.retain(|(known, _)| known != name && !known.starts_with(&within));
                let mut draft = decode(fields, &left.compact(fields)).values;
                draft.retain(|_, value| !value.is_null());
                Plan::new(vec![Command::SaveDraft(draft)], Map::new()).then(own)
            }
        }
        .leading(action)
    }

    /// Adds an item, or changes the one that was opened.
    fn put(&self, values: Map) -> Command {
        match self.posted.one("_item") {
            Some(id) if !id.is_empty() => Command::EditItem { id: id.into(), values },
            _ => {
                let mut values = values;
                values.retain(|_, value| !value.is_null());
                Command::AddItem(values)
            }
        }
    }

    /// Carries the commands out one after the other, as far as they go.
    fn try_all(&self, plan: &Plan) -> Result<Outcome, WizardError> {
        let (app, view) = (&self.ask.app, &self.look.view);
        let state = self.session.state();
        let is_there = state.stage() == &*view.stage && state.flow() == &*view.flow && !state.is_completed();
        let mut commands = Vec::with_capacity(plan.commands.len() + 1);
        if !is_there {
            commands.push(Command::GoTo(Arc::clone(&view.stage)));
        }
        commands.extend(plan.commands.iter().cloned());
        if commands.is_empty() {
            commands.push(Command::GoTo(Arc::clone(&view.stage)));
        }
        let mut done: Option<Outcome> = None;
        for (at, command) in commands.into_iter().enumerate() {
            let mut call = Call::from(command);
            if at == 0 {
                call = call.with_id(self.id.as_str());
            }
            let state: State = done.as_ref().map_or_else(|| state.clone(), |done| done.state.clone());
            let mut next =
                advance(app.definition(), state, call, &self.env).map_err(|refused| refused.error)?;
            if let Some(before) = done {
                next.events.splice(0..0, before.events);
                next.messages.splice(0..0, before.messages);
            }
            let stops = matches!(next.kind, Kind::Invalid | Kind::Incomplete);
            done = Some(next);
            if stops {
                break;
            }
        }
        done.ok_or(WizardError::AlreadyCompleted)
    }

    /// What the person is told about an answer that was not taken.
    fn errors(&self, action: &Action, outcome: &Outcome, fields: &[Field]) -> Option<Vec<FieldError>> {
        let words = &self.ask.app.options.words;
        match outcome.kind {
            Kind::Invalid | Kind::Incomplete => {
                let mut errors = outcome.errors.clone();
                let known: Vec<Name> = errors.iter().filter_map(|error| error.field.clone()).collect();
                let missing = outcome.missing.iter().filter(|name| !known.contains(name));
                errors.extend(missing.map(|name| missing_field(name, fields, words)));
                // In the order of the form.
                let place = |error: &FieldError| {
                    fields.iter().position(|field| Some(field.name.as_str()) == error.field.as_deref())
                };
                errors.sort_by_key(|error| place(error).unwrap_or(usize::MAX));
                if errors.is_empty() {
                    errors.push(FieldError::of_stage("invalid", words.no_way.to_string()));
                }
                Some(errors)
            }
            Kind::Stayed if matches!(action, Action::Next) => {
                Some(vec![FieldError::of_stage("no_way", words.no_way.to_string())])
            }
            _ => None,
        }
    }

    /// After a change from the check page: back there, or to what the change has opened.
    fn back_to_check(&self, outcome: Outcome) -> Outcome {
        if outcome.state.is_completed() || outcome.kind == Kind::Confirm {
            return outcome;
        }
        let app = &self.ask.app;
        let Ok(journey) = app.definition().current_journey(&outcome.state, &self.env) else { return outcome };
        if outcome.state.stage() == &*journey.open {
            return outcome;
        }
        let Ok(mut moved) = look::go_to(&app.wizards, outcome.state.clone(), &journey.open, &self.env) else {
            return outcome;
        };
        moved.events.splice(0..0, outcome.events);
        moved.messages.splice(0..0, outcome.messages);
        moved
    }

    async fn validate(&self, values: &Map) -> Result<(), FieldErrors> {
        let step = self.ask.app.step(&self.look.view.flow, &self.look.view.stage);
        let Some(validate) = &step.validate else { return Ok(()) };
        let data = self.look.journey.data.clone();
        validate(self.ask.call(&self.look.view.stage, values.clone(), data, Cause::Next)).await
    }

    /// Runs the hooks of the step that is left and of the one that is entered, where the wizard moves.
    async fn hooks(&self, outcome: &Outcome, values: &Map) -> Result<(), Stay> {
        let (ask, view) = (self.ask, &self.look.view);
        for event in &outcome.events {
            let step = ask.app.step(&event.flow, &event.stage);
            let hook = match event.kind {
                EventKind::Exited(cause @ (Cause::Next | Cause::Skip)) if event.stage == view.stage => {
                    step.on_leave.as_ref().map(|hook| (hook, cause, values.clone()))
                }
                EventKind::Entered(cause)
                    if *event.stage == *outcome.state.stage()
                        && *event.flow == *outcome.state.flow()
                        && event.stage != view.stage =>
                {
                    step.on_enter.as_ref().map(|hook| (hook, cause, Map::new()))
                }
                _ => None,
            };
            let Some((hook, cause, values)) = hook else { continue };
            let data = ask.app.definition().current_journey(&outcome.state, &self.env);
            let data = data.map(|journey| journey.data).unwrap_or_default();
            hook(ask.call(&event.stage, values, data, cause)).await?;
        }
        Ok(())
    }

    /// The same page, with everything that was typed, and what is wrong with it.
    async fn refuse(&self, posted: &Posted, errors: &[FieldError]) -> Result<Response, WizardsError> {
        let loaded = match self.ask.load(self.look).await {
            Ok(loaded) => loaded,
            Err(error) => return Ok(self.ask.not_loaded(self.look, &error)),
        };
        let mut page = self.ask.draw(&self.drawn(posted, errors, &loaded, None));
        page.status = StatusCode::UNPROCESSABLE_ENTITY;
        Ok(self.ask.respond(&page))
    }

    /// What a hook shows in place of the body.
    fn instead(&self, posted: &Posted, body: maud::Markup) -> Response {
        let mut page = self.ask.draw(&self.drawn(posted, &[], &Value::Null, Some(body)));
        page.status = StatusCode::UNPROCESSABLE_ENTITY;
        self.ask.respond(&page)
    }

    fn drawn<'b>(
        &'b self,
        posted: &'b Posted,
        problems: &'b [FieldError],
        loaded: &'b Value,
        instead: Option<maud::Markup>,
    ) -> Drawn<'b> {
        let item = self.posted.one("_item");
        Drawn {
            view: &self.look.view,
            data: &self.look.journey.data,
            loaded,
            posted: Some(posted),
            problems,
            run: Some((self.session.key().id.to_string(), self.session.revision())),
            edits: self.posted.one("_return") == Some("check"),
            item: item.and_then(|id| self.look.view.items.iter().find(|item| *item.id == *id)),
            notices: Vec::new(),
            instead,
            note: None,
        }
    }
}

impl Plan {
    /// What is asked for besides.
    fn leading(self, action: &Action) -> Self {
        match action {
            Action::Save => self.then("/saved"),
            Action::Cancel => self.then("/cancel"),
            _ => self,
        }
    }
}

/// Tells what to do about a field that has no answer.
fn missing_field(name: &str, fields: &[Field], words: &crate::Words) -> FieldError {
    let field = fields.iter().find(|field| field.name == name);
    let label = field.map_or_else(|| crate::form::humanise(name), |field| field.label.clone());
    let chosen = field.is_some_and(|field| field.is_chosen());
    let question = label.ends_with('?') || label.ends_with('.');
    let message = match (chosen, question) {
        (true, true) => format!("{} {}.", words.select, words.an_answer),
        (false, true) => format!("{} {}.", words.enter, words.an_answer),
        (true, false) => format!("{} {}.", words.select, lower_first(&label)),
        (false, false) => format!("{} {}.", words.enter, lower_first(&label)),
    };
    FieldError::new(name, "required", message)
}

/// As within a sentence; abbreviations stay as they are.
fn lower_first(label: &str) -> String {
    let mut letters = label.chars();
    let Some(first) = letters.next() else { return String::new() };
    let rest = letters.as_str();
    if rest.starts_with(char::is_uppercase) {
        label.to_owned()
    } else {
        first.to_lowercase().chain(rest.chars()).collect()
    }
}

fn is_blank(values: &Map) -> bool {
    values.values().all(|value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => is_blank(fields),
        Value::String(text) => text.is_empty(),
        _ => false,
    })
}

/// Adds an empty row to a list.
fn add_row(draft: &mut Map, name: &str) {
    let mut parts = name.split('/').map(|part| part.replace("~1", "/").replace("~0", "~"));
    let Some(first) = parts.next() else { return };
    let mut list = draft.entry(first).or_insert(Value::Null);
    for part in parts {
        list = match list {
            Value::Array(items) => match part.parse::<usize>().ok().and_then(|at| items.get_mut(at)) {
                Some(item) => item,
                None => return,
            },
            Value::Object(fields) => fields.entry(part).or_insert(Value::Null),
            _ => return,
        };
    }
    if list.is_null() {
        *list = Value::Array(Vec::new());
    }
    if let Value::Array(items) = list {
        // The first row is shown without being there.
        if items.is_empty() {
            items.push(Value::Null);
        }
        items.push(Value::Null);
    }
}
