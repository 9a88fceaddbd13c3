//! The part of a run's page that changes while somebody looks at it. It has no forms: nobody's typing is lost when it
//! is replaced.

use maud::{Markup, PreEscaped, html};
use stepflow::GraphPicture;
use stepflow_store::RunStatus;

use super::ask::address;
use super::view::{ChildView, EntryView, RunView, VisitView};
use super::words::{moment, plain, status, value};
use crate::auth::May;
use crate::{Mount, Visitor};

/// Everything that the run's page says of it, as this visitor may see it.
pub(super) fn part(mount: &Mount, visitor: &Visitor, run: &RunView, picture: &GraphPicture) -> Markup {
    html! {
        (summary(run))
        (actions(mount, visitor, run))
        section {
            h2 #graph-heading { "Graph" }
            div.sf-scroll.sf-picture tabindex="0" role="region" aria-labelledby="graph-heading" {
                (PreEscaped(picture.to_fragment("graph", &run.marks)))
            }
        }
        (timeline(mount, run))
        section aria-labelledby="state-heading" {
            h2 #state-heading { "State" }
            (value(&run.state))
            details #initial-state {
                summary { "The state that it began with" }
                (value(&run.initial_state))
            }
        }
    }
}

fn summary(run: &RunView) -> Markup {
    html! {
        dl.sf-facts {
            dt { "Status" }
            dd #run-status {
                (status(run.status, run.running))
                @if let Some(step) = run.step.as_ref().filter(|_| !run.status.is_finished()) {
                    " at " code { (plain(step)) }
                }
            }
            dt { "Workflow" } dd { (plain(&run.workflow)) " " small { "(" (run.fingerprint) ")" } }
            dt { "Added" } dd { (moment(run.created_at)) }
            dt { "Changed" } dd { (moment(run.updated_at)) }
            @if let Some(at) = run.finished_at { dt { "Finished" } dd { (moment(at)) } }
            @if let Some(at) = run.due { dt { "Goes on" } dd { (moment(at)) } }
            @if let Some(attempt) = &run.attempt {
                dt { "Attempt" }
                dd {
                    code { (plain(&attempt.step)) } ", after " (attempt.failed) " that failed"
                    @if let Some(error) = &attempt.error { ": " span.sf-error-text { (plain(error)) } }
                }
            }
            @if let Some(error) = &run.error { dt { "Error" } dd.sf-error-text { (plain(error)) } }
            @if let Some(hold) = &run.hold { dt { "Held" } dd { (plain(hold)) } }
            @if let Some(wish) = &run.cancel {
                dt { "To be cancelled" }
                dd {
                    (plain(&wish.by)) ", " (moment(wish.at))
                    @if let Some(reason) = &wish.reason { ": " (plain(reason)) }
                }
            }
            @if let Some(damage) = &run.damage { dt { "Damaged" } dd.sf-error-text { (plain(damage)) } }
        }
    }
}

/// Links to pages where each is confirmed.
fn actions(mount: &Mount, visitor: &Visitor, run: &RunView) -> Markup {
    let id = run.run.to_string();
    let link = |path: &str, text: &str| {
        html! { a.sf-button.sf-button-quiet href=(address(mount, path, &[("id", &id)])) { (text) } " " }
    };
    let operates = visitor.may(May::Operate);
    html! {
        nav.sf-actions aria-label="What can be done" {
            @if let Some(question) = &run.question {
                @if let Some(message) = &question.message { p.sf-question { (plain(message)) } }
                @if visitor.may(May::Decide) {
                    a.sf-button href=(address(mount, "/inbox/question", &[("id", &id)])) {
                        @if question.asks == "settlement" { "Settle" } @else { "Decide" }
                    }
                    " "
                }
            }
            @if operates {
                @if run.status == RunStatus::Failed { (link("/run/retry", "Retry")) }
                @if run.status == RunStatus::Held { (link("/run/release", "Release")) }
                @if !run.status.is_finished() { (link("/run/cancel", "Cancel")) }
                @if run.visits().next().is_some() { (link("/run/fork", "Fork")) }
            }
        }
    }
}

fn timeline(mount: &Mount, run: &RunView) -> Markup {
    html! {
        section aria-labelledby="timeline-heading" {
            h2 #timeline-heading { "Timeline" }
            @if run.earlier > 0 { p { (run.earlier) " entries are older than these." } }
            ol.sf-timeline {
                @for entry in &run.timeline {
                    @match entry {
                        EntryView::Log { at, text, .. } => { li.sf-log { (moment(*at)) " " (plain(text)) } }
                        EntryView::Visit(visit) => { li { (entry_of(mount, run, visit)) } }
                    }
                }
            }
        }
    }
}

fn entry_of(mount: &Mount, run: &RunView, visit: &VisitView) -> Markup {
    let (id, sequence) = (run.run.to_string(), visit.sequence.to_string());
    let states = address(mount, "/run", &[("id", &id), ("visit", &sequence)]);
    html! {
        (moment(visit.at)) " "
        strong { code { (plain(&visit.step)) } }
        @if visit.visit > 1 { ", visit " (visit.visit) }
        ": " span class={ "sf-status sf-step-" (visit.status) } { (visit.status) }
        @if visit.attempts > 1 { ", " (visit.attempts) " attempts" }
        @if let Some(decision) = &visit.decision {
            ", " @if decision.approved { "approved" } @else { "denied" }
            @if let Some(by) = &decision.by { " by " (plain(by)) }
            @if let Some(reason) = &decision.reason { ": " q { (plain(reason)) } }
        }
        @if let Some(route) = &visit.route { ", route " code { (plain(route)) } }
        @if let Some(milliseconds) = visit.milliseconds { ", " (milliseconds) " ms" }
        " " a href=(states) { "states" span.sf-hidden { " before and after visit " (visit.sequence) } }
        @if let Some(error) = &visit.error { p.sf-error-text { (plain(error)) } }
        @if let Some(output) = &visit.output {
            details id={ "output-" (visit.sequence) } { summary { "Output" } (value(output)) }
        }
        @if !visit.children.is_empty() { (children(&visit.children)) }
    }
}

fn children(children: &[ChildView]) -> Markup {
    html! {
        ul.sf-children {
            @for child in children {
                li {
                    "Child " strong { (plain(&child.workflow)) } ", attempt " (child.attempt) ": "
                    span class={ "sf-status sf-step-" (child.status) } { (child.status) }
                    @if let Some(error) = &child.error { p.sf-error-text { (plain(error)) } }
                    ol {
                        @for step in &child.steps {
                            li {
                                code { (plain(&step.step)) } ": " (step.status)
                                @if step.attempts > 1 { ", " (step.attempts) " attempts" }
                                @if let Some(error) = &step.error { p.sf-error-text { (plain(error)) } }
                                @if !step.children.is_empty() { (self::children(&step.children)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
