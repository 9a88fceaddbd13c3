//! Ways on.

use super::{Keys, Kind, Node, parts, tagged};
use crate::Name;
use crate::definition::{DeriveValue, Guard, SubflowCall, Target, Transition};
use crate::load::read::{INTO_SUBFLOW, looks_like_template};
use crate::load::source::{EXPRESSION, LITERAL, TEMPLATE};

pub(super) fn write(transition: &Transition) -> Node {
    let mut keys = Keys::default();
    match &transition.target {
        Target::Stage(name) => keys.text("target", Some(name)),
        Target::Subflow(call) => {
            keys.put("target", Node::text(INTO_SUBFLOW));
            keys.put("subflow", self::call(call));
        }
    }
    keys.text("key", transition.key.as_ref());
    if transition.condition != Guard::Always {
        keys.put("condition", parts::guard(&transition.condition));
    }
    keys.put_some("priority", transition.priority.map(|priority| Node::new(Kind::Number(priority.into()))));
    let mut derive = Keys::default();
    for one in &transition.derive {
        derive.put(&one.field, derived(&one.value));
    }
    keys.map("derive", derive);
    keys.list("transform", transition.transforms.iter().map(parts::function));
    if !transition.metadata.is_empty() {
        keys.put("metadata", Node::from_map(&transition.metadata));
    }
    keys.node()
}

pub(super) fn call(call: &SubflowCall) -> Node {
    let mut keys = Keys::default();
    keys.text("network", Some(&call.network));
    keys.text("return_stage", call.return_to.as_ref());
    keys.map("data_mapping", pairs(&call.data));
    keys.map("result_mapping", pairs(&call.results));
    keys.node()
}

fn pairs(pairs: &[(Name, Name)]) -> Keys {
    let mut keys = Keys::default();
    for (from, to) in pairs {
        keys.text(from, Some(to));
    }
    keys
}

fn derived(value: &DeriveValue) -> Node {
    match value {
        DeriveValue::Expression(condition) => tagged(EXPRESSION, Node::text(condition.source())),
        DeriveValue::Template(text) => {
            let obvious = text.is_template() && looks_like_template(text.source());
            if obvious { parts::text(text) } else { tagged(TEMPLATE, parts::text(text)) }
        }
        DeriveValue::Literal(value) => {
            let node = Node::from_value(value);
            let misread = match &node.kind {
                Kind::Text(text) => looks_like_template(text),
                _ => node.tag().is_some(),
            };
            if misread { tagged(LITERAL, node) } else { node }
        }
    }
}
