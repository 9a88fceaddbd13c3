//! What stands in several places: texts, tasks, words that navigate, functions.

use super::{Keys, Kind, Node, tagged};
use crate::definition::{
    CompletedBy, Function, Guard, Navigation, NavigationCommand, NavigationWords, Task, Text,
};
use crate::load::read::looks_like_template;
use crate::load::source::{LITERAL, TEMPLATE, TEST};

pub(super) fn text(text: &Text) -> Node {
    let node = Node::text(text.source());
    match (text.is_template(), looks_like_template(text.source())) {
        (true, false) => tagged(TEMPLATE, node),
        (false, true) => tagged(LITERAL, node),
        _ => node,
    }
}

pub(super) fn guard(guard: &Guard) -> Node {
    match guard {
        Guard::Always => Node::new(Kind::Bool(true)),
        Guard::Never => Node::new(Kind::Bool(false)),
        Guard::Expression(condition) => Node::text(condition.source()),
        Guard::Function(test) => tagged(TEST, Node::text(test.name())),
    }
}

pub(super) fn task(task: &Task) -> Node {
    let mut keys = Keys::default();
    keys.text("id", Some(&task.id));
    keys.text("description", task.description.as_ref());
    keys.flag("required", task.required, true);
    keys.list("depends_on", task.depends_on.iter().map(|id| Node::text(&**id)));
    let (by, field, tool) = match &task.completed_by {
        CompletedBy::FieldExtraction(field) => ("field_extraction", Some(field), None),
        CompletedBy::Manual => ("manual", None, None),
        CompletedBy::StageExit => ("stage_exit", None, None),
        CompletedBy::ToolResult(tool) => ("tool_result", None, tool.as_ref()),
    };
    if task.completed_by != CompletedBy::Manual {
        keys.put("completed_by", Node::text(by));
    }
    keys.text("field_name", field);
    keys.text("tool_name", tool);
    keys.node()
}

pub(super) fn navigation(navigation: &Navigation) -> Keys {
    let mut keys = Keys::default();
    for command in NavigationCommand::ALL {
        keys.put_some(command.name(), navigation.words(command).map(words));
    }
    keys
}

fn words(words: &NavigationWords) -> Node {
    let mut keys = Keys::default();
    let keywords = words.keywords.iter().map(|word| Node::text(&**word)).collect();
    keys.put("keywords", Node::new(Kind::List(keywords)));
    keys.flag("enabled", words.enabled, true);
    keys.node()
}

pub(super) fn function(function: &Function) -> Node {
    if function.config().is_null() {
        return Node::text(function.name());
    }
    let mut keys = Keys::default();
    keys.put("name", Node::text(function.name()));
    keys.put("config", Node::from_value(function.config()));
    keys.node()
}
