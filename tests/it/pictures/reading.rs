//! A picture, as one sees it.

pub(super) struct Seen {
    pub(super) description: String,
    pub(super) nodes: Vec<Node>,
    pub(super) keys: Vec<Key>,
    pub(super) lines: usize,
    pub(super) width: f64,
    pub(super) height: f64,
}

pub(super) struct Node {
    pub(super) lines: Vec<String>,
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

pub(super) struct Key {
    pub(super) text: String,
    pub(super) x: f64,
    pub(super) y: f64,
}

pub(super) fn read(svg: &str) -> Seen {
    let groups = svg.split("<g class=\"").skip(1);
    let mut seen = Seen {
        description: unescaped(between(svg, "-desc\">", "</desc>")),
        nodes: Vec::new(),
        keys: Vec::new(),
        lines: 0,
        width: between(svg, " width=\"", "\"").parse().unwrap(),
        height: between(svg, " height=\"", "\"").parse().unwrap(),
    };
    for group in groups {
        let texts = || group.split("<text ").skip(1);
        if group.starts_with("sf-node") {
            let numbers = outline(group);
            let (x, y) = (numbers.iter().map(|point| point.0), numbers.iter().map(|point| point.1));
            seen.nodes.push(Node {
                lines: texts().map(|text| unescaped(between(text, ">", "</text>"))).collect(),
                left: x.clone().fold(f64::MAX, f64::min),
                right: x.fold(f64::MIN, f64::max),
                top: y.clone().fold(f64::MAX, f64::min),
                bottom: y.fold(f64::MIN, f64::max),
            });
        } else if let Some(text) = texts().next() {
            seen.keys.push(Key {
                text: unescaped(between(text, ">", "</text>")),
                x: between(text, " x=\"", "\"").parse().unwrap(),
                y: between(text, " y=\"", "\"").parse().unwrap(),
            });
        } else {
            seen.lines += 1;
        }
    }
    seen
}

/// The contrast of two colours by WCAG 2.
pub(super) fn contrast(one: &str, other: &str) -> f64 {
    let light = |colour: &str| {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
    };
    let (one, other) = (light(one), light(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The corners of the first shape of a group.
fn outline(group: &str) -> Vec<(f64, f64)> {
    if group.contains("<path") && group.find("<path") < group.find("<rect").or(Some(usize::MAX)) {
        return between(group, " d=\"M", "Z")
            .split('L')
            .map(|point| {
                let (x, y) = point.split_once(' ').unwrap();
                (x.parse().unwrap(), y.parse().unwrap())
            })
            .collect();
    }
    let rect = between(group, "<rect ", "/>");
    let number = |name: &str| between(rect, &format!(" {name}=\""), "\"").parse::<f64>().unwrap();
    let (x, y) = (number("x"), number("y"));
    vec![(x, y), (x + number("width"), y + number("height"))]
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let start = text.find(before).unwrap() + before.len();
    let length = text[start..].find(after).unwrap();
    &text[start..start + length]
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&amp;", "&")
}
