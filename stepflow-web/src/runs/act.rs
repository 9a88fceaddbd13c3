//! What people do about a run: each is confirmed on a page of its own, and done in their name.

use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use stepflow::RunId;

use super::words::plain;
use super::{Answer, Asked, Desk, Refusal};
use crate::auth::May;
use crate::{Fields, Page};

struct Question {
    path: &'static str,
    title: &'static str,
    text: &'static str,
    button: &'static str,
}

const CANCEL: Question = Question {
    path: "/run/cancel",
    title: "Cancel this run?",
    text: "It stops for good: no further step begins. What was done stays done.",
    button: "Cancel the run",
};

const FORK: Question = Question {
    path: "/run/fork",
    title: "Fork this run?",
    text: "A copy begins before the step that you choose, with the state of then, by the code of the day. The steps \
           behind it do not run again; the run itself stays as it is.",
    button: "Make the copy",
};

const RELEASE: Question = Question {
    path: "/run/release",
    title: "Let this run go on?",
    text: "It is held. It goes on as soon as a program takes it up.",
    button: "Let it go on",
};

const RETRY: Question = Question {
    path: "/run/retry",
    title: "Retry this run?",
    text: "The step that failed is tried again, with the state before it and by the code of the day. A gate before it \
           asks again.",
    button: "Retry the step",
};

pub(super) async fn ask_cancel(State(desk): State<Desk>, asked: Asked) -> Response {
    let inside = html! {
        div.sf-field {
            label for="reason" { "Reason (optional)" }
            textarea id="reason" name="reason" rows="3" {}
        }
    };
    let outcome = confirm(&desk, &asked, &CANCEL, &inside).await;
    asked.answer(&desk, outcome)
}

pub(super) async fn ask_fork(State(desk): State<Desk>, asked: Asked) -> Response {
    let outcome = fork_page(&desk, &asked).await;
    asked.answer(&desk, outcome)
}

pub(super) async fn ask_release(State(desk): State<Desk>, asked: Asked) -> Response {
    let inside = html! {
        div.sf-field {
            input type="checkbox" id="adopt" name="adopt" value="yes";
            label for="adopt" { " By the definition of the day, from the beginning of the step that it is at" }
        }
    };
    let outcome = confirm(&desk, &asked, &RELEASE, &inside).await;
    asked.answer(&desk, outcome)
}

pub(super) async fn ask_retry(State(desk): State<Desk>, asked: Asked) -> Response {
    let outcome = confirm(&desk, &asked, &RETRY, &html! {}).await;
    asked.answer(&desk, outcome)
}

pub(super) async fn cancel(State(desk): State<Desk>, asked: Asked, fields: Fields) -> Response {
    let outcome = do_cancel(&desk, &asked, &fields).await;
    asked.answer(&desk, outcome)
}

pub(super) async fn fork(State(desk): State<Desk>, asked: Asked, fields: Fields) -> Response {
    let outcome = do_fork(&desk, &asked, &fields).await;
    asked.answer(&desk, outcome)
}

pub(super) async fn release(State(desk): State<Desk>, asked: Asked, fields: Fields) -> Response {
    let outcome = do_release(&desk, &asked, &fields).await;
    asked.answer(&desk, outcome)
}

pub(super) async fn retry(State(desk): State<Desk>, asked: Asked, fields: Fields) -> Response {
    let outcome = do_retry(&desk, &asked, &fields).await;
    asked.answer(&desk, outcome)
}

async fn do_cancel(desk: &Desk, asked: &Asked, fields: &Fields) -> Result<Answer, Refusal> {
    let by = asked.visitor.allow(May::Operate)?.decided_by();
    let run = named(fields, "run")?;
    desk.runs().cancel(&run, &by, text(fields, "reason")).await?;
    Ok(Answer::GoTo(asked.run_address(&run)))
}

async fn do_fork(desk: &Desk, asked: &Asked, fields: &Fields) -> Result<Answer, Refusal> {
    let by = asked.visitor.allow(May::Operate)?.decided_by();
    let (run, new_id) = (named(fields, "run")?, named(fields, "new_id")?);
    let step = text(fields, "step")
        .ok_or(Refusal::Malformed("Choose the step that the copy begins with.".into()))?;
    desk.runs().fork(&run, step, &new_id, &by).await?;
    Ok(Answer::GoTo(asked.run_address(&new_id)))
}

async fn do_release(desk: &Desk, asked: &Asked, fields: &Fields) -> Result<Answer, Refusal> {
    let by = asked.visitor.allow(May::Operate)?.decided_by();
    let run = named(fields, "run")?;
    if fields.one("adopt") == Some("yes") {
        desk.runs().adopt(&run, &by).await?;
    } else {
        desk.runs().release(&run, &by).await?;
    }
    Ok(Answer::GoTo(asked.run_address(&run)))
}

async fn do_retry(desk: &Desk, asked: &Asked, fields: &Fields) -> Result<Answer, Refusal> {
    let by = asked.visitor.allow(May::Operate)?.decided_by();
    let run = named(fields, "run")?;
    desk.runs().retry(&run, &by).await?;
    Ok(Answer::GoTo(asked.run_address(&run)))
}

/// A field that names a run.
pub(crate) fn named(fields: &Fields, name: &str) -> Result<RunId, Refusal> {
    let text = text(fields, name).unwrap_or_default();
    text.parse()
        .map_err(|error| Refusal::Malformed(format!("The run cannot be called that: {error}.").into()))
}

/// A field that has something in it.
pub(crate) fn text<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.one(name).map(str::trim).filter(|text| !text.is_empty())
}

async fn fork_page(desk: &Desk, asked: &Asked) -> Result<Answer, Refusal> {
    asked.visitor.allow(May::Operate)?;
    let run = desk.runs().get(&asked.run()?).await?;
    let steps: Vec<_> = run
        .definition
        .steps
        .iter()
        .filter(|step| run.visits.iter().any(|visit| visit.step == step.name))
        .map(|step| step.name.to_string())
        .collect();
    let inside = html! {
        div.sf-field {
            label for="step" { "The step that the copy begins with" }
            select id="step" name="step" {
                @for step in &steps { option value=(step) { (plain(step)) } }
            }
        }
        div.sf-field {
            label for="new_id" { "The id of the copy" }
            input type="text" id="new_id" name="new_id" required autocomplete="off" maxlength=(RunId::MAX_LENGTH);
        }
    };
    confirm(desk, asked, &FORK, &inside).await
}

async fn confirm(
    desk: &Desk,
    asked: &Asked,
    question: &Question,
    inside: &Markup,
) -> Result<Answer, Refusal> {
    asked.visitor.allow(May::Operate)?;
    let run = asked.run()?;
    // A run that is not there has no such page.
    desk.runs().version(&run).await?;
    let id = run.to_string();
    let main = html! {
        h1 tabindex="-1" data-focus { (question.title) }
        p { "Run " a href=(asked.run_address(&run)) { (plain(&id)) } }
        p { (question.text) }
        form method="post" action=(asked.mount.path(question.path)) {
            (asked.visitor.token_field())
            input type="hidden" name="run" value=(id);
            (inside)
            button.sf-button type="submit" { (question.button) }
            " "
            a href=(asked.run_address(&run)) { "Leave it as it is" }
        }
    };
    Ok(Answer::Page(Page::new(question.title, main)))
}
