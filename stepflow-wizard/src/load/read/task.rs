//! Tasks.

use super::Reader;
use super::object::Object;
use crate::definition::{CompletedBy, Task};

#[derive(Clone, Copy, PartialEq)]
enum By {
    Field,
    Manual,
    StageExit,
    Tool,
}

const BY: [(&str, By); 4] = [
    ("field_extraction", By::Field),
    ("tool_result", By::Tool),
    ("stage_exit", By::StageExit),
    ("manual", By::Manual),
];

impl Reader<'_> {
    pub(super) fn take_tasks(&mut self, object: &mut Object<'_>, key: &'static str) -> Vec<Task> {
        let items = self.take_list(object, key);
        let tasks = items.into_iter().filter_map(|(path, node)| {
            let mut object = self.object(node, path)?;
            let task = self.task(&mut object);
            self.finish(&object, "a task");
            task
        });
        tasks.collect()
    }

    fn task(&mut self, object: &mut Object<'_>) -> Option<Task> {
        let id = self.take_text(object, "id");
        let description = self.take_text(object, "description");
        let required = self.take_flag(object, "required").unwrap_or(true);
        let depends_on = self.take_texts(object, "depends_on");
        let by = self.take_word(object, "completed_by", &BY).unwrap_or(By::Manual);
        let field = self.take_text(object, "field_name");
        let tool = self.take_text(object, "tool_name");
        if by == By::Field && field.is_none() && !object.has("field_name") {
            self.missing(object, "field_name", "a task that a field completes needs `field_name`");
        }
        if !object.has("id") {
            self.missing(object, "id", "a task needs an `id`");
        }
        let completed_by = match by {
            By::Field => CompletedBy::FieldExtraction(field?),
            By::Manual => CompletedBy::Manual,
            By::StageExit => CompletedBy::StageExit,
            By::Tool => CompletedBy::ToolResult(tool),
        };
        Some(Task { description, required, depends_on, completed_by, ..Task::new(id?) })
    }
}
