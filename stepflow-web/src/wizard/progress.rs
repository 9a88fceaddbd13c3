//! How far a person is.

use maud::{Markup, html};
use stepflow_wizard::{Definition, RoadmapEntry, StageKind, StageView, Standing};

use super::Words;
use crate::form::humanise;

/// The steps in their order, and how each stands: in words, and not only in colour.
pub(super) fn list(entries: &[RoadmapEntry], words: &Words) -> Markup {
    html! {
        nav.sf-progress aria-label=(words.progress) {
            ol id="step-flow-progress" {
                @for entry in entries.iter().filter(|entry| entry.standing != Standing::NotApplicable) {
                    @let (class, says) = match entry.standing {
                        Standing::Completed => ("sf-done", &words.done),
                        Standing::Current => ("sf-current", &words.current),
                        Standing::Skipped => ("sf-done", &words.skipped),
                        _ => ("sf-pending", &words.not_yet),
                    };
                    li class=(class) aria-current=[(entry.standing == Standing::Current).then_some("step")] {
                        span { (title(&entry.stage, &entry.title)) }
                        span.sf-hidden { " (" (says) ")" }
                    }
                }
            }
        }
    }
}

/// What people see as the title of a step.
pub(super) fn title(name: &str, title: &str) -> String {
    if name == title { humanise(name) } else { title.to_owned() }
}

/// `Step 2 of 4`, where nothing that is still to be said can change the four; otherwise `Step 2`.
pub(super) fn part(definition: &Definition, view: &StageView, words: &Words) -> Option<String> {
    if view.depth > 0 {
        return None;
    }
    let asks = |name: &str| definition.stage("", name).is_some_and(|stage| stage.kind != StageKind::End);
    let before = |entry: &&RoadmapEntry| entry.standing == Standing::Completed && asks(&entry.stage);
    let passed = view.roadmap.iter().take_while(|entry| entry.stage != view.stage).filter(before).count();
    let number = passed + 1;
    let text = format!("{} {number}", words.step);
    Some(match left(definition, &view.stage) {
        Some(left) => format!("{text} {} {}", words.step_of, number + left),
        None => text,
    })
}

/// How many steps come after this one, where there is only one way.
fn left(definition: &Definition, stage: &str) -> Option<usize> {
    let main = definition.main();
    let mut name = stage;
    for left in 0..main.stages.len() {
        let stage = definition.stage("", name)?;
        let plain = matches!(stage.kind, StageKind::Question | StageKind::Message);
        if !plain || stage.auto_advance == Some(true) {
            return None;
        }
        let mut targets = stage.transitions.iter().map(|transition| match &transition.target {
            stepflow_wizard::Target::Stage(name) => Some(&**name),
            _ => None,
        });
        let first = targets.next()??;
        if !targets.all(|target| target == Some(first)) {
            return None;
        }
        let next = definition.stage("", first)?;
        if next.kind == StageKind::End {
            return Some(left);
        }
        if next.when != stepflow_wizard::Guard::Always {
            return None;
        }
        name = first;
    }
    None
}
