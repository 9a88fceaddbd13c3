//! A definition that bytes choose: small, and with something of everything.

use serde_json::{Value, json};

use super::bytes::Bytes;

const FIELDS: [&str; 4] = ["p", "q", "r", "s"];
const CONDITIONS: [&str; 11] = [
    "true",
    "data.get('p')",
    "not data.get('q')",
    "has('r') and data.get('p')",
    "data['p'] == data['q']",
    "bank('items').count() > 1",
    "skipped('s1')",
    "data.get('again')",
    "len(data.get('s', [])) > 0",
    "data['missing']['deep']",
    "data.get('r', 0) + 1 > 2",
];
const TEXTS: [&str; 7] = [
    "plain",
    "{{ p }} and {{ data.q }}",
    "{% for x in s %}{{ loop.index }}{{ x }}{% endfor %}",
    "{{ bank('items').all() }} {{ history | length }}",
    "{{ missing.deep }}",
    "{{ 1 / r }}",
    "{{ p * 99999 }}",
];

/// The definition, as a loader reads it.
pub fn plan(bytes: &mut Bytes<'_>) -> Value {
    let mut wizard = flow(bytes, 2);
    wizard["name"] = json!("plan");
    wizard["settings"] = json!({
        "auto_advance_filled_stages": bytes.once_in(3),
        "accept": bytes.one_of(&["stage", "flow"]),
        "unknown_fields": bytes.one_of(&["refuse", "drop"]),
        "on_incomplete": bytes.one_of(&["stay", "proceed"]),
        "strict_navigation": bytes.once_in(3),
        "strict_conditions": bytes.once_in(5),
        "snapshots": bytes.one_of(&["diff", "full", "none"]),
        "keep_subflow_on_back": bytes.once_in(2),
        "recursion": bytes.once_in(2),
        "per_turn_keys": if bytes.once_in(2) { vec!["again"] } else { vec![] },
        "limits": { "history": bytes.one_of(&[500, 1, 3]), "log": bytes.one_of(&[200, 0, 2]), "frames": bytes.one_of(&[8, 1, 2]) },
    });
    wizard["answers"] = json!(bytes.one_of(&["flat", "flat", "flat", "per_stage"]));
    wizard
}

fn flow(bytes: &mut Bytes<'_>, depth: usize) -> Value {
    let count = 1 + bytes.below(6);
    let subflows = if depth > 0 && !bytes.once_in(3) { 1 + bytes.below(2) } else { 0 };
    let mut stages: Vec<Value> = (0..count).map(|at| stage(bytes, at, count)).collect();
    stages.push(json!({ "name": "end", "is_end": true, "prompt": bytes.one_of(&TEXTS) }));
    if bytes.once_in(6) {
        let start = bytes.below(stages.len());
        stages[start]["is_start"] = json!(true);
    }
    let names = ["one", "two"].iter().take(subflows);
    let subflows: serde_json::Map<String, Value> =
        names.map(|name| ((*name).to_owned(), flow(bytes, depth - 1))).collect();
    json!({ "stages": stages, "subflows": subflows })
}

fn stage(bytes: &mut Bytes<'_>, at: usize, count: usize) -> Value {
    let mut stage = json!({ "name": format!("s{at}"), "prompt": bytes.one_of(&TEXTS) });
    match bytes.below(9) {
        0 => {
            stage["kind"] = json!("message");
            stage["response_template"] = json!(bytes.one_of(&TEXTS));
        }
        1 => {
            stage["collection_mode"] = json!("collection");
            stage["collection_config"] = json!({
                "key": "items",
                "min": bytes.below(2),
                "max": 1 + bytes.below(3),
                "unique": { "strategy": bytes.one_of(&["allow", "reject", "merge"]), "fields": ["p"] },
            });
            stage["schema"] = schema(bytes);
        }
        2 => {
            stage["subflow"] =
                json!({ "network": bytes.one_of(&["one", "two"]), "data_mapping": { "p": "q" } });
        }
        3 => {}
        _ => stage["schema"] = schema(bytes),
    }
    if bytes.once_in(3) {
        stage["can_skip"] = json!(true);
        stage["skip_default"] = json!({ "p": bytes.one_of(&["true", "x"]) });
        stage["skip_overwrite"] = json!(bytes.once_in(2));
    }
    if bytes.once_in(4) {
        stage["when"] = json!(bytes.one_of(&CONDITIONS));
    }
    if bytes.once_in(4) {
        stage["auto_advance"] = json!(bytes.once_in(2));
    }
    if bytes.once_in(5) {
        stage["can_go_back"] = json!(false);
    }
    if bytes.once_in(5) {
        stage["confirm_on_new_data"] = json!(true);
    }
    if bytes.once_in(5) {
        stage["routing_transforms"] = json!([bytes.one_of(&["stamp", "stamp", "stamp", "fails"])]);
    }
    let ways = 1 + bytes.below(3);
    stage["transitions"] = (0..ways).map(|_| transition(bytes, count)).collect();
    stage
}

fn transition(bytes: &mut Bytes<'_>, count: usize) -> Value {
    let target = |bytes: &mut Bytes<'_>| match bytes.below(count + 1) {
        at if at < count => format!("s{at}"),
        _ => "end".to_owned(),
    };
    let mut transition = json!({ "target": target(bytes) });
    if bytes.once_in(4) {
        transition = json!({ "target": "_subflow", "subflow": {
            "network": bytes.one_of(&["one", "two"]),
            "data_mapping": { "r": "p" },
            "result_mapping": { "q": "r" },
        } });
        if bytes.once_in(2) {
            transition["subflow"]["return_stage"] = json!(target(bytes));
        }
    }
    transition["condition"] = json!(bytes.one_of(&CONDITIONS));
    match bytes.below(8) {
        1 => transition["derive"] = json!({ bytes.one_of(&FIELDS): bytes.one_of(&TEXTS) }),
        2 => transition["transform"] = json!(bytes.one_of(&["stamp", "stamp", "fails"])),
        3 => transition["priority"] = json!(bytes.below(3)),
        _ => {}
    }
    transition
}

fn schema(bytes: &mut Bytes<'_>) -> Value {
    let kinds = [
        json!({ "type": "boolean" }),
        json!({ "type": "string", "minLength": 1 }),
        json!({ "type": "integer", "default": 2 }),
        json!({ "type": "array", "items": { "type": "string" } }),
        json!({ "enum": ["free", "pro"] }),
        json!({}),
    ];
    let chosen: Vec<&str> = FIELDS.into_iter().filter(|_| bytes.once_in(2)).collect();
    let mut properties = serde_json::Map::new();
    for name in &chosen {
        properties.insert((*name).to_owned(), kinds[bytes.below(kinds.len())].clone());
    }
    let required: Vec<&&str> = chosen.iter().filter(|_| bytes.once_in(2)).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}
