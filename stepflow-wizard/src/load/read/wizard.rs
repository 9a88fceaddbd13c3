//! The wizard as a whole.

use super::Reader;
use crate::definition::{Blueprint, FlowSettings};
use crate::load::source::Node;

/// What the text describes, as far as it can be read.
pub(in crate::load) fn read(reader: &mut Reader<'_>, root: &Node) -> Option<Blueprint> {
    let mut object = reader.object(root, "")?;
    let name = reader.take_text(&mut object, "name").unwrap_or_else(|| "wizard".into());
    let version = reader.take_text(&mut object, "version");
    let settings = reader.take_settings(&mut object);
    let main = reader.take_flow(&mut object, name, FlowSettings::default());
    let tasks = reader.take_tasks(&mut object, "global_tasks");
    reader.finish(&object, "a wizard");
    let mut blueprint = Blueprint { settings, tasks, ..Blueprint::new(main) };
    if let Some(version) = version {
        blueprint.version = version;
    }
    Some(blueprint)
}
